import ArgumentParser

/// Hidden: it is for packagers, and for those who want a manual page once.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual",
        abstract: "Prints the manual page.",
        discussion: """
            EXAMPLES
              zendet manual > zendet.1 && man ./zendet.1
            """,
        shouldDisplay: false)

    func run() throws { Output.print(try ManualPage.text()) }
}
