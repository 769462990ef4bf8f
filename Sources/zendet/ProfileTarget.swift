import Architecture
import Inference
import Latency
import Machine
import Report
import Search

/// The machine that latencies are predicted for, from a hardware profile.
struct ProfileTarget {
    let name: String
    let profile: CPUProfile
    let model: StepModel

    /// - Throws: `LatencyError` for a profile that is missing, damaged or without a fitting model, `CommandError` for an accelerator's.
    init(_ nameOrPath: String, isa: String?, threads: Int?) throws {
        let path = try ProfileFiles.path(of: nameOrPath)
        guard case .cpu(let profile) = try HardwareProfile.read(path: path) else {
            throw CommandError(.badInput, "--profile \(nameOrPath): an accelerator's profile; a CPU's with a latency model is needed")
        }
        self.profile = profile
        name = profile.name
        model = try profile.model(isa: isa, threads: threads)
    }

    var record: ProfileRecord { ProfileRecord(name: name, model: model) }

    /// The machine's own staircase if it was measured, else what the model says.
    func staircase() throws -> (staircase: ChannelStaircase, isMeasured: Bool) {
        let (isa, threads) = (model.isa, model.engine.threads)
        if let measured = profile.measured.staircases.first(where: { $0.isa == isa && $0.threads == threads }) { return (measured, true) }
        return (try ChannelStaircase.survey(model, isa: isa, threads: threads), false)
    }

    /// The channel step that wastes least on the machine of the search: by its measured staircase, else by its model.
    ///
    /// - Parameter target: nil for this machine, whose profile is then looked for.
    static func channelStep(_ target: ProfileTarget?, _ machine: MachineOptions, threads: Int?) throws -> Int {
        let target = try target ?? here(machine, threads: threads)
        return try target.staircase().staircase.channelStep
    }

    private static func here(_ machine: MachineOptions, threads: Int?) throws -> ProfileTarget {
        let name = ProfileName.of(CPUModel.detect(), try Topology.detect())
        do {
            return try ProfileTarget(name, isa: machine.isa?.rawValue, threads: threads)
        } catch let error as LatencyError {
            throw CommandError(.missingInput, "--channel-step staircase: \(error.message); measure this machine with 'zendet profile measure', or name a profile with --profile")
        }
    }
}
