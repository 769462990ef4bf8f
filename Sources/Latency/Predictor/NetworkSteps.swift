import Inference

/// A whole network's steps, timed one by one where they stand.
///
/// A layer measured alone misses what its network does to it: whether its input is still in a near cache, whether its weights went to
/// memory since. Timed in a network all of that is in it, and fifty layers cost one network's memory and weights.
package struct NetworkSteps: Hashable, Sendable {
    /// For each step its way of computing, nil where there is only one.
    package var methods: [ConvolutionMethod?]
    /// For each step the time of its slowest member, its barriers included, at the cores' ``gigahertz``; 0 where it is not known.
    package var nanoseconds: [Double]
    /// Whole runs without clock readings between the steps; where none could be undisturbed, the sum of the steps over either half of their samples.
    package var totals: [UInt64]
    /// A barrier of the team while this was measured, see ``BarrierTime``.
    package var barrierNanoseconds: Double
    /// The cores' mean clock meanwhile; nil where their cycles cannot be counted.
    package var gigahertz: Double?
    /// The machine was disturbed or slower than it can be until the time was up: no whole network to fit to or to judge by.
    package var isDisturbed: Bool

    package init(
        methods: [ConvolutionMethod?], nanoseconds: [Double], totals: [UInt64], barrierNanoseconds: Double, gigahertz: Double? = nil,
        isDisturbed: Bool = false
    ) {
        self.gigahertz = gigahertz
        self.barrierNanoseconds = barrierNanoseconds
        self.isDisturbed = isDisturbed
        self.methods = methods
        self.nanoseconds = nanoseconds
        self.totals = totals
    }

    /// The median whole run, or the sum of the steps: of half as many samples the lower end is less low, so the halves only tell how far the network is from itself.
    package var totalNanoseconds: Double { isSummed ? nanoseconds.reduce(0, +) : Quantile.median(totals) }

    /// Whether its time is the sum of its steps, since quiet moments were shorter than a run.
    package var isSummed: Bool { totals.count == 2 }

    /// Share of its steps that are known.
    package var knownShare: Double { nanoseconds.isEmpty ? 0 : Double(nanoseconds.count { $0 > 0 }) / Double(nanoseconds.count) }

    /// What it would have taken with the cores at another clock; the same where one of the two is not known.
    ///
    /// A core's arithmetic and its caches keep step with its clock, and memory does not: of a step that waits for memory a part stays that is scaled here all the same, of a clock that is
    /// some per cent away.
    package func at(gigahertz: Double?) -> NetworkSteps {
        guard let gigahertz, let own = self.gigahertz else { return self }
        var steps = self
        steps.nanoseconds = nanoseconds.map { $0 * own / gigahertz }
        steps.totals = totals.map { UInt64((Double($0) * own / gigahertz).rounded()) }
        steps.gigahertz = gigahertz
        return steps
    }

    /// How far the network's even runs differ from its odd ones: the network against itself, relative.
    package var selfDifference: Double {
        let halves = (0..<2).map { half in totals.indices.filter { $0 % 2 == half }.map { totals[$0] } }
        guard halves.allSatisfy({ !$0.isEmpty }) else { return 0 }
        return abs(Quantile.median(halves[0]) / Quantile.median(halves[1]) - 1)
    }

    /// Whether the cores were equally far apart at two times.
    static func areAlike(_ barrier: Double, _ other: Double) -> Bool { max(barrier, other) < 1.3 * min(barrier, other) + 30 }

    /// How often a program has to run so that every convolution ran in each of its ways.
    package static func ways(_ program: Program) -> Int { max(program.steps.map { ConvolutionChoice.methods(for: $0).count }.max() ?? 1, 1) }

    /// The choice for one of these runs: every convolution's method of that number, or its last.
    package static func choice(_ program: Program, way: Int) -> ConvolutionChoice {
        var choice = ConvolutionChoice(.automatic)
        for step in program.steps {
            let methods = ConvolutionChoice.methods(for: step)
            if methods.count > 1 { choice.set(methods[min(way, methods.count - 1)], for: step) }
        }
        return choice
    }

    static func methods(_ program: Program, _ choice: ConvolutionChoice) -> [ConvolutionMethod?] {
        program.steps.indices.map { ConvolutionChoice.methods(for: program.steps[$0]).count > 1 ? choice.method(ofStep: $0, in: program) : nil }
    }
}
