#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How far fresh processes differ that measure the same thing.
///
/// A process keeps for its life where its memory lies and how its caches are shared; samples of one process cannot show how much that matters.
public struct ProcessSpread: Hashable, Sendable, Codable {
    /// Each process's median, in the order in which they ran.
    public var mediansNanoseconds: [Double]
    /// Standard deviation from process to process beyond what the samples within them explain, as a share of the median.
    public var betweenShare: Double
    /// The same of a process's median from its own samples.
    public var withinShare: Double

    enum CodingKeys: String, CodingKey {
        case mediansNanoseconds = "process_medians_ns"
        case betweenShare = "between_share"
        case withinShare = "within_share"
    }

    /// Joins measurements of the same thing in fresh processes.
    ///
    /// The median is the geometric mean of theirs, its interval exp(mean ln m ± t·s/√N) with Student's t for N − 1 degrees of freedom: s holds
    /// what differs between processes and within them. The verdict is the worst of theirs, with their reasons; the interval is judged anew.
    ///
    /// - Precondition: at least two measurements, with medians above 0.
    /// - Source: the one-way random effects model, e.g. S. R. Searle, G. Casella, C. E. McCulloch, Variance Components, 1992, section 3.5.
    public static func join(_ parts: [Measurement], plan: MeasurementPlan) -> (measurement: Measurement, spread: ProcessSpread) {
        precondition(parts.count >= 2 && parts.allSatisfy { $0.medianNanoseconds > 0 }, "a spread needs two processes that measured something")
        let logs = parts.map { log($0.medianNanoseconds) }
        let count = Double(parts.count)
        let mean = logs.reduce(0, +) / count
        let variance = logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        // Half an interval of 95 % is about 1.96 standard errors.
        let within = parts.map { part -> Double in
            let half = part.relativeHalfWidth ?? 0
            return half / 1.96 * half / 1.96
        }.reduce(0, +) / count
        let half = StudentT.quantile(confidence: plan.confidence, degrees: parts.count - 1) * (variance / count).squareRoot()
        var joined = Measurement(
            samples: parts.flatMap(\.samplesNanoseconds), warmUpRuns: parts.reduce(0) { $0 + $1.warmUpRuns }, isSteady: parts.allSatisfy(\.isSteady),
            plan: plan, noise: NoiseRecord.sum(parts.map(\.noise)))
        joined.medianNanoseconds = exp(mean)
        joined.interval = Interval(low: exp(mean - half), high: exp(mean + half), confidence: plan.confidence)
        joined.ledger = NoiseLedger.joined(parts)
        joined.flags = parts.enumerated().flatMap { index, part in part.flags.map { "process \(index + 1): \($0)" } }
        var reasons: [Reason] = []
        for reason in parts.flatMap(\.judgement.reasons) where reason.cause != .wideInterval && !reasons.contains(where: { $0.cause == reason.cause && $0.verdict >= reason.verdict }) {
            reasons.removeAll { $0.cause == reason.cause }
            reasons.append(reason)
        }
        reasons += SampleLimits.width(joined.relativeHalfWidth, plan: plan, advice: "run more processes with --processes, or quieten the machine")
        var unknowns: [String] = []
        for name in parts.flatMap(\.judgement.unknowns) where !unknowns.contains(name) { unknowns.append(name) }
        joined.judgement = Judgement(reasons: reasons, unknowns: unknowns)
        let spread = ProcessSpread(
            mediansNanoseconds: parts.map(\.medianNanoseconds), betweenShare: max(0, variance - within).squareRoot(), withinShare: within.squareRoot())
        return (joined, spread)
    }
}

extension NoiseRecord {
    /// What happened over several measurements: counts add up, shares weigh by time, and what one of them could not read is unknown.
    static func sum(_ parts: [NoiseRecord]) -> NoiseRecord {
        var total = NoiseRecord(
            elapsedNanoseconds: parts.reduce(0) { $0 + $1.elapsedNanoseconds }, members: parts.map(\.members).max() ?? 0,
            handovers: parts.reduce(0) { $0 + $1.handovers })
        func add<Number: AdditiveArithmetic>(_ value: KeyPath<NoiseRecord, Number?>) -> Number? {
            let known = parts.compactMap { $0[keyPath: value] }
            return known.count == parts.count ? known.reduce(.zero, +) : nil
        }
        func weigh(_ value: KeyPath<NoiseRecord, Double?>) -> Double? {
            let known = parts.compactMap { part in part[keyPath: value].map { $0 * Double(part.elapsedNanoseconds) } }
            guard known.count == parts.count, total.elapsedNanoseconds > 0 else { return nil }
            return known.reduce(0, +) / Double(total.elapsedNanoseconds)
        }
        total.involuntarySwitches = add(\.involuntarySwitches)
        total.migrations = add(\.migrations)
        total.strayMembers = add(\.strayMembers)
        total.runQueueWaitShare = weigh(\.runQueueWaitShare)
        total.stealShare = weigh(\.stealShare)
        total.foreignLoadShare = weigh(\.foreignLoadShare)
        total.sharedCoreShare = weigh(\.sharedCoreShare)
        total.throttledMicroseconds = add(\.throttledMicroseconds)
        total.minorFaults = add(\.minorFaults)
        total.majorFaults = add(\.majorFaults)
        total.thermalThrottles = add(\.thermalThrottles)
        total.frequencyBeforeHertz = parts.first?.frequencyBeforeHertz
        total.frequencyAfterHertz = parts.last?.frequencyAfterHertz
        total.frequencySource = parts.first?.frequencySource
        return total
    }
}
