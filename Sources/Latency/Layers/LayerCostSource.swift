import Inference

/// What a single layer costs: measured on this machine, or a made-up function in a test.
public protocol LayerCostSource: Sendable {
    /// The time of one run of the layer in nanoseconds, as it stands (no interpolation).
    func nanoseconds(of step: Step) throws(LatencyError) -> Double
}
