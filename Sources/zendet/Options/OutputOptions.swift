import ArgumentParser
import Report

/// How results are written.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    case text, md, csv, json, jsonl

    /// The format that a file's name suggests.
    init(path: String) {
        let ending = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
        self = ending == "markdown" ? .md : OutputFormat(rawValue: ending) ?? .text
    }
}

/// `-o` and `--output-file`, the same for every command.
struct OutputOptions: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "text, md, csv, json or jsonl. Without it: by the ending of --output-file, else text.",
            valueName: "format"))
    var output: OutputFormat?

    @Option(help: ArgumentHelp("Also write the result to a file, replaced in one step; the terminal keeps the text.", valueName: "path"), completion: .file())
    var outputFile: String?

    @Flag(name: [.short, .long], help: "No progress and no remarks on standard error.")
    var quiet = false

    func validate() throws {
        if outputFile == "" { throw ValidationError("--output-file is empty: name a file") }
    }
}
