import Latency

/// For which machine a search was made that measured nothing.
public struct ProfileRecord: Encodable, Sendable {
    public var name: String
    public var isa: String
    public var threads: Int
    /// The model's error on networks that its fit never saw; nil where it was not checked.
    public var card: ErrorCard?

    public init(name: String, model: StepModel) {
        self.name = name
        isa = model.isa
        threads = model.engine.threads
        card = model.card
    }

    /// In a sentence.
    public var text: String {
        let machine = "profile \(name), \(isa), \(threads) thread\(threads == 1 ? "" : "s")"
        guard let card else { return "Latencies are predicted, not measured: \(machine); its model was not checked ('zendet profile check --save')." }
        func percent(_ value: Double) -> String { "\(NumberText.fixed(value, places: 1)) %" }
        return "Latencies are predicted, not measured: \(machine); on \(card.networks) unseen networks its model is off by \(percent(card.medianPercent)) "
            + "(median), \(percent(card.p95Percent)) (95th percentile), \(percent(card.worstPercent)) (worst)."
    }
}
