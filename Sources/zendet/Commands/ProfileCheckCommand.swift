import ArgumentParser
import Latency
import Machine
import Report

struct ProfileCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Holds a profile's latency model against networks that its fit never saw, measured now.",
        discussion: """
            Random networks of all spaces, sizes and resolutions are predicted and measured. The card says how wrong the model is: median and worst \
            error, the share within 5 and 8 percent, the rank correlation, the layers that are missed by most, and which networks have layers outside \
            of what was measured. Beside it stands the A/A floor: every fifth network is measured twice, and the floor is the 95th percentile of how far they \
            differ from themselves. Only samples count in which a core had no neighbour on its other hardware thread, by looks at it \
            some thousand times a second; of each step each thread's own time by its own looks, or the fastest of very many of a long step. Where quiet \
            moments are shorter than a run, a network's time is the sum of its steps, measured in three visits minutes apart that each saw every step, of six at \
            most: sixty networks take some twenty minutes beside busy neighbours. Networks that stay disturbed are left out and counted.

            On several threads each network is predicted for cores as far apart as they were when it was measured, by the time of a barrier: a virtual machine's \
            host moves its CPUs between caches, and the same network then takes a tenth more or less. The share of networks with near and with far cores is shown.

            With networks named, those are checked instead, at --resolution: what a search found for a profile, say. Their card is not saved.

            EXAMPLES
              zendet profile check
              zendet profile check winner.txt resnet50 --resolution 192 --threads 2
              zendet profile check --profile my-board.json --networks 60 --seed 7 --threads 1 --isa avx2
            """)

    @OptionGroup var models: ModelOptions

    @Option(help: ArgumentHelp("A profile's file, or its name in hardware-profiles. Without it: this machine's.", valueName: "profile"), completion: .profile)
    var profile: String?

    @Option(help: ArgumentHelp("Networks to check.", valueName: "number"))
    var networks = 60

    @Option(help: "Seed of the networks; a plan's own seed would check what was fitted.")
    var seed: UInt64 = 1_000_003

    @Option(help: ArgumentHelp("How many times as long a visit of a network may take where others use the cores.", valueName: "number"))
    var patience = 2.0

    @Flag(help: "Check the zoo's networks as well, at 320 px; they have a card of their own, which is not saved.")
    var zoo = false

    @Flag(help: "Write the card into the profile's file.")
    var save = false

    @OptionGroup var threads: ThreadOption
    @OptionGroup var machine: MachineOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...1000).contains(networks) else { throw ValidationError("--networks \(networks) is not between 1 and 1000") }
        guard patience >= 1, patience <= 100 else { throw ValidationError("--patience \(patience) is not between 1 and 100") }
        guard models.isEmpty || !save else { throw ValidationError("--save keeps the card of random networks; name no network with it") }
        guard !models.isEmpty || (models.resolution == nil && models.imageResolution == nil) else { throw ValidationError("a resolution without a network: random networks have their own") }
    }

    func run() throws {
        let output = try Output(output)
        let named = try models.isEmpty ? [] : models.loaded().map { (network: $0.network, resolutions: try models.resolutions($0)) }
        let topology = try Topology.detect()
        let path = try ProfileFiles.path(of: profile ?? ProfileName.of(CPUModel.detect(), topology))
        guard case .cpu(var cpu) = try HardwareProfile.read(path: path) else {
            throw CommandError(.badInput, "\(path): an accelerator's profile; its model is not checked by measurement")
        }
        let isa = try machine.instructionSet()
        let known = try Session.plan(machine, threads: threads.threads, topology: topology).cpus.count
        let model = try cpu.model(isa: machine.isa?.rawValue ?? (cpu.measured.models.contains { $0.isa == isa.rawValue } ? isa.rawValue : nil), threads: known)
        guard model.isa == isa.rawValue else {
            throw CommandError(.badInput, "\(path): holds no model for \(isa.rawValue); name one it has with --isa")
        }
        guard model.fitted.seed != seed else {
            throw CommandError(.badInput, "--seed \(seed): the model was fitted to the networks of this seed; use another")
        }
        let session = try Session(machine, threads: threads.threads, topology: topology, output: output)
        let modeling = ProfileModeling(session: session, output: output, seed: seed)
        let (all, again) = try named.isEmpty ? modeling.check(model, networks: networks, patience: patience) : (modeling.check(model, named, patience: patience), [])
        // A network that the machine was too disturbed for says nothing of the model.
        let checked = all.filter { !$0.measured.isDisturbed }
        let disturbed = all.count - checked.count
        guard !checked.isEmpty else {
            throw CommandError(.tooNoisy, "\(all.count == 1 ? "the network was" : "all \(all.count) networks were") disturbed beyond use: check on a quieter machine")
        }
        let differences = again.compactMap { $0.first.difference(from: $0.second) }.map { 100 * $0 }
        let card = try ErrorCard(checked.map(\.check), seed: seed, noiseFloorPercent: differences.isEmpty ? nil : Quantile.of(differences, 0.95))
        if save, let index = cpu.measured.models.firstIndex(of: model) {
            cpu.measured.models[index].card = card
            try HardwareProfile.cpu(cpu).write(path: path)
        }
        let table = ModelTables.checks(checked)
        let published = try zoo ? modeling.checkZoo(model, patience: patience).filter { !$0.measured.isDisturbed } : []
        let zooCard = published.isEmpty ? [] : [(model, try ErrorCard(published.map(\.check), seed: seed, noiseFloorPercent: nil))]
        try output.emit(
            [.heading("Card of \(cpu.name), \(model.isa), \(counted(model.engine.threads, "thread"))"), .table(ModelTables.cards([(model, card)]))]
                + ModelTables.distances(checked) + ModelTables.clocks(checked, model) + ModelTables.worst(checked) + [.heading("Networks"), .table(table)] + ModelTables.outside(checked)
                + (published.isEmpty ? [] : [.heading("The zoo's networks"), .table(ModelTables.cards(zooCard)), .table(ModelTables.checks(published))])
                + (differences.isEmpty
                    ? []
                    : [.note("\(counted(differences.count, "network")) measured twice: different from themselves by \(NumberText.fixed(Quantile.median(differences), places: 1)) % in the median, \(NumberText.fixed(differences.max()!, places: 1)) % at most.")])
                + (checked.contains { $0.measured.isSummed }
                    ? [.note("\(counted(checked.count { $0.measured.isSummed }, "network")) of these had quiet moments shorter than a run: their time is the sum of their undisturbed steps.")] : [])
                + (disturbed == 0
                    ? []
                    : [.note("\(counted(disturbed, "network")) more had no undisturbed time, and are left out.")]),
            table: table, records: [card])
        if save { output.remark("wrote \(path)") }
    }
}
