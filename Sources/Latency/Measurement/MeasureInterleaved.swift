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
    let keepsLedger = plan.measurement.keepsLedger
    var keepers = subjects.indices.map { LedgerKeeper(keepsLedger ? observer.marks : nil, runNanoseconds: warm[$0].runNanoseconds) }
    // Reading the machine around a turn must take next to nothing of it; else it is read around a round of all.
    let reading = keepsLedger ? observer.observationNanoseconds : 0
    let observesTurns = keepsLedger
        && contestants.allSatisfy { Double(visitRuns[$0]) * warm[$0].runNanoseconds * LedgerKeeper.readingShare >= reading }
    var isPrecise = false

    /// One contestant's turn; its times and the jobs handed out.
    func visit(_ contestant: Int) -> (times: [UInt64], handovers: Int) {
        let subject = contestants[contestant]
        let first = samples[contestant].count
        var times: [UInt64] = []
        func run() -> Int {
            var handovers = all[subject].handovers(runs: visitRuns[subject])
            // A run that fills a visit by itself is long: it replaces what the caches hold many times over, whoever ran before.
            if plan.settleRuns > 0, visitRuns[subject] > 1 {
                _ = all[subject].sample(runs: plan.settleRuns)
                handovers += all[subject].handovers(runs: plan.settleRuns)
            }
            // The noise floor's and the anchor's turns have no ledger of their own.
            times = contestant < subjects.count
                ? keepers[contestant].sample(all[subject], runs: visitRuns[subject], first: first) : all[subject].sample(runs: visitRuns[subject])
            return handovers
        }
        guard observesTurns else {
            let handovers = run()
            return (times, handovers)
        }
        let noise = observer.observe(run)
        if contestant < subjects.count { keepers[contestant].add(block: noise, first: first, samples: times.count) }
        return (times, max(noise.handovers, 1))
    }

    /// Visits everybody twice; each contestant's medians, the jobs handed out, and the time of the samples.
    func visitAll(_ round: Int) -> (visits: [[Double]], handovers: Int, nanoseconds: Double) {
        var visits = [[Double]](repeating: [], count: contestants.count)
        var handovers = 0
        var nanoseconds = 0.0
        for contestant in visitOrder(count: contestants.count, round: round) {
            let turn = visit(contestant)
            handovers += turn.handovers
            guard !turn.times.isEmpty else { continue }
            samples[contestant] += turn.times
            nanoseconds += total(turn.times)
            visits[contestant].append(Quantile.median(turn.times))
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
            func run() -> Int {
                let round = visitAll(done)
                visits = round.visits
                spent += round.nanoseconds
                return round.handovers
            }
            if keepsLedger, !observesTurns {
                let noise = observer.observe(run)
                handovers += noise.handovers
                for subject in subjects.indices {
                    keepers[subject].add(block: noise, first: firsts[subject], samples: samples[subject].count - firsts[subject])
                }
            } else {
                handovers += run()
            }
            guard visits.allSatisfy({ !$0.isEmpty }) else { break }
            for contestant in contestants.indices {
                rounds[contestant].append(visits[contestant].reduce(0, +) / Double(visits[contestant].count))
            }
            done += 1
            progress(done, min(1, max(Double(done) / Double(plan.maxRounds), spent / Double(max(plan.maxNanoseconds, 1)))))
            guard done >= plan.minRounds else { continue }
            let worst = compared.filter { $0 != baseline }
                .map { pairedRatio(rounds[$0], rounds[baseline], confidence: InterleavedComparison.differenceConfidence) }
                .map { $0.interval?.relativeHalfWidth(around: $0.ratio) ?? .infinity }.max() ?? 0
            isPrecise = worst <= plan.targetRelativeHalfWidth
            if isPrecise || spent >= Double(plan.maxNanoseconds) { break }
        }
        return handovers
    }

    let measurements = subjects.indices.map {
        Measurement(
            samples: samples[$0], warmUpRuns: warm[$0].runs, isSteady: warm[$0].isSteady, plan: plan.measurement, noise: noise,
            ledger: keepsLedger ? keepers[$0].ledger : nil)
    }
    return InterleavedComparison(
        measurements: measurements, roundNanoseconds: Array(rounds.prefix(subjects.count)), baseline: baseline,
        ratios: subjects.indices.map { pairedRatio(rounds[$0], rounds[baseline], confidence: plan.measurement.confidence) },
        noiseFloor: plan.measuresNoiseFloor ? pairedRatio(rounds[subjects.count], rounds[baseline], confidence: plan.measurement.confidence) : nil,
        rounds: rounds[baseline].count, anchorRoundNanoseconds: anchor == nil ? nil : rounds[contestants.count - 1], isPrecise: isPrecise)
}

/// The order of visits of one round: a rotation of 0..<count by the round's number, then the same backwards.
func visitOrder(count: Int, round: Int) -> [Int] {
    let forward = (0..<count).map { ($0 + round) % count }
    return forward + forward.reversed()
}

/// The paired ratio of the rounds, or 1 without an interval where a clock gave nothing that can be divided.
func pairedRatio(_ values: [Double], _ baseline: [Double], confidence: Double) -> PairedRatio {
    guard !values.isEmpty, values.allSatisfy({ $0 > 0 }), baseline.allSatisfy({ $0 > 0 }) else {
        return PairedRatio(ratio: 1, interval: nil, rounds: 0)
    }
    return PairedRatio.of(values: values, baseline: baseline, confidence: confidence)
}
