/// Warms up, samples until the median is known well enough, and judges the result.
///
/// The time budget counts the samples' own time, so that the plan decides the same on the same samples. The caller sees to it that
/// nothing else of this process is running.
///
/// - Parameters:
///   - subject: What is measured.
///   - plan: When to stop.
///   - observer: Watches the machine while samples are taken (not during the warm-up).
public func measure(
    _ subject: some Sampled, plan: MeasurementPlan = MeasurementPlan(), observer: some NoiseObserver = BlindObserver()
) -> Measurement {
    let warm = warmUp(subject, plan: plan)
    var taken = Taken()
    let noise = observer.observe {
        taken = takeSamples(subject, plan: plan, runNanoseconds: warm.runNanoseconds, observer: observer)
        return taken.handovers
    }
    return Measurement(
        samples: taken.samples, warmUpRuns: warm.runs, isSteady: warm.isSteady, plan: plan, noise: noise, ledger: taken.ledger)
}

/// How a warm-up ended.
struct WarmUp {
    var runs: Int
    var isSteady: Bool
    /// The last block's median.
    var runNanoseconds: Double
}

/// Runs blocks until they stop improving or the time is up.
func warmUp(_ subject: some Sampled, plan: MeasurementPlan) -> WarmUp {
    var state = SteadyState(tolerance: plan.improvementTolerance, blocksNeeded: plan.steadyBlocks)
    var runs = 0
    var spent = 0.0
    var blocks = 0
    var median = 0.0
    // The very first run touches every page: it sets no block's length.
    for time in subject.sample(runs: 1) {
        spent += Double(time)
        median = Double(time)
        runs += 1
    }
    while !state.isSteady || runs < plan.minWarmUpRuns {
        // A subject whose single runs exceed the time still gets the blocks that it takes to tell.
        if spent >= Double(plan.maxWarmUpNanoseconds), runs >= plan.minWarmUpRuns, blocks > plan.steadyBlocks { break }
        let block = subject.sample(runs: blockRuns(runNanoseconds: median, plan: plan))
        guard !block.isEmpty else { break }
        runs += block.count
        spent += total(block)
        blocks += 1
        median = Quantile.median(block)
        state.add(blockMedian: median)
    }
    return WarmUp(runs: runs, isSteady: state.isSteady, runNanoseconds: median)
}

func blockRuns(runNanoseconds: Double, plan: MeasurementPlan) -> Int {
    let wanted = runNanoseconds > 0 ? Double(plan.blockNanoseconds) / runNanoseconds : Double(plan.maxSamples)
    return max(plan.minBlockRuns, Int(min(wanted.rounded(), Double(plan.maxSamples))))
}

/// Samples with what happened meanwhile.
struct Taken {
    var samples: [UInt64] = []
    var handovers = 0
    /// Nil where the plan keeps none.
    var ledger: NoiseLedger?
}

/// Samples block by block until the plan is met. Where it keeps a ledger the observer reads the machine before and after each block, and the threads
/// read their counters between runs.
func takeSamples(
    _ subject: some Sampled, plan: MeasurementPlan, runNanoseconds: Double, observer: some NoiseObserver = BlindObserver()
) -> Taken {
    var taken = Taken()
    var spent = 0.0
    var runs = blockRuns(runNanoseconds: runNanoseconds, plan: plan)
    var keeper = LedgerKeeper(plan.keepsLedger ? observer.marks : nil, runNanoseconds: runNanoseconds)
    if plan.keepsLedger {
        let cheap = LedgerKeeper.fewestRuns(readingNanoseconds: observer.observationNanoseconds, runNanoseconds: runNanoseconds)
        runs = max(runs, min(cheap, LedgerKeeper.longestBlock * runs))
    }
    while taken.samples.count < plan.maxSamples {
        let first = taken.samples.count
        let count = min(runs, plan.maxSamples - first)
        var block: [UInt64] = []
        func run() -> Int {
            block = keeper.sample(subject, runs: count, first: first)
            return subject.handovers(runs: count)
        }
        if plan.keepsLedger {
            let noise = observer.observe(run)
            // Reading the machine is a job of the team as well.
            taken.handovers += max(noise.handovers, 1)
            keeper.add(block: noise, first: first, samples: block.count)
        } else {
            taken.handovers += run()
        }
        guard !block.isEmpty else { break }
        taken.samples += block
        spent += total(block)
        guard taken.samples.count >= plan.minSamples else { continue }
        if spent >= Double(plan.maxNanoseconds) { break }
        guard spent >= Double(plan.minNanoseconds) else { continue }
        let sorted = taken.samples.map { Double($0) }.sorted()
        let median = Quantile.ofSorted(sorted, 0.5)
        if let interval = MedianInterval.ofSorted(sorted, confidence: plan.confidence),
            interval.relativeHalfWidth(around: median) <= plan.targetRelativeHalfWidth
        {
            break
        }
    }
    if plan.keepsLedger { taken.ledger = keeper.ledger }
    return taken
}

/// The sum of times as a real number, which no clock can overflow.
func total(_ nanoseconds: [UInt64]) -> Double { nanoseconds.reduce(0) { $0 + Double($1) } }
