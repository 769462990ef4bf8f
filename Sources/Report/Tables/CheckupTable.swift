import Latency

extension Table {
    /// What was looked at on a machine, a line each.
    public static func findings(_ findings: [Finding]) -> Table {
        var table = Table([.text("state", key: "state"), .text("what", key: "topic"), .text("found", key: "found"), .text("to mend it", key: "remedy")])
        for finding in findings {
            let style: Style =
                switch finding.state {
                case .ok: .good
                case .note, .unknown: .faint
                case .problem: .bad
                }
            table.append([.styled(finding.state.rawValue, style), .text(finding.topic), .text(finding.found), .text(optional: finding.remedy)])
        }
        return table
    }
}
