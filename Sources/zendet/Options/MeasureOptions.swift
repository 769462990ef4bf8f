import ArgumentParser
import Latency

/// How long to measure, and how strictly to judge.
struct MeasureOptions: ParsableArguments {
    @Option(name: [.short, .long], help: ArgumentHelp("Warm-up: at least this many runs (20), or at most this long (2s). Without it: until runs stop getting faster, 2s at most.", valueName: "runs|time"))
    var warmup: WarmUp?

    @Option(help: ArgumentHelp("Shortest time of sampling, such as 500ms or 3s.", valueName: "time"))
    var minTime: TimeSpan?

    @Option(help: "Seed of the random weights.")
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
        return minTime.map { plan.with(minNanoseconds: $0.nanoseconds) } ?? plan
    }

    /// The plan for networks measured in turn. `--min-time` is the time for all of them together.
    var interleavedPlan: InterleavedPlan {
        var interleaved = InterleavedPlan()
        let samples = interleaved.measurement.minSamples
        interleaved.measurement = plan
        interleaved.measurement.minSamples = samples
        if let minTime { interleaved.maxNanoseconds = max(interleaved.maxNanoseconds, minTime.nanoseconds) }
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
