import Report

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where a command's results go.
///
/// Results go to standard output in the format asked for; with `--output-file` they go to the file, and standard output has the text for the
/// person. Remarks stand under a text or Markdown table; where standard output carries data they go to standard error.
struct Output {
    let format: OutputFormat
    let path: String?
    let isQuiet: Bool
    let progress: ProgressLine
    private let palette: Palette

    init(_ options: OutputOptions) throws(CommandError) {
        path = options.outputFile
        format = options.output ?? options.outputFile.map(OutputFormat.init(path:)) ?? .text
        isQuiet = options.quiet
        let environment = Environment.variables
        palette = Palette.forStream(isTerminal: Terminal.isOutputTerminal, environment: environment)
        progress = ProgressLine(
            isEnabled: Terminal.isErrorTerminal && !options.quiet && environment["TERM"] != "dumb", now: Terminal.now,
            width: Terminal.width, write: { _ = Terminal.write($0, to: STDERR_FILENO) })
        if let path { try AtomicFile.check(path) }
    }

    /// True when standard output carries data for a program, so that human text belongs on standard error.
    var isData: Bool { path == nil && (format == .csv || format == .json || format == .jsonl) }

    /// Writes a result: its sections for a person, one table and the records for programs.
    ///
    /// - Parameters:
    ///   - sections: Shown in text and Markdown, in order.
    ///   - table: What CSV holds.
    ///   - records: What JSON holds.
    func emit(_ sections: [Section], table: Table, records: [some Encodable]) throws {
        progress.clear()
        if let path {
            try AtomicFile.write(try document(format, sections, table, records), to: path)
            Output.print(Section.text(sections, palette: palette))
            remark("wrote \(path)")
        } else {
            if isData { for note in sections.compactMap(\.note) { remark(note) } }
            Output.print(try document(format, sections, table, records))
        }
    }

    /// Writes one record at once, so that a reader of JSON Lines need not wait for the last.
    func stream(_ record: some Encodable) throws {
        guard isStreamed else { return }
        progress.clear()
        Output.print(try JSONReport.line(record))
    }

    /// True when records are written one by one with ``stream(_:)``.
    var isStreamed: Bool { format == .jsonl && path == nil }

    /// Ends a stream of records: what is left to say goes to standard error.
    func finishStream(_ sections: [Section]) {
        for note in sections.compactMap(\.note) { remark(note) }
    }

    /// A remark for a person, on standard error.
    func remark(_ text: String) {
        guard !isQuiet else { return }
        progress.clear()
        Terminal.say(text)
    }

    private func document(_ format: OutputFormat, _ sections: [Section], _ table: Table, _ records: [some Encodable]) throws -> String {
        switch format {
        case .text: Section.text(sections, palette: path == nil ? palette : .plain)
        case .md: Section.markdown(sections)
        case .csv: table.csv()
        case .json: try JSONReport.array(records)
        case .jsonl: try records.map { try JSONReport.line($0) }.joined()
        }
    }

    /// Writes to standard output; ends the process quietly when the reader has gone away.
    static func print(_ text: String) { print(Array(text.utf8)) }

    static func print(_ bytes: [UInt8]) {
        if bytes.withUnsafeBufferPointer({ Terminal.write($0, to: STDOUT_FILENO) }) { return }
        // The reader has all it wanted.
        if errno == EPIPE { Terminal.end(0) }
        Terminal.say("zendet: standard output cannot be written: \(String(cString: strerror(errno)))")
        Terminal.end(ExitStatus.failure.rawValue)
    }
}

/// The process's environment, without Foundation.
enum Environment {
    static let variables: [String: String] = {
        var result: [String: String] = [:]
        var pointer = environ
        while let entry = pointer.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") { result[String(text[..<equals])] = String(text[text.index(after: equals)...]) }
            pointer += 1
        }
        return result
    }()
}
