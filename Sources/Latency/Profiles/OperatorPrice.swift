/// The time of one convolution on an accelerator for a whole batch, and what is to be said of it.
struct OperatorPrice {
    var milliseconds: Double
    /// Why it lies outside of what was measured.
    var outOfRange: String?
    /// Why it may jump, or is one of several.
    var uncertain: String?
}

extension OperatorPricing {
    func price(_ item: AcceleratorOperator, batch: Int) -> OperatorPrice? {
        guard let family = family(of: item) else { return nil }
        let time = milliseconds(item, family, batch: batch)
        return OperatorPrice(milliseconds: time, outOfRange: outOfRange(item, family, batch: batch, milliseconds: time))
    }
}

extension OperatorLibrary {
    func price(_ item: AcceleratorOperator, batch: Int) -> OperatorPrice? {
        figure(item, batch: batch).map { figure in
            let uncertain = figure.caveats.filter { !$0.isExtrapolation }.sorted().map(\.text)
            return OperatorPrice(
                milliseconds: figure.milliseconds, outOfRange: figure.extrapolation,
                uncertain: uncertain.isEmpty ? nil : uncertain.joined(separator: "; "))
        }
    }
}
