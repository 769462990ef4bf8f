/// What the samples themselves say against a measurement.
enum SampleLimits {
    static func reasons(ordered: [Double], median: Double, interval: Interval?, isSteady: Bool, plan: MeasurementPlan) -> [Reason] {
        var reasons: [Reason] = []
        if ordered.count < plan.minSamples || ordered.isEmpty {
            reasons.append(
                Reason(
                    .tooFewSamples, .invalid, "\(ordered.count) samples where \(plan.minSamples) are needed",
                    advice: "give it more time with --min-time"))
        }
        if !isSteady {
            reasons.append(
                Reason(
                    .notSteady, .suspect, "the runs were still getting faster when the warm-up's time was up",
                    advice: "lengthen it with --warmup"))
        }
        if let change = Drift.change(ordered) {
            let direction = change > 0 ? "slower" : "faster"
            reasons.append(
                Reason(
                    .drift, .suspect, "the last third of the samples is \(NoiseLimits.percent(abs(change))) \(direction) than the first",
                    advice: "measure again; if it stays, look for heat or a neighbour on the same host"))
        }
        let halfWidth = interval?.relativeHalfWidth(around: median)
        reasons += width(halfWidth, plan: plan, advice: "give it more time with --min-time, or quieten the machine")
        if halfWidth == nil, !ordered.isEmpty {
            reasons.append(
                Reason(
                    .wideInterval, .suspect, "\(ordered.count) samples give no confidence interval of the median",
                    advice: "give it more time with --min-time"))
        }
        if let modes = Bimodality.modes(ordered) {
            reasons.append(
                Reason(
                    .bimodal, .suspect,
                    "two groups of samples: \(NoiseLimits.percent(modes.highShare)) take \(NoiseLimits.text(modes.high / 1e6)) ms, "
                        + "the others \(NoiseLimits.text(modes.low / 1e6)) ms",
                    advice: "look for a core that changes its speed, or two kinds of core in --cpus"))
        }
        return reasons
    }

    /// What an interval's half width says against a median.
    static func width(_ halfWidth: Double?, plan: MeasurementPlan, advice: String) -> [Reason] {
        let suspect = NoiseLimits.suspectIntervalMultiple * plan.targetRelativeHalfWidth
        guard let halfWidth, let verdict = NoiseLimits.grade(halfWidth, suspect, max(NoiseLimits.invalidRelativeHalfWidth, suspect)) else { return [] }
        return [
            Reason(
                .wideInterval, verdict,
                "the median is known to ±\(NoiseLimits.percent(halfWidth)) only, ±\(NoiseLimits.percent(plan.targetRelativeHalfWidth)) was the aim",
                advice: advice)
        ]
    }
}
