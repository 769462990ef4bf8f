/// Measures subjects in turn, so that whatever the machine does hits all of them alike.
///
/// A round visits them in order and then in the opposite order (A B B A), starting one further each round (B A A B): a machine that gets
/// slower at a constant rate leaves every ratio of a round alone, and none is always first. A subject's time in a round is the mean of
/// its two visits' medians.
///
/// - Parameters:
///   - subjects: What is measured; each is warmed up by itself first.
///   - baseline: Index of the subject that ratios refer to.
///   - plan: How long a visit is, how many rounds there are, and when they suffice.
///   - anchor: Takes its turn as one more subject, so that drift can be corrected; no ratio refers to it.
///   - observer: Watches the machine over all rounds.
///   - progress: Called after each round with the rounds done and the share of the plan that is used up, from 0 to 1.
/// - Precondition: `subjects` is not empty and `baseline` is one of its indices.
public func measureInterleaved(
    _ subjects: [any Sampled], baseline: Int = 0, plan: InterleavedPlan = InterleavedPlan(), anchor: (any Sampled)? = nil,
    observer: some NoiseObserver = BlindObserver(), progress: (_ rounds: Int, _ share: Double) -> Void = { _, _ in }
) -> InterleavedComparison {
    precondition(subjects.indices.contains(baseline), "the baseline is one of the subjects")
    let all = subjects + (anchor.map { [$0] } ?? [])
    let warm = all.map { warmUp($0, plan: plan.measurement) }
    let visitRuns = warm.map { max(1, Int(min(1000, Double(plan.visitNanoseconds) / max($0.runNanoseconds, 1)))) }
    // The noise floor is one more contestant, the baseline itself; the anchor comes last.
    let contestants = Array(subjects.indices) + (plan.measuresNoiseFloor ? [baseline] : []) + (anchor == nil ? [] : [subjects.count])
    let compared = contestants.indices.dropLast(anchor == nil ? 0 : 1)
    var samples = [[UInt64]](repeating: [], count: contestants.count)
    var rounds = [[Double]](repeating: [], count: contestants.count)
    var ledgers = [[LedgerEntry]](repeating: [], count: subjects.count)
    var isPrecise = false

    /// Visits everybody twice; each contestant's medians, the jobs handed out, and the time of the samples.
    func visitAll(_ round: Int) -> (visits: [[Double]], handovers: Int, nanoseconds: Double) {
        var visits = [[Double]](repeating: [], count: contestants.count)
        var handovers = 0
        var nanoseconds = 0.0
        for contestant in visitOrder(count: contestants.count, round: round) {
            let subject = contestants[contestant]
            // A run that fills a visit by itself is long: it replaces what the caches hold many times over, whoever ran before.
            if plan.settleRuns > 0, visitRuns[subject] > 1 {
                _ = all[subject].sample(runs: plan.settleRuns)
                handovers += all[subject].handovers(runs: plan.settleRuns)
            }
            handovers += all[subject].handovers(runs: visitRuns[subject])
            let times = all[subject].sample(runs: visitRuns[subject])
            guard !times.isEmpty else { continue }
            samples[contestant] += times
            nanoseconds += total(times)
            visits[contestant].append(Quantile.median(times))
        }
        return (visits, handovers, nanoseconds)
    }

    let noise = observer.observe {
        var done = 0
        var handovers = 0
        var spent = 0.0
        while done < max(plan.maxRounds, 1) {
            var visits: [[Double]] = []
            let firsts = samples.map(\.count)
            let noise = observer.observe {
                let round = visitAll(done)
                visits = round.visits
                spent += round.nanoseconds
                return round.handovers
            }
            handovers += noise.handovers
            for subject in subjects.indices where samples[subject].count > firsts[subject] {
                ledgers[subject].append(
                    LedgerEntry(firstSample: firsts[subject], samples: samples[subject].count - firsts[subject], noise: noise))
            }
            guard visits.allSatisfy({ !$0.isEmpty }) else { break }
            for contestant in contestants.indices {
                rounds[contestant].append(visits[contestant].reduce(0, +) / Double(visits[contestant].count))
            }
            done += 1
            progress(done, min(1, max(Double(done) / Double(plan.maxRounds), spent / Double(max(plan.maxNanoseconds, 1)))))
            guard done >= plan.minRounds else { continue }
            let worst = compared.filter { $0 != baseline }
                .map { ratio(rounds[$0], rounds[baseline], confidence: InterleavedComparison.differenceConfidence) }
                .map { $0.interval?.relativeHalfWidth(around: $0.ratio) ?? .infinity }.max() ?? 0
            isPrecise = worst <= plan.targetRelativeHalfWidth
            if isPrecise || spent >= Double(plan.maxNanoseconds) { break }
        }
        return handovers
    }

    let measurements = subjects.indices.map {
        Measurement(
            samples: samples[$0], warmUpRuns: warm[$0].runs, isSteady: warm[$0].isSteady, plan: plan.measurement, noise: noise, ledger: ledgers[$0])
    }
    return InterleavedComparison(
        measurements: measurements, roundNanoseconds: Array(rounds.prefix(subjects.count)), baseline: baseline,
        ratios: subjects.indices.map { ratio(rounds[$0], rounds[baseline], confidence: plan.measurement.confidence) },
        noiseFloor: plan.measuresNoiseFloor ? ratio(rounds[subjects.count], rounds[baseline], confidence: plan.measurement.confidence) : nil,
        rounds: rounds[baseline].count, anchorRoundNanoseconds: anchor == nil ? nil : rounds[contestants.count - 1], isPrecise: isPrecise)
}

/// The order of visits of one round: a rotation of 0..<count by the round's number, then the same backwards.
func visitOrder(count: Int, round: Int) -> [Int] {
    let forward = (0..<count).map { ($0 + round) % count }
    return forward + forward.reversed()
}

/// The paired ratio of the rounds, or 1 without an interval where a clock gave nothing that can be divided.
private func ratio(_ values: [Double], _ baseline: [Double], confidence: Double) -> PairedRatio {
    guard !values.isEmpty, values.allSatisfy({ $0 > 0 }), baseline.allSatisfy({ $0 > 0 }) else {
        return PairedRatio(ratio: 1, interval: nil, rounds: 0)
    }
    return PairedRatio.of(values: values, baseline: baseline, confidence: confidence)
}
