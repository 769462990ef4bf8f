import ArgumentParser
import Search

/// Several objectives at once.
struct ObjectiveOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Look for a front of these instead of one winner: two or more of entropy, latency, params, macs, flops, layers, memory.",
            discussion: """
                The networks of which none is better in all objectives, within the budgets. The ends and the knees are named; with latency among the \
                objectives or the budgets they are measured as whole networks, or with --profile predicted, up to --finalists. The structure file holds \
                the whole front.
                """,
            valueName: "list"))
    var objectives: ObjectiveList?

    @Option(help: ArgumentHelp("With --objectives: networks of the front that are given, at most; the most crowded ones are left out.", valueName: "number"))
    var front = 64

    func validate() throws {
        guard (3...10_000).contains(front) else { throw ValidationError("--front \(front) is not between 3 and 10000") }
    }
}

/// "entropy,latency,params"
struct ObjectiveList: ExpressibleByArgument {
    let values: [Objective]

    init?(argument: String) {
        let names = argument.split(separator: ",", omittingEmptySubsequences: false)
        let values = names.compactMap { Objective(rawValue: String($0)) }
        guard values.count == names.count, values.count >= 2, Set(values).count == values.count else { return nil }
        self.values = values
    }
}
