import Architecture
import ArgumentParser
import Foundation
import Report
import Search

struct StudyListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists studies: how far they are and what they found.",
        discussion: """
            EXAMPLES
              zendet search list
              zendet search list ~/studies -o json
            """)

    @Argument(help: ArgumentHelp("Studies, or folders of them. Without it: the present folder.", valueName: "path"), completion: .file())
    var paths: [String] = []

    @OptionGroup var output: OutputOptions

    func run() throws {
        let output = try Output(output)
        var records: [StudyRecord] = []
        for path in paths.isEmpty ? ["."] : paths {
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
                let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
                let files = names.map { path == "." ? $0 : path + "/" + $0 }
                // A folder may hold anything; a study that cannot be read is said to be so.
                for file in files where StudyReading.isStudy(path: file) {
                    do throws(SearchError) { records.append(try StudyRecord(checked: StudyReading(path: file))) } catch { output.remark("zendet: \(error.message)") }
                }
            } else {
                records.append(try StudyRecord(checked: StudyReading(path: path)))
            }
        }
        let table = Table.studies(records)
        try output.emit(
            records.isEmpty ? [.note("No studies here; 'zendet search … --study FILE' makes one.")] : [.table(table.withoutEmptyColumns())], table: table,
            records: records)
    }
}

struct StudyShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows a study: its search, how far it is, its best network or its front.",
        discussion: """
            EXAMPLES
              zendet search show board.study
              zendet search show board.study -o json
            """)

    @Argument(help: ArgumentHelp("The study's file.", valueName: "study"), completion: .file())
    var path: String

    @OptionGroup var output: OutputOptions

    func run() throws {
        let output = try Output(output)
        let record = try StudyRecord(checked: StudyReading(path: path))
        let table = Table.studies([record])
        var sections: [Section] = [.sheet(table.withoutEmptyColumns())]
        let hidden: Set<String> = record.options["--budget-percentile"] == "p90" ? [] : ["measured_p90_ns"]
        if !record.front.isEmpty {
            let front = Table.studyNetworks(record.front, measured: record.measuredTitle)
            sections += [.heading("Front"), .table(front.without(keys: hidden).withoutEmptyColumns())]
        } else if let best = record.best {
            let table = Table.studyNetworks([best], measured: record.measuredTitle)
            sections += [.heading(record.state == "finished" ? "Winner" : "Best so far"), .table(table.without(keys: hidden).withoutEmptyColumns())]
        }
        if let last = record.hypervolume.last {
            sections.append(
                .note(
                    "Hypervolume \(NumberText.percent(last.share)) of the box between the reference and the ideal point, after "
                        + "\(last.evaluations) structures."))
        }
        if record.state == "interrupted" { sections.append(.note("It was ended before its end: 'zendet search resume \(path)' goes on.")) }
        try output.emit(sections, table: table, records: [record])
    }
}

struct StudyBestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "best", abstract: "Prints the best network of a study as a structure file: the winner, or before the end the best so far.",
        discussion: """
            EXAMPLES
              zendet search best board.study > best.txt
            """)

    @Argument(help: ArgumentHelp("The study's file.", valueName: "study"), completion: .file())
    var path: String

    @OptionGroup var output: OutputOptions

    func run() throws {
        let output = try Output(output)
        let reading = try StudyReading(path: path)
        let record = try StudyRecord(checked: reading)
        guard let network = reading.best, let best = record.best else {
            throw CommandError(.failure, "\(path): nothing was found yet (the study is \(record.state))")
        }
        try output.emit(
            [.verbatim(StructureFile.pythonText([network.structure]))], table: Table.studyNetworks([best], measured: record.measuredTitle),
            records: [best])
    }
}

struct StudyResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Goes on with a study, with its own options: the same as 'search --resume'.",
        discussion: """
            The result is that of a search that was never disturbed. A study that has ended gives its result again, and measures nothing.

            EXAMPLES
              zendet search resume board.study
            """)

    @Argument(help: ArgumentHelp("The study's file.", valueName: "study"), completion: .file())
    var path: String

    @OptionGroup var file: StructureFileOption

    @OptionGroup var output: OutputOptions

    func run() throws {
        var command = try SearchCommand.parse([])
        command.file = file
        command.output = output
        try command.resume(path, isBare: true)
    }
}

struct StudyExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes the networks of a study to a structure file: its front, or its best one.",
        discussion: """
            EXAMPLES
              zendet search export board.study --out front.txt
              zendet search export board.study --out front.json
            """)

    @Argument(help: ArgumentHelp("The study's file.", valueName: "study"), completion: .file())
    var path: String

    @OptionGroup var file: StructureFileOption

    @OptionGroup var output: OutputOptions

    func run() throws {
        let output = try Output(output)
        let reading = try StudyReading(path: path)
        let networks = reading.front.isEmpty ? [reading.best].compactMap(\.self) : reading.front
        guard !networks.isEmpty else { throw CommandError(.failure, "\(path): nothing was found yet") }
        let out = file.out ?? path + ".txt"
        let structures = networks.map(\.structure)
        try AtomicFile.write(out.hasSuffix(".json") ? StructureFile.jsonText(structures) : StructureFile.pythonText(structures), to: out)
        let records = try networks.map { try StudyRecord.Network($0, resolution: reading.header.resolution) }
        let title = try StudyRecord(checked: reading).measuredTitle
        let table = Table.studyNetworks(records, measured: title)
        try output.emit(
            [.table(table.withoutEmptyColumns()), .note("\(counted(structures.count, "network")) written to \(out)")], table: table, records: records)
    }
}

extension StudyRecord {
    /// - Throws: `SearchError` with `.malformedStudy` for a study whose structures do not fit its resolution.
    init(checked reading: StudyReading) throws(SearchError) {
        do { try self.init(reading) } catch { throw SearchError(.malformedStudy, "\(reading.path): the study cannot be read: \(error)") }
    }
}
