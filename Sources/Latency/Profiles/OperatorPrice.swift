/// The time of one convolution on an accelerator for a whole batch, and what is to be said of it.
struct OperatorPrice {
    var milliseconds: Double
    /// Why it lies outside of what was measured.
    var outOfRange: String?
    /// The ends of what a library gives; equal to the time for a model, whose error is its card's.
    var low: Double
    var high: Double
}

extension OperatorPricing {
    func price(_ item: AcceleratorOperator, batch: Int) -> OperatorPrice? {
        guard let family = family(of: item) else { return nil }
        let time = milliseconds(item, family, batch: batch)
        return OperatorPrice(
            milliseconds: time, outOfRange: outOfRange(item, family, batch: batch, milliseconds: time), low: time, high: time)
    }
}

extension OperatorLibrary {
    func price(_ item: AcceleratorOperator, batch: Int) -> OperatorPrice? {
        figure(item, batch: batch).map { OperatorPrice(milliseconds: $0.milliseconds, outOfRange: $0.extrapolation, low: $0.low, high: $0.high) }
    }
}
