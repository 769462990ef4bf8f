/// A mean over passes with independent weights, and how well it is known.
public struct Estimate: Hashable, Sendable {
    public var mean: Double
    /// The standard deviation over passes divided by √passes; nil for one pass, which says nothing of it.
    public var standardError: Double?

    public init(mean: Double, standardError: Double?) {
        self.mean = mean
        self.standardError = standardError
    }

    /// - Precondition: at least one value.
    init(_ values: [Double]) {
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        self.init(mean: mean, standardError: values.count > 1 ? (squares / (count - 1) / count).squareRoot() : nil)
    }
}

/// The entropy of a network as measured by forward passes. Entropies are natural logarithms of a standard deviation.
public struct ForwardScore: Hashable, Sendable {
    /// One convolution of the main branch.
    public struct Layer: Hashable, Sendable {
        public var name: String
        public var block: Int
        /// ln σ of its output for an input that was divided by its own σ.
        public var logDeviation: Estimate
    }

    /// One stage.
    public struct Stage: Hashable, Sendable {
        public var channels: Int
        /// Σ ln σ up to the stage's end; without ln(channels) and weight.
        public var logDeviation: Estimate
        public var weight: Double
    }

    /// Σ weight · (Σ ln σ + ln channels) over the stages: what ``ClosedFormEntropy`` computes from the structure.
    public var total: Estimate
    public var stages: [Stage]
    public var layers: [Layer]
    public var resolution: Int
    public var passes: Int
}
