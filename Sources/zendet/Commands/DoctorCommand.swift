import ArgumentParser
import Latency
import Machine
import Report
import Search

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Says what is missing or noisy on this machine, and how to mend it.",
        discussion: """
            Looks at the build, the processor, clocks, pinning, quotas, memory and files, and lets pinned threads compute for a second to see what disturbs \
            them. "note" is worth knowing, "problem" should be mended before figures are trusted, "unknown" could not be read, which is not "fine".

            EXAMPLES
              zendet doctor
              zendet doctor --threads 1 --cpus 3 --strict
              zendet doctor board.study -o json
            """)

    @Argument(help: ArgumentHelp("Studies whose health is looked at as well.", valueName: "study"), completion: .file())
    var studies: [String] = []

    @OptionGroup var threads: ThreadOption
    @OptionGroup var machine: MachineOptions

    @Flag(help: "End with 75 if a measurement here and now would not be VALID.")
    var strict = false

    @OptionGroup var output: OutputOptions

    func run() throws {
        let output = try Output(output)
        let topology = try Topology.detect()
        output.progress.update("watching the machine", done: 0, total: 1)
        let checkup = Checkup.capture(topology: topology, limits: .detect()) { try Session.plan(machine, threads: threads.threads, topology: topology) }
        let findings = checkup.findings + [tableFinding] + studies.map(studyFinding)
        let table = Table.findings(findings)
        let problems = findings.count { $0.state == .problem }
        let verdict = checkup.verdict
        let summary =
            "\(problems == 0 ? "No problem" : counted(problems, "problem")); a measurement here and now would be \(verdict.rawValue), as far as can be told."
        try output.emit(
            [.verbatim(findings.map { DoctorCommand.line($0) }.joined(separator: "\n")), .note(summary)], table: table, records: findings)
        guard strict, verdict != .valid else { return }
        throw CommandError(.tooNoisy, "a measurement here and now would be \(verdict.rawValue)")
    }

    /// "problem  governor: powersave: … → cpupower …".
    private static func line(_ finding: Finding) -> String {
        let state = finding.state.rawValue.padding(to: 8)
        return "\(state) \(finding.topic): \(finding.found)" + (finding.remedy.map { "\n         → \($0)" } ?? "")
    }

    private var tableFinding: Finding {
        let path = machine.layerTable ?? LayerTable.defaultPath()
        do throws(LatencyError) {
            guard let rows = try LayerTable.rowCount(path: path) else {
                return Finding("layer table", .ok, "\(path): not there yet; the first bench or search makes it")
            }
            return Finding("layer table", .ok, "\(path): \(counted(rows, "measured layer"))")
        } catch {
            return Finding("layer table", .problem, error.message, remedy: "move it away; layers are then measured anew")
        }
    }

    private func studyFinding(_ path: String) -> Finding {
        do throws(SearchError) {
            let study = try StudyReading(path: path)
            let found = "\(path): \(counted(study.events, "event")), \(study.evaluations) structures"
            switch study.state {
            case .finished: return Finding("study", .ok, found + ", finished")
            case .running(let process): return Finding("study", .note, found + ", written by \(process)")
            case .interrupted: return Finding("study", .note, found + ", ended before its end", remedy: "'zendet search resume \(path)' goes on")
            }
        } catch {
            return Finding("study", .problem, error.message)
        }
    }
}

extension String {
    /// With blanks at its end, to at least so many characters.
    fileprivate func padding(to count: Int) -> String { self + String(repeating: " ", count: max(0, count - self.count)) }
}
