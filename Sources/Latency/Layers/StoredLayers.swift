import Inference

/// The layers of a ``LayerTable`` as they are: nothing is measured. Of the ways to compute a layer the one counts that ``LayerTimer`` would choose.
public struct StoredLayers: LayerCostSource {
    public let table: LayerTable
    public let context: LayerTable.Context

    private let algorithm: ConvolutionAlgorithm

    /// - Parameters:
    ///   - table: where the measured layers are kept.
    ///   - context: the machine, engine, instruction set and threads whose rows are read.
    ///   - algorithm: how convolutions are computed; the context's.
    public init(table: LayerTable, context: LayerTable.Context, algorithm: ConvolutionAlgorithm = .automatic) {
        self.table = table
        self.context = context
        self.algorithm = algorithm
    }

    /// - Throws: `.cannotMeasure` for a layer that is not in the table.
    public func nanoseconds(of step: Step) throws(LatencyError) -> Double {
        let methods = ConvolutionChoice.open(algorithm, for: step)
        var price: Double?
        if methods.count > 1 {
            var rows: [(method: ConvolutionMethod, row: LayerTable.Row)] = []
            for method in methods {
                if let row = try table.row(LayerKey.text(step, method), context) { rows.append((method, row)) }
            }
            price = LayerTime(best: rows, step)?.nanoseconds
        } else {
            price = try table.row(LayerKey.text(step), context)?.priceNanoseconds
        }
        guard let price else {
            throw LatencyError(
                .cannotMeasure, "layer '\(LayerKey.text(step))' is not in the layer table; a search at this resolution and number of threads measures it")
        }
        return price
    }
}
