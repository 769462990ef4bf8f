import Architecture
import ArgumentParser
import Latency
import Report

struct ProfileImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import-oplib",
        abstract: "Reads a library of operator latencies, tells its faults, and prices networks with it.",
        discussion: """
            The file holds a line for each convolution that was timed on a device, in TinyNAS' notation: \
            {Type,Batch,InC,InH,InW,OutC,Kernel,Stride,ElementwiseFused} milliseconds for the whole batch, -1 for one that was not measured. Between rows \
            times are joined as TinyNAS does; where it extrapolates, jumps, or gives one of several answers, that is said.

            With --out the rows that count go into a profile. 'zendet compare --v100-profile FILE' then uses them instead of a fitted model. A \
            profile that is there already keeps what it has, but for the rows of the same precision.

            EXAMPLES
              zendet profile import-oplib conv_data.out.fp16 --device v100
              zendet profile import-oplib t4.out --device nvidia-t4 --precision fp16 --out t4.json
              zendet profile import-oplib conv_data.out --device v100 -m found.txt --resolution 640 --batches 32 -o csv
            """)

    @Argument(help: ArgumentHelp("The library's file.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("The device that was timed: the profile's name, in kebab case.", valueName: "name"))
    var device: String

    @Option(help: "Precision of the library: fp32, fp16 or int8. Without it: by the file's name (.fp16, .int8), else fp32.")
    var precision: Precision?

    @Option(help: ArgumentHelp("Where the rows come from, in words. Without it: the file's name.", valueName: "text"))
    var source: String?

    @Option(help: ArgumentHelp("The profile to write.", valueName: "path"))
    var out: String?

    @Option(
        name: [.short, .customLong("model")],
        help: ArgumentHelp("Networks to price. Without it: resnet50, resnet101, maedet-s, maedet-m, maedet-l.", valueName: "model"))
    var models: [String] = []

    @Option(help: ArgumentHelp("Sides of the networks' own input in pixels.", valueName: "list"))
    var resolution = NumberList([480])

    @Option(help: ArgumentHelp("Batches to price. Without it: those of the library.", valueName: "list"))
    var batches: NumberList?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard file != "-" else { throw ValidationError("a library is read from a file, not from standard input") }
    }

    func run() throws {
        let output = try Output(output)
        if let out { try AtomicFile.check(out) }
        let networks = try (models.isEmpty ? ["resnet50", "resnet101", "maedet-s", "maedet-m", "maedet-l"] : models).flatMap { try Zoo.networks($0) }
        let library = try OperatorLibrary(path: file)
        let profile = try profile(library)
        let model = try AcceleratorModel(profile: profile, source: out ?? file)
        var records: [OperatorLibraryRecord] = []
        for network in networks {
            for side in resolution.values {
                let operators = try network.acceleratorOperators(resolution: side)
                for batch in batches?.values ?? library.batches {
                    let estimate = try model.milliseconds(network: network, resolution: side, batch: batch, precision: rowPrecision)
                    records.append(OperatorLibraryRecord(network.name, side, estimate, figures: operators.map { library.figure($0, batch: batch) }))
                }
            }
        }
        if let out {
            try HardwareProfile.accelerator(profile).write(path: out)
            output.remark("wrote \(out)")
        }
        let table = Table.operatorLibrary(records)
        try output.emit(
            [.heading("\(device), \(rowPrecision.rawValue): milliseconds for one image of a batch, summed over the convolutions"), .table(table)]
                + OperatorLibraryNotes.sections(library, records),
            table: table, records: records)
    }

    /// The precision that the rows have.
    private var rowPrecision: Precision {
        precision ?? Precision.allCases.last { file.contains(".\($0.rawValue)") } ?? .fp32
    }

    /// The device's profile with the library in it.
    private func profile(_ library: OperatorLibrary) throws -> AcceleratorProfile {
        let description = OperatorLibraryDescription(
            precision: rowPrecision, source: source ?? String(file.split(separator: "/").last ?? "library"), importedUTC: UTCTime.now(), rows: library.lines)
        guard let out, AtomicFile.exists(out) else {
            return AcceleratorProfile(
                header: ProfileHeader(kind: .referenceAccelerator, name: device, createdUTC: UTCTime.now()), product: device, peaks: [],
                memoryBandwidth: nil, published: [], latencyModel: nil, operatorLibraries: [description])
        }
        guard case .accelerator(var profile) = try HardwareProfile.read(path: out) else {
            throw CommandError(.badInput, "\(out): kind: found \"cpu\"; the profile of an accelerator, or a file that is not there yet, was expected")
        }
        guard profile.name == device else {
            throw CommandError(.badInput, "\(out): name: found \"\(profile.name)\"; \"\(device)\" was expected, as --device says")
        }
        profile.operatorLibraries = (profile.operatorLibraries ?? []).filter { $0.precision != rowPrecision } + [description]
        return profile
    }
}

/// What a reader of an imported library has to know.
enum OperatorLibraryNotes {
    static func sections(_ library: OperatorLibrary, _ records: [OperatorLibraryRecord]) -> [Section] {
        let census = library.census
        var facts = [
            "\(census.total) rows, \(census.used) of them used; batches \(library.batches.map(String.init).joined(separator: ", ")).",
        ]
        if census.notMeasured > 0 { facts.append("\(census.notMeasured) rows say that they were not measured (a negative time).") }
        if census.unusable > 0 { facts.append("\(census.unusable) rows have a time that is none (NaN, infinite or zero) and were left out.") }
        if census.excluded > 0 { facts.append("\(census.excluded) rows of maps of side 4 were left out, as TinyNAS does.") }
        if census.notSquare > 0 { facts.append("\(census.notSquare) rows have maps that are not square; their width counts for nothing.") }
        if census.duplicates > 0 {
            facts.append(
                "\(census.duplicates) operators occur more than once with different times, up to \(NumberText.fixed(census.widestDuplicate, places: 2)) "
                    + "to 1; which of them TinyNAS takes is an accident.")
        }
        var sections: [Section] = [.note("The library:", points: facts)]
        let silent = OperatorFigure.Caveat.allCases.compactMap { caveat -> String? in
            let share = records.compactMap { $0.caveatShares[caveat.rawValue] }.max() ?? 0
            return share > 0 ? "\(caveat.text): up to \(NumberText.percent(share)) of a network's time" : nil
        }
        if !silent.isEmpty { sections.append(.note("What TinyNAS would not say:", points: silent)) }
        let partial = records.filter { $0.uncovered > 0 }.map(\.network)
        if !partial.isEmpty {
            let names = partial.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
            sections.append(.note("A lower bound, since some layers have no rows: \(names.joined(separator: ", "))."))
        }
        return sections
    }
}
