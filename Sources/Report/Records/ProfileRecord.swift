import Latency

/// For which machine latencies were predicted where nothing was measured.
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

    /// "profile board, avx2, 2 threads".
    public var machine: String { "profile \(name), \(isa), \(threads) thread\(threads == 1 ? "" : "s")" }

    /// How wrong the model is.
    private var error: String {
        guard let card else { return "its model was not checked ('zendet profile check --save')." }
        func percent(_ value: Double) -> String { "\(NumberText.fixed(value, places: 1)) %" }
        return "on \(card.networks) unseen networks its model is off by \(percent(card.medianPercent)) (median), \(percent(card.p95Percent)) "
            + "(95th percentile), \(percent(card.worstPercent)) (worst)."
    }

    /// In a sentence, where all latencies are the model's.
    public var text: String { "Latencies are predicted, not measured: \(machine); \(error)" }

    /// In a sentence, for one column beside others.
    public func text(ofColumn title: String) -> String { "\(title): \(machine), by its model and not measured; \(error)" }
}
