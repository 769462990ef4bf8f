import Foundation
import Latency

/// The manual page, made of what the argument parser knows: nothing is written twice.
struct ManualPage {
    /// What the argument parser tells of a command, as JSON.
    private struct Tool: Decodable { var command: Command }

    private struct Command: Decodable {
        var commandName: String
        var abstract: String?
        var discussion: String?
        var subcommands: [Command]?
        var arguments: [Argument]?
    }

    private struct Argument: Decodable {
        struct Name: Decodable {
            var kind: String
            var name: String

            var text: String { (kind == "long" ? "--" : "-") + name }
        }

        var kind: String
        var shouldDisplay: Bool
        var isRepeating: Bool?
        var names: [Name]?
        var valueName: String?
        var defaultValue: String?
        var abstract: String?
    }

    private var lines: [String] = []

    /// The page in the macros of man(7).
    static func text() throws -> String {
        let tool = try JSONDecoder().decode(Tool.self, from: Data(ZenDet._dumpHelp().utf8)).command
        var page = ManualPage()
        page.lines.append(".TH ZENDET 1 \"\" \"ZenDet \(ZenDetVersion.current)\" \"User Commands\"")
        page.lines += [".SH NAME", "zendet \\- " + escaped(tool.abstract ?? "")]
        page.lines += [".SH SYNOPSIS", ".B zendet", ".I command", "[\\fIoption\\fR ...] [\\fIargument\\fR ...]", ".SH DESCRIPTION"]
        page.prose(tool.discussion ?? "")
        page.lines.append(".SH COMMANDS")
        for command in tool.subcommands ?? [] where command.commandName != "help" { page.command(command, ["zendet"]) }
        page.lines += [".SH ENVIRONMENT"]
        page.item("NO_COLOR", "If set and not empty, nothing is coloured.")
        page.item("XDG_CACHE_HOME", "Where the table of measured layers is kept, in the folder zendet; else ~/.cache.")
        page.item("ZENDET_PROFILES", "The folder of hardware profiles.")
        return page.lines.joined(separator: "\n") + "\n"
    }

    private mutating func command(_ command: Command, _ before: [String]) {
        let words = before + [command.commandName]
        let arguments = (command.arguments ?? []).filter { $0.shouldDisplay && $0.names?.contains { $0.name == "help" || $0.name == "version" } != true }
        lines.append(".SS \"\(words.joined(separator: " "))\"")
        prose(command.abstract ?? "")
        if let discussion = command.discussion, !discussion.isEmpty {
            lines.append(".PP")
            prose(discussion)
        }
        for argument in arguments {
            item(ManualPage.signature(argument), (argument.abstract ?? "") + (argument.defaultValue.map { " (default: \($0))" } ?? ""))
        }
        for below in command.subcommands ?? [] where below.commandName != "help" { self.command(below, words) }
    }

    /// "-o, --output <format>", "<model> ...".
    private static func signature(_ argument: Argument) -> String {
        let value = argument.valueName.map { "<\($0)>" } ?? ""
        guard argument.kind != "positional" else { return value + (argument.isRepeating == true ? " ..." : "") }
        let names = (argument.names ?? []).sorted { $0.name.count < $1.name.count }.map(\.text).joined(separator: ", ")
        return argument.kind == "flag" ? names : "\(names) \(value)"
    }

    private mutating func item(_ name: String, _ text: String) {
        lines += [".TP", "\\fB\(ManualPage.escaped(name))\\fR", ManualPage.escaped(text.split(whereSeparator: \.isNewline).joined(separator: " "))]
    }

    /// Paragraphs; lines that are indented, such as examples, and short tables stay as they are.
    private mutating func prose(_ text: String) {
        for (index, paragraph) in text.components(separatedBy: "\n\n").enumerated() {
            if index > 0 { lines.append(".PP") }
            let rows = paragraph.components(separatedBy: "\n").map(ManualPage.escaped)
            lines += rows.contains { $0.hasPrefix(" ") } ? [".nf"] + rows + [".fi"] : rows
        }
    }

    /// Backslashes and hyphens as roff wants them; a line that begins like a request is none.
    private static func escaped(_ text: String) -> String {
        let plain = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
        return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&" + plain : plain
    }
}
