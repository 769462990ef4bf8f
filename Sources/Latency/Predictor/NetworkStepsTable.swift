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
    /// - Parameter key: names the network, its resolution and its way of computing.
    package func steps(_ key: String, _ program: Program, choice: ConvolutionChoice) throws(LatencyError) -> NetworkSteps? {
        let count = program.steps.count
        guard let row = try table.row(key, context), row.verdict != .invalid, row.samplesNanoseconds.count > count + 2 else { return nil }
        let kilohertz = row.samplesNanoseconds[count + 1]
        return NetworkSteps(
            methods: NetworkSteps.methods(program, choice), nanoseconds: row.samplesNanoseconds.prefix(count).map { Double($0) },
            totals: Array(row.samplesNanoseconds.dropFirst(count + 2)), barrierNanoseconds: Double(row.samplesNanoseconds[count]),
            gigahertz: kilohertz > 0 ? Double(kilohertz) / 1e6 : nil)
    }

    package func store(_ key: String, _ measured: NetworkSteps) throws(LatencyError) {
        let about = [UInt64(measured.barrierNanoseconds), UInt64((1e6 * (measured.gigahertz ?? 0)).rounded())]
        let samples = measured.nanoseconds.map { UInt64(max($0, 0)) } + about + measured.totals
        try table.store(
            LayerTable.Row(
                layer: key, medianNanoseconds: measured.totalNanoseconds, samplesNanoseconds: samples, verdict: measured.isDisturbed ? .invalid : .valid, measuredAt: UTCTime.now()),
            context)
    }
}
