/// How much disturbance makes a measurement suspect or invalid.
public enum NoiseLimits {
    /// What a handover may cost a thread: at the end of a job it wakes the caller, who on a small machine runs in its place for a moment. That
    /// is up to two involuntary switches and some waiting, none of it within a timed run.
    public static let handoverNanoseconds = 200_000.0
    public static let switchesPerHandover = 2

    /// Involuntary switches per second and thread, beyond those of handovers.
    ///
    /// A quiet core switches a pinned thread out a few times a second, for the kernel's own work. A second busy process on the core does it
    /// on every time slice, which the Linux scheduler makes 1 to 4 ms: a hundred times a second and more. Where the kernel tells how long the
    /// threads waited, that decides how bad it was: many short interruptions are then suspect at most.
    public static let suspectSwitchesPerSecond = 15.0
    public static let invalidSwitchesPerSecond = 60.0

    /// Share of the threads' time in which they could run and had no CPU: half of the usual ±1 % interval, and a twentieth.
    public static let suspectRunQueueWaitShare = 0.005
    public static let invalidRunQueueWaitShare = 0.05

    /// Share of the pinned CPUs' time stolen by the hypervisor.
    ///
    /// Half of the usual ±1 % interval; a twentieth is more than any ratio people compare networks by.
    public static let suspectStealShare = 0.005
    public static let invalidStealShare = 0.05

    /// Share of the pinned CPUs' time taken by other threads.
    public static let suspectForeignLoadShare = 0.02
    public static let invalidForeignLoadShare = 0.10

    /// The part of what a core can do in a cycle below which a thread does not have it for itself.
    ///
    /// Alone, readings lie within 1 % of each other; with a neighbour nearly all are below 93 %, most between a half and nine tenths (Zen 3, 400,000 readings).
    public static let ownCoreShare = 0.95

    /// Share of the readings at which a core was shared. Each such run is slower, up to half as fast, but a median moves little by a few of them. Never invalid:
    /// where the neighbour always works, that is the machine.
    public static let suspectSharedCoreShare = 0.1

    /// Share of the wall time for which the control group was stopped by its quota. Any at all is suspect.
    public static let invalidThrottledShare = 0.01

    /// What a minor page fault costs: entering the kernel, finding or clearing a page, and the caches it spoils; a huge page costs far more.
    /// Own choice, at the upper end of what base pages cost.
    public static let minorFaultNanoseconds = 1000.0

    /// Share of the threads' time that minor page faults take.
    public static let suspectFaultShare = 0.005
    public static let invalidFaultShare = 0.05

    /// Relative change of the frequency between start and end.
    public static let suspectFrequencyChange = 0.05

    /// Multiple of the interval's target that is suspect, and half-width that is useless whatever the target was.
    public static let suspectIntervalMultiple = 2.0
    public static let invalidRelativeHalfWidth = 0.10

    /// The reasons that a noise record gives.
    public static func reasons(_ noise: NoiseRecord) -> [Reason] {
        var reasons: [Reason] = []
        let seconds = Double(noise.elapsedNanoseconds) / 1e9
        if let all = noise.involuntarySwitches, seconds > 0 {
            let switches = max(0, all - switchesPerHandover * noise.handovers * max(noise.members, 1))
            let rate = Double(switches) / seconds / Double(max(noise.members, 1))
            let brief = noise.runQueueWaitShare.map { $0 < suspectRunQueueWaitShare } ?? false
            let verdict = brief
                ? grade(rate, invalidSwitchesPerSecond, .infinity) : grade(rate, suspectSwitchesPerSecond, invalidSwitchesPerSecond)
            // A few switches in a short measurement are a high rate but no pattern.
            if switches >= 3, let verdict {
                reasons.append(
                    Reason(
                        .involuntarySwitches, verdict,
                        "\(switches) involuntary context switches, \(text(rate)) per second and thread",
                        advice: "stop what else runs on these CPUs, or choose others with --cpus"))
            }
        }
        let migrations = noise.migrations ?? 0, strays = noise.strayMembers ?? 0
        if migrations > 0 || strays > 0 {
            reasons.append(
                Reason(
                    .migrations, .invalid, "pinned threads moved to another CPU (\(migrations) migrations, \(strays) threads seen elsewhere)",
                    advice: "something changed their affinity: look for a container or daemon that rewrites cpusets"))
        }
        if let share = noise.runQueueWaitShare, let verdict = grade(share, suspectRunQueueWaitShare, invalidRunQueueWaitShare) {
            reasons.append(
                Reason(
                    .runQueueWait, verdict, "the threads waited for a CPU during \(percent(share)) of the time",
                    advice: "stop what else runs on these CPUs, or choose others with --cpus"))
        }
        if let share = noise.stealShare, let verdict = grade(share, suspectStealShare, invalidStealShare) {
            reasons.append(
                Reason(
                    .steal, verdict, "\(percent(share)) of the CPU time was stolen by the hypervisor",
                    advice: "measure again when the host is quieter, or on a machine of your own"))
        }
        if let share = noise.foreignLoadShare, let verdict = grade(share, suspectForeignLoadShare, invalidForeignLoadShare) {
            reasons.append(
                Reason(
                    .foreignLoad, verdict, "other processes took \(percent(share)) of the pinned CPUs' time",
                    advice: "stop them, or choose other CPUs with --cpus"))
        }
        if let share = noise.sharedCoreShare, let verdict = grade(share, suspectSharedCoreShare, .infinity) {
            reasons.append(
                Reason(
                    .sharedCore, verdict, "another hardware thread worked on the cores at \(percent(share)) of the readings",
                    advice: "keep the cores' other hardware threads idle, or turn them off; in a virtual machine they are other guests': rent whole cores"))
        }
        if let stopped = noise.throttledMicroseconds, stopped > 0 {
            let share = seconds > 0 ? Double(stopped) / 1e6 / seconds : 1
            reasons.append(
                Reason(
                    .throttling, share >= invalidThrottledShare ? .invalid : .suspect,
                    "the control group's CPU quota stopped the process for \(stopped) microseconds",
                    advice: "use fewer --threads than the quota allows, or raise the quota (cpu.max)"))
        }
        if let faults = noise.minorFaults, seconds > 0 {
            let share = Double(faults) * minorFaultNanoseconds / (seconds * 1e9 * Double(max(noise.members, 1)))
            // A few pages at a start are no pattern.
            if faults >= 100, let verdict = grade(share, suspectFaultShare, invalidFaultShare) {
                reasons.append(
                    Reason(
                        .minorFaults, verdict, "\(faults) page faults while measuring, some \(percent(share)) of the time",
                        advice: "lengthen the warm-up with --warmup; if they stay, look for memory that is taken away and given back (balloon, compaction, swap)"))
            }
        }
        if let faults = noise.majorFaults, faults > 0 {
            reasons.append(
                Reason(
                    .majorFaults, .suspect, "\(faults) page faults were read from a disk",
                    advice: "free memory, or turn swap off, and measure again"))
        }
        if let throttles = noise.thermalThrottles, throttles > 0 {
            reasons.append(
                Reason(
                    .thermalThrottling, .suspect, "the cores were slowed down because of heat \(throttles) times",
                    advice: "let the machine cool, improve its cooling, or fix a lower frequency"))
        }
        if let before = noise.frequencyBeforeHertz, let after = noise.frequencyAfterHertz, before > 0,
            abs(after / before - 1) > suspectFrequencyChange
        {
            reasons.append(
                Reason(
                    .frequencyChange, .suspect,
                    "the CPU frequency went from \(text(before / 1e6)) to \(text(after / 1e6)) MHz"
                        + (noise.frequencySource == .cycles ? ", by counting cycles against the clock" : ""),
                    advice: "set a fixed frequency (governor 'performance', boost off), or let the machine cool"))
        }
        return reasons
    }

    /// What can be told of single runs, by the counters that threads read between them.
    static let causesOfRuns: Set<Reason.Cause> = [.involuntarySwitches, .migrations, .runQueueWait, .sharedCore, .throttling, .minorFaults, .majorFaults]

    /// What disturbed a run, or a few: there is no handover among them and no pattern to wait for, so one switch off the core counts, if it took
    /// its part of the time or nobody knows how much.
    static func causes(ofRuns noise: NoiseRecord) -> [Reason.Cause] {
        let waited = noise.runQueueWaitShare.map { $0 >= suspectRunQueueWaitShare }
        let faultShare = Double(noise.minorFaults ?? 0) * minorFaultNanoseconds / (Double(max(noise.elapsedNanoseconds, 1)) * Double(max(noise.members, 1)))
        let found: [(Reason.Cause, Bool)] = [
            (.involuntarySwitches, noise.involuntarySwitches ?? 0 > 0 && waited ?? true),
            (.migrations, noise.migrations ?? 0 > 0 || noise.strayMembers ?? 0 > 0),
            (.runQueueWait, waited ?? false), (.sharedCore, noise.sharedCoreShare ?? 0 > 0), (.throttling, noise.throttledMicroseconds ?? 0 > 0), (.minorFaults, faultShare >= suspectFaultShare),
            (.majorFaults, noise.majorFaults ?? 0 > 0),
        ]
        return found.filter(\.1).map(\.0)
    }

    /// Of looks at the cores, with the least part of its core that a member had at each, the share at which one was shared; nil where no look could tell.
    static func sharedShare(_ coreShares: [Double?]) -> Double? {
        let known = coreShares.compactMap(\.self)
        return known.isEmpty ? nil : Double(known.count { $0 < ownCoreShare }) / Double(known.count)
    }

    static func grade(_ value: Double, _ suspect: Double, _ invalid: Double) -> Verdict? {
        value >= invalid ? .invalid : value >= suspect ? .suspect : nil
    }

    static func percent(_ share: Double) -> String { "\(text(share * 100)) %" }

    /// A number with one digit after the point, without Foundation's formatting.
    static func text(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
        return "\((value * 10).rounded() / 10)"
    }
}
