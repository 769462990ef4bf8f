import Inference

/// The layers of a ``LayerTable`` as they are: nothing is measured.
public struct StoredLayers: LayerCostSource {
    public let table: LayerTable
    public let context: LayerTable.Context

    public init(table: LayerTable, context: LayerTable.Context) {
        self.table = table
        self.context = context
    }

    /// - Throws: `.cannotMeasure` for a layer that is not in the table.
    public func nanoseconds(of step: Step) throws(LatencyError) -> Double {
        let key = LayerKey.text(step)
        guard let row = try table.row(key, context) else {
            throw LatencyError(.cannotMeasure, "layer '\(key)' is not in the layer table; a search at this resolution and number of threads measures it")
        }
        return row.priceNanoseconds
    }
}
