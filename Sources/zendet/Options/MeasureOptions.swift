import ArgumentParser
import Latency

/// How long to measure, and how strictly to judge.
struct MeasureOptions: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "Warm-up: at least this many runs (20), or at most this long (2s). Without it: until runs stop getting faster, 2s at most.",
            valueName: "runs|time"))
    var warmup: WarmUp?

    @Option(help: ArgumentHelp("Shortest time of sampling, such as 500ms or 3s.", valueName: "time"))
    var minTime: TimeSpan?

    @Option(
        help: ArgumentHelp(
            "Longest time of sampling: without it 5s for each network of bench, 60s for all of compare, 20s for the finalists of a search.",
            valueName: "time"))
    var maxTime: TimeSpan?

    @Option(help: "Seed of the random weights, and of a search.")
    var seed: UInt64 = 0

    @Flag(help: "End with exit code 75 unless every verdict is VALID.")
    var strict = false

    var plan: MeasurementPlan {
        var plan = MeasurementPlan()
        switch warmup {
        case .runs(let runs): plan.minWarmUpRuns = runs
        case .time(let time): plan.maxWarmUpNanoseconds = time.nanoseconds
        case nil: break
        }
        if let maxTime { plan.maxNanoseconds = maxTime.nanoseconds }
        // A shortest time that was asked for goes before the usual longest one, never before one that was asked for too.
        plan.minNanoseconds = min(minTime?.nanoseconds ?? plan.minNanoseconds, maxTime?.nanoseconds ?? .max)
        plan.maxNanoseconds = max(plan.maxNanoseconds, plan.minNanoseconds)
        return plan
    }

    func validate() throws {
        if let minTime, let maxTime, minTime.nanoseconds > maxTime.nanoseconds {
            throw ValidationError("--min-time is longer than --max-time")
        }
    }

    /// The plan for networks measured in turn; the times are those of all of them together.
    ///
    /// - Parameters:
    ///   - longest: Used where no --max-time was given.
    ///   - hasTails: Takes the samples that a firm 90th percentile needs, whatever time that takes.
    func interleavedPlan(longest: UInt64 = 60_000_000_000, hasTails: Bool = false) -> InterleavedPlan {
        var interleaved = InterleavedPlan()
        let samples = interleaved.measurement.minSamples
        interleaved.measurement = plan
        interleaved.measurement.minSamples = samples
        interleaved.maxNanoseconds = maxTime?.nanoseconds ?? longest
        // A round visits every network twice, and there are at least ten.
        if let maxTime { interleaved.visitNanoseconds = min(interleaved.visitNanoseconds, max(1, maxTime.nanoseconds / 100)) }
        if hasTails {
            let most = Quantile.minimumSamplesForP90
            interleaved.measurement.minSamples = max(samples, most)
            interleaved.minRounds = max(interleaved.minRounds, (most + 1) / 2)
        }
        return interleaved
    }

    /// - Throws: `CommandError` (75) under `--strict` when a verdict is not VALID.
    func check(_ measurements: [(name: String, measurement: Measurement)]) throws(CommandError) {
        guard let worst = measurements.max(by: { $0.measurement.verdict < $1.measurement.verdict }) else { return }
        try check(worst.measurement.verdict, name: worst.name, reason: worst.measurement.reasons.first)
    }

    func check(_ verdict: Verdict, name: String, reason: String?) throws(CommandError) {
        guard strict, verdict != .valid else { return }
        throw CommandError(.tooNoisy, "\(name) is \(verdict.rawValue): \(reason ?? "no reason recorded")")
    }
}
