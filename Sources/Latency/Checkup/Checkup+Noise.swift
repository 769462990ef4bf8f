extension Checkup {
    /// What disturbed a team that computed for a moment, by the limits that measurements are judged by.
    var noiseFindings: [Finding] {
        guard let noise else { return pinningFailure == nil ? [] : [Finding("quiet", .unknown, "nothing was watched, since no team was pinned")] }
        var findings = NoiseLimits.reasons(noise).map { reason in
            Finding(Checkup.topic(reason.cause), .problem, reason.finding, remedy: reason.advice, verdict: reason.verdict)
        }
        if findings.isEmpty {
            findings.append(
                Finding(
                    "quiet", .ok,
                    "nothing disturbed \(noise.members) computing thread\(noise.members == 1 ? "" : "s") "
                        + "for \(NoiseLimits.text(Double(noise.elapsedNanoseconds) / 1e9)) s"
                ))
        }
        // No steal is a fact of its own in a virtual machine.
        if let steal = noise.stealShare, steal < NoiseLimits.suspectStealShare {
            findings.append(Finding("steal", .ok, "\(NoiseLimits.percent(steal)) of the CPU time"))
        }
        return findings + noise.unknowns.map { Finding($0, .unknown, "not readable here") }
    }

    private static func topic(_ cause: Reason.Cause) -> String {
        switch cause {
        case .involuntarySwitches: "context switches"
        case .runQueueWait: "waiting for a CPU"
        case .foreignLoad: "other processes"
        case .thermalThrottling: "heat"
        case .frequencyChange: "frequency"
        default: cause.rawValue.replacing("_", with: " ")
        }
    }
}
