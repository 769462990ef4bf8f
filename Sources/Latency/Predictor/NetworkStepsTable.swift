import Inference

/// Networks timed step by step, kept in a ``LayerTable`` beside its layers, so that an interrupted plan goes on where it was.
///
/// A network is one row: its samples are the times of its steps, in order, after them the barrier's time, and then the whole runs.
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
        guard let row = try table.row(key, context), row.verdict != .invalid, row.samplesNanoseconds.count > program.steps.count + 1 else { return nil }
        return NetworkSteps(
            methods: NetworkSteps.methods(program, choice), nanoseconds: row.samplesNanoseconds.prefix(program.steps.count).map { Double($0) },
            totals: Array(row.samplesNanoseconds.dropFirst(program.steps.count + 1)),
            barrierNanoseconds: Double(row.samplesNanoseconds[program.steps.count]))
    }

    package func store(_ key: String, _ measured: NetworkSteps) throws(LatencyError) {
        let samples = measured.nanoseconds.map { UInt64(max($0, 0)) } + [UInt64(measured.barrierNanoseconds)] + measured.totals
        try table.store(
            LayerTable.Row(
                layer: key, medianNanoseconds: measured.totalNanoseconds, samplesNanoseconds: samples, verdict: measured.isDisturbed ? .invalid : .valid, measuredAt: UTCTime.now()),
            context)
    }
}
