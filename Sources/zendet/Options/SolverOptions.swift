import ArgumentParser
import Search

/// How a search looks for structures.
struct SolverOptions: ParsableArguments {
    enum Solver: String, CaseIterable, ExpressibleByArgument {
        case evolution
        case exact
    }

    @Option(
        help: ArgumentHelp(
            "evolution, or exact: the certified optimum, with an upper bound and the gap. Exact needs a score and a latency that add up over layers.",
            discussion: """
                Under a latency budget, and with --within, the solver begins with lower bounds of the layers' times (a few layers of each kind are measured), \
                measures the layers of what it finds, and goes on until the best network costs what it was thought to cost: some minutes the first time at large \
                resolutions; measured layers are kept. The optimum is then measured as a whole network like any finalist.
                """))
    var solver = Solver.evolution

    @Option(
        help: ArgumentHelp(
            "With --solver exact: let measured latency choose among the networks whose score is within this part of the optimum, such as 0.2%.",
            discussion: """
                Of all networks of the space that keep the budgets and the margin, the --listed of the least predicted latency are listed (those predicted to \
                take over twice the optimum's time are left out). Measured are, up to --finalists: the optimum, the first of the list, and those that \
                differ most from them. The fastest measured one is the winner.
                """,
            valueName: "percent"))
    var within: Percentage?

    @Option(help: ArgumentHelp("Networks listed by --within, in -o json.", valueName: "number"))
    var listed = ExactOptions().listed

    func validate() throws {
        guard within == nil || solver == .exact else { throw ValidationError("--within needs --solver exact: evolution does not know the optimum") }
        guard (1...10_000).contains(listed) else { throw ValidationError("--listed \(listed) is not between 1 and 10000") }
    }

    /// Nil for evolution.
    func options(threads: Int) -> ExactOptions? {
        guard solver == .exact else { return nil }
        var options = ExactOptions()
        options.threads = threads
        options.within = within?.fraction
        options.listed = listed
        return options
    }
}

/// A part of a whole with its unit: `0.2%`.
struct Percentage: ExpressibleByArgument {
    let fraction: Double

    init?(argument: String) {
        guard argument.hasSuffix("%"), let percent = Double(argument.dropLast()), percent > 0, percent < 100 else { return nil }
        fraction = percent / 100
    }
}
