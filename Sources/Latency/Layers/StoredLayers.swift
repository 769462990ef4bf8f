import Inference

/// The layers of a ``LayerTable`` as they are: nothing is measured. Of the ways to compute a layer that were measured the fastest counts.
public struct StoredLayers: LayerCostSource {
    public let table: LayerTable
    public let context: LayerTable.Context

    private let algorithm: ConvolutionAlgorithm

    /// - Parameter algorithm: how convolutions are computed; the context's.
    public init(table: LayerTable, context: LayerTable.Context, algorithm: ConvolutionAlgorithm = .automatic) {
        self.table = table
        self.context = context
        self.algorithm = algorithm
    }

    /// - Throws: `.cannotMeasure` for a layer that is not in the table.
    public func nanoseconds(of step: Step) throws(LatencyError) -> Double {
        let methods = algorithm == .automatic ? ConvolutionChoice.methods(for: step) : []
        var prices: [Double] = []
        for key in methods.count > 1 ? methods.map({ LayerKey.text(step, $0) }) : [LayerKey.text(step)] {
            if let row = try table.row(key, context) { prices.append(row.priceNanoseconds) }
        }
        guard let best = prices.min() else {
            throw LatencyError(
                .cannotMeasure, "layer '\(LayerKey.text(step))' is not in the layer table; a search at this resolution and number of threads measures it")
        }
        return best
    }
}
