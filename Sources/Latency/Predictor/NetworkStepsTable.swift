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

    /// The network from the table, or measured now and stored; a disturbed one is measured anew the next time.
    ///
    /// - Parameters:
    ///   - key: names the network, its resolution and its way of computing.
    ///   - measure: asked if the table does not have it.
    package func steps(
        _ key: String, _ program: Program, choice: ConvolutionChoice, measure: () throws(LatencyError) -> NetworkSteps
    ) throws(LatencyError) -> NetworkSteps {
        if let row = try table.row(key, context), row.verdict != .invalid, row.samplesNanoseconds.count > program.steps.count + 1 {
            return NetworkSteps(
                methods: NetworkSteps.methods(program, choice), nanoseconds: row.samplesNanoseconds.prefix(program.steps.count).map { Double($0) },
                totals: Array(row.samplesNanoseconds.dropFirst(program.steps.count + 1)),
                barrierNanoseconds: Double(row.samplesNanoseconds[program.steps.count]))
        }
        let measured = try measure()
        let samples = measured.nanoseconds.map { UInt64(max($0, 0)) } + [UInt64(measured.barrierNanoseconds)] + measured.totals
        try table.store(
            LayerTable.Row(
                layer: key, medianNanoseconds: measured.totalNanoseconds, samplesNanoseconds: samples, verdict: measured.isDisturbed ? .invalid : .valid, measuredAt: UTCTime.now()),
            context)
        return measured
    }
}
