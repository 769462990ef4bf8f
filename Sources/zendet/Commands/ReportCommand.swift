import Architecture
import ArgumentParser
import Report
import Search

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Makes one HTML page of results: plots, tables, verdicts.",
        discussion: """
            Takes what bench, compare, verify, search, score, profile show and topology write with -o json or jsonl, and studies, also while they are written. What \
            belongs together is put together: the entropy of one file beside the latency of another, the layers under the roofs of the machine.

            The page is one file without scripts that loads nothing. It is light or dark as the reader's system is, and fits a phone; behind every plot \
            is its table. What the files do not tell is said at its end.

            EXAMPLES
              zendet compare maedet-s maedet-m --resolution 480 -o json > compare.json && zendet report compare.json
              zendet bench resnet50 --layers -o json | zendet report - --out resnet50.html
              zendet report board.study score.json topology.json --out board.html
            """)

    @Argument(help: ArgumentHelp("Result files (JSON or JSON Lines), studies, or - for standard input.", valueName: "file"), completion: .file())
    var files: [String]

    @Option(
        help: ArgumentHelp("The page's file; - is standard output. Without it: the first file's name with .html.", valueName: "path"), completion: .file())
    var out: String?

    @Flag(name: [.short, .long], help: "No remark on standard error.")
    var quiet = false

    func validate() throws {
        guard !files.isEmpty else { throw ValidationError("no result is named: give files, studies, or - for standard input") }
        guard files.count(where: { $0 == "-" }) <= 1 else { throw ValidationError("standard input (-) can be read once only") }
        if out == "" { throw ValidationError("--out is empty: name a file") }
        if let out, files.contains(out), out != "-" { throw ValidationError("--out \(out) is one of the results: name another file") }
    }

    func run() throws {
        let target = out ?? ReportCommand.page(of: files[0])
        if target != "-" { try AtomicFile.check(target) }
        var report = HTMLReport()
        for file in files {
            if file != "-", StudyReading.isStudy(path: file) {
                try report.add(try StudyRecord(checked: StudyReading(path: file)))
            } else {
                try report.add(try readBytes(path: file, noun: "a result", mostBytes: 256 << 20), name: sourceName(path: file))
            }
        }
        let page = report.page()
        guard target != "-" else { return Output.print(page) }
        try AtomicFile.write(page, to: target)
        if !quiet { Terminal.say("wrote \(target)") }
    }

    /// "runs/bench.json" gives "bench.html" in the present folder.
    static func page(of file: String) -> String {
        guard file != "-" else { return "report.html" }
        let name = file.split(separator: "/").last.map(String.init) ?? "report"
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name + ".html" }
        return name[..<dot] + ".html"
    }
}
