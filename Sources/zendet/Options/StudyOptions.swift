import ArgumentParser

/// Where a search is kept.
struct StudyOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Keep the search in this new file, so that it can be gone on with. Without it nothing is kept.", valueName: "path"), completion: .file())
    var study: String?

    @Option(
        help: ArgumentHelp(
            "Go on with the search in this file, with its own options: leave all others out, but for --out and those of the output.",
            valueName: "path"), completion: .file())
    var resume: String?

    func validate() throws {
        guard study == nil || resume == nil else { throw ValidationError("--study begins a search and --resume goes on with one: give one of them") }
        guard study != "", resume != "" else { throw ValidationError("a study needs the name of a file") }
    }

    /// Options that do not change a search: with a value, and without one.
    private static let presentation: Set<String> = ["--resume", "--study", "-o", "--output", "--output-file"]
    fileprivate static let flags: Set<String> = ["-q", "--quiet"]

    /// The words of a command line that decide the search and where its result goes: what a resumed search begins with again.
    static func searchWords(_ words: some Sequence<String>) -> [String] { words.without(presentation) }

    /// Whether a command line asks for nothing but to go on.
    static func isBare(_ words: some Sequence<String>) -> Bool { words.without(presentation.union(["--out"])).isEmpty }
}

extension Sequence<String> {
    /// The words without some options and their values, and without flags that change nothing but the output.
    fileprivate func without(_ options: Set<String>) -> [String] {
        var kept: [String] = []
        var isValue = false
        for word in self {
            if isValue {
                isValue = false
            } else if options.contains(word) {
                isValue = true
            } else if !StudyOptions.flags.contains(word), !options.contains(where: { $0.hasPrefix("--") && word.hasPrefix($0 + "=") }) {
                kept.append(word)
            }
        }
        return kept
    }
}

/// Where found structures are written. A group of its own: `search` and its subcommands share it, and only groups are shared.
struct StructureFileOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Structure file of the winner or the front. Without it: zendet-BUDGET-SEED.txt here. For export: the study's name with .txt, JSON for .json.",
            valueName: "path"), completion: .file())
    var out: String?
}
