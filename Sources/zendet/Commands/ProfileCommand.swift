import ArgumentParser
import Latency
import Report

struct ProfileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile",
        abstract: "Measures, shows and checks hardware profiles.",
        discussion: """
            A hardware profile is a JSON file that says what a machine is and what was measured on it; every field is explained in \
            hardware-profiles/README.md.

            EXAMPLES
              zendet profile measure
              zendet profile check --networks 60
              zendet profile predict resnet50 --profile my-board.json
              zendet profile staircase
              zendet profile show nvidia-v100
              zendet profile validate hardware-profiles/*.json
            """,
        subcommands: [
            ProfileMeasureCommand.self, ProfileCheckCommand.self, ProfilePredictCommand.self, ProfileStaircaseCommand.self, ProfileShowCommand.self,
            ProfileValidateCommand.self, ProfileImportCommand.self,
        ])
}

struct ProfileShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows a hardware profile, or lists those that there are.",
        discussion: """
            EXAMPLES
              zendet profile show
              zendet profile show nvidia-v100
              zendet profile show my-board.json -o md
            """)

    @Argument(help: ArgumentHelp("A profile's file, or its name in hardware-profiles. Without it: all profiles there.", valueName: "profile"), completion: .profile)
    var profile: String?

    @OptionGroup var output: OutputOptions

    func run() throws {
        let output = try Output(output)
        guard let profile else {
            let files = try ProfileFiles.all(in: ProfileLocator().folder())
            let profiles = try files.map { (path: $0, profile: try HardwareProfile.read(path: $0)) }
            let table = ProfileTables.list(profiles)
            return try output.emit([.table(table)], table: table, records: profiles.map(\.profile))
        }
        let found = try HardwareProfile.read(path: ProfileFiles.path(of: profile))
        switch found {
        case .cpu(let cpu):
            let table = ProfileTables.baselines(cpu)
            try output.emit(ProfileTables.sections(cpu), table: table, records: [found])
        case .accelerator(let accelerator):
            let table = ProfileTables.published(accelerator)
            try output.emit(ProfileTables.sections(accelerator), table: table, records: [found])
        }
    }
}

struct ProfileValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Checks hardware profiles field by field.",
        discussion: """
            Ends with 65 at the first profile that is damaged, and names the file, the field, what was found and what would be right.

            EXAMPLES
              zendet profile validate hardware-profiles/*.json
              zendet profile validate
            """)

    @Argument(help: ArgumentHelp("Files, or names in hardware-profiles. Without them: all profiles there.", valueName: "profile"), completion: .profile)
    var profiles: [String] = []

    func run() throws {
        let paths = try profiles.isEmpty ? ProfileFiles.all(in: ProfileLocator().folder()) : profiles.map { try ProfileFiles.path(of: $0) }
        guard !paths.isEmpty else { throw CommandError(.missingInput, "no hardware profile was found to check") }
        for path in paths {
            let profile = try HardwareProfile.read(path: path)
            Output.print("\(path): valid, \(profile.header.kind.rawValue), schema version \(profile.header.schemaVersion)\n")
        }
    }
}
