import ArgumentParser
import Latency
import Machine
import Report

struct ProfileStaircaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "staircase",
        abstract: "Shows what each channel count really costs on this machine, and which counts waste least.",
        discussion: """
            1x1 and 3x3 convolutions with as many input as output channels are timed over maps of several sides. Beside the time per \
            multiply-accumulate stands that time over the best of the neighbouring counts: 1.3 means that 30 % of the time buys nothing. \
            'zendet search --channel-step staircase' searches over multiples of the counts that waste least.

            EXAMPLES
              zendet profile staircase --threads 1
              zendet profile staircase --save my-board.json
              zendet profile staircase --profile my-board.json --isa avx2
            """)

    @Option(help: ArgumentHelp("Show a profile's own staircase, or what its model says; nothing is measured.", valueName: "profile"), completion: .profile)
    var profile: String?

    @Option(help: ArgumentHelp("Write the measured staircase into this profile's file.", valueName: "path"))
    var save: String?

    @OptionGroup var threads: ThreadOption
    @OptionGroup var machine: MachineOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard profile == nil || save == nil else { throw ValidationError("--profile measures nothing that --save could write: give one of them") }
    }

    func run() throws {
        let output = try Output(output)
        if let profile {
            let target = try ProfileTarget(profile, isa: machine.isa?.rawValue, threads: threads.threads)
            let (staircase, isMeasured) = try target.staircase()
            return try emit(staircase, isMeasured ? "measured, from \(target.name)" : "predicted by the model of \(target.name)", output)
        }
        let saved = try save.map { path throws -> (path: String, profile: CPUProfile) in
            guard case .cpu(let cpu) = try HardwareProfile.read(path: path) else {
                throw CommandError(.badInput, "\(path): an accelerator's profile; a staircase belongs to a CPU's")
            }
            return (path, cpu)
        }
        let session = try Session(machine, threads: threads.threads, topology: try Topology.detect(), output: output)
        let staircase = try ChannelStaircase.survey(session.timer, isa: session.isa.rawValue, threads: session.team.count) { done, total in
            output.progress.update("measuring channel counts", done: Double(done), total: Double(total))
        }
        if var saved {
            saved.profile.measured.staircases.removeAll { $0.isa == staircase.isa && $0.threads == staircase.threads }
            saved.profile.measured.staircases.append(staircase)
            try HardwareProfile.cpu(saved.profile).write(path: saved.path)
        }
        try emit(staircase, "measured now", output)
        if let save { output.remark("wrote \(save)") }
    }

    private func emit(_ staircase: ChannelStaircase, _ origin: String, _ output: Output) throws {
        let table = ModelTables.staircase(staircase)
        try output.emit(
            [
                .heading("Channel staircase, \(staircase.isa), \(counted(staircase.threads, "thread")), \(origin)"), .table(table),
                .note("Channel counts that are multiples of \(staircase.channelStep) waste least; 'zendet search --channel-step staircase' keeps to them."),
            ], table: table, records: [staircase])
    }
}
