import Inference

/// Networks timed step by step, kept in a ``LayerTable`` beside its layers, so that an interrupted plan goes on where it was.
///
/// A network is one row: its samples are the times of its steps, in order, after them the barrier's time and the cores' clock in kilohertz (0: not known), and then the whole runs.
package struct NetworkStepsTable: Sendable {
    package let table: LayerTable
    package let context: LayerTable.Context

    package init(table: LayerTable, context: LayerTable.Context) {
        self.table = table
        self.context = context
    }

    /// The network if the table has it; a disturbed one is measured anew.
    ///
    /// - Parameters:
    ///   - key: names the network and its resolution.
    ///   - choice: how its convolutions are computed; one measured otherwise is not taken for it.
    package func steps(_ key: String, _ program: Program, choice: ConvolutionChoice) throws(LatencyError) -> NetworkSteps? {
        let count = program.steps.count
        let methods = NetworkSteps.methods(program, choice)
        guard let row = try table.row(Self.text(key, methods), context), row.verdict != .invalid, row.samplesNanoseconds.count > count + 2 else { return nil }
        let kilohertz = row.samplesNanoseconds[count + 1]
        return NetworkSteps(
            methods: methods, nanoseconds: row.samplesNanoseconds.prefix(count).map { Double($0) },
            totals: Array(row.samplesNanoseconds.dropFirst(count + 2)), barrierNanoseconds: Double(row.samplesNanoseconds[count]),
            gigahertz: kilohertz > 0 ? Double(kilohertz) / 1e6 : nil)
    }

    package func store(_ key: String, _ measured: NetworkSteps) throws(LatencyError) {
        let about = [UInt64(measured.barrierNanoseconds), UInt64((1e6 * (measured.gigahertz ?? 0)).rounded())]
        let samples = measured.nanoseconds.map { UInt64(max($0, 0)) } + about + measured.totals
        try table.store(
            LayerTable.Row(
                layer: Self.text(key, measured.methods), medianNanoseconds: measured.totalNanoseconds, samplesNanoseconds: samples,
                verdict: measured.isDisturbed ? .invalid : .valid, measuredAt: UTCTime.now()),
            context)
    }

    /// The key with the methods of the convolutions that have several, in order: ", direct x3, F(4x4,3x3) x2".
    private static func text(_ key: String, _ methods: [ConvolutionMethod?]) -> String {
        var runs: [(name: String, count: Int)] = []
        for name in methods.compactMap({ $0?.name }) {
            if runs.last?.name == name { runs[runs.count - 1].count += 1 } else { runs.append((name, 1)) }
        }
        return ([key] + runs.map { "\($0.name) x\($0.count)" }).joined(separator: ", ")
    }
}
