import Foundation
import Testing

extension CommandSuite {
    @Suite struct HelpTests {
        /// Every command, with the words that call it.
        private static func commands(_ command: JSONValue, _ before: [String] = []) throws -> [(words: [String], command: JSONValue)] {
            let words = before + [try command["commandName"].string]
            let below = command.has("subcommands") ? try command["subcommands"].array : []
            return [(words, command)] + (try below.filter { try $0["commandName"].string != "help" }.flatMap { try commands($0, words) })
        }

        private func all() throws -> [(words: [String], command: JSONValue)] {
            let text = try Zendet().run(["--experimental-dump-help"]).output
            return try Self.commands(JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))["command"])
        }

        @Test func everyCommandShowsExamples() throws {
            let commands = try all()
            #expect(commands.count >= 18)
            for (words, command) in commands {
                let help = try command["discussion"].string
                #expect(try !command["abstract"].string.isEmpty)
                let examples = help.components(separatedBy: "EXAMPLES\n").dropFirst().first?.components(separatedBy: "\n\n")[0].split(separator: "\n") ?? []
                #expect(!examples.isEmpty, "\(words.joined(separator: " "))")
                #expect(examples.allSatisfy { $0.contains(words.count == 1 ? "zendet " : words.joined(separator: " ")) }, "\(words) \(examples)")
            }
        }

        /// The help of every command comes with code 0 and names each of its options.
        @Test func helpNamesEveryOption() throws {
            let zendet = try Zendet()
            for (words, command) in try all() {
                let help = try zendet.run(Array(words.dropFirst()) + ["--help"])
                #expect(help.status == 0 && help.error.isEmpty && help.output.contains("USAGE: \(words.joined(separator: " "))"))
                for argument in command.has("arguments") ? try command["arguments"].array : [] {
                    guard argument.has("preferredName"), try argument["shouldDisplay"].bool else { continue }
                    #expect(try help.output.contains("--" + argument["preferredName"]["name"].string))
                }
            }
        }

        /// The manual page has every command and option, and no line that roff would take for a request.
        @Test func manualPageNamesEverything() throws {
            let manual = try Zendet().run(["manual"])
            #expect(manual.status == 0 && manual.output.hasPrefix(".TH ZENDET 1 "))
            let requests: Set = [".TH", ".SH", ".SS", ".TP", ".PP", ".nf", ".fi", ".B", ".I"]
            for line in manual.output.split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
                #expect(requests.contains(String(line.prefix { $0 != " " })), "\(line)")
            }
            for (words, command) in try all() where words.count > 1 {
                #expect(manual.output.contains("\n.SS \"\(words.joined(separator: " "))\"\n"))
                for argument in command.has("arguments") ? try command["arguments"].array : [] {
                    guard argument.has("preferredName"), try argument["shouldDisplay"].bool else { continue }
                    let name = try argument["preferredName"]["name"].string
                    guard name != "help", name != "version", name.count > 1 else { continue }
                    #expect(manual.output.contains("\\-\\-" + name.replacingOccurrences(of: "-", with: "\\-")), "\(words) \(name)")
                }
            }
        }

        @Test(arguments: ["bash", "zsh", "fish"])
        func completionScriptsAreWritten(_ shell: String) throws {
            let script = try Zendet().run(["--generate-completion-script", shell])
            #expect(script.status == 0 && script.error.isEmpty && script.output.contains("zendet") && script.output.contains("budget-latency"))
        }

        /// What bash offers: networks by name, files, the words of an option, and a factor before a baseline.
        @Test func bashCompletesNamesAndFiles() throws {
            let zendet = try Zendet()
            try zendet.write(try zendet.run(["--generate-completion-script", "bash"]).output, to: "complete.bash")
            try zendet.write("", to: "my-board.study")
            func offered(_ words: String...) throws -> Set<String> {
                let line = (["zendet"] + words).joined(separator: " ")
                let quoted = (["zendet"] + words).map { "'\($0)'" }.joined(separator: " ")
                let result = try zendet.shell(
                    """
                    PATH="$(dirname "$ZENDET"):$PATH" bash -c '. ./complete.bash; COMP_WORDS=(\(quoted.replacingOccurrences(of: "'", with: "\""))); COMP_CWORD=\(words.count); \
                    COMP_LINE="\(line)"; COMP_POINT=\(line.utf8.count); COMP_TYPE=9; _zendet zendet "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"; printf "%s\\n" "${COMPREPLY[@]}"'
                    """)
                #expect(result.status == 0, "\(result.error)")
                return Set(result.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
            }
            #expect(try offered("bench", "maedet").isSuperset(of: ["maedet-s", "maedet-m", "maedet-l"]))
            #expect(try offered("bench", "my-").contains("my-board.study"))
            #expect(try offered("search", "--budget-latency", "0.8xresnet5").contains("0.8xresnet50"))
            #expect(try offered("bench", "--convolution", "").isSuperset(of: ["auto", "rule", "direct"]))
            #expect(try offered("benc") == ["bench"])
        }

        /// Colours on a terminal, and none there with NO_COLOR; never an escape in a pipe or a file.
        @Test func noColourWhereItIsNotWanted() throws {
            let zendet = try Zendet()
            try zendet.write(tinyStructure, to: "tiny.txt")
            let command = "\"$ZENDET\" profile show amd-epyc-family-25-model-17-2-cores"
            func terminal(_ before: String, _ command: String) throws -> String {
                let result = try zendet.shell("env -u NO_COLOR TERM=xterm \(before) script -qec '\(command)' /dev/null")
                #expect(result.status == 0, "\(result.error)")
                return result.output
            }
            #expect(try terminal("", command).contains("\u{1B}["))
            for before in ["NO_COLOR=1", "TERM=dumb"] { #expect(try !terminal(before, command).contains("\u{1B}["), "\(before)") }
            for arguments in [["models"], ["score", "tiny.txt", "--resolution", "64", "--explain"], ["doctor"], ["profile", "show"], ["kernels"], ["--help"]] {
                #expect(try !zendet.run(arguments).output.contains("\u{1B}"), "\(arguments)")
                let seen = try terminal("NO_COLOR=1", (["\"$ZENDET\""] + arguments).joined(separator: " "))
                // A line of progress may be cleared; nothing is coloured.
                #expect(!seen.contains("\u{1B}[3") && !seen.contains("\u{1B}[1m") && !seen.contains("\u{1B}[2m"), "\(arguments)")
            }
        }
    }
}
