import Inference
import Latency
import Testing

/// Whole tables of prices against single ones.
@Suite struct LayerTableOfPricesTests {
    private let steps = [8, 16, 40, 72, 200, 777].flatMap { i in [8, 16, 24, 100, 513].map { convolution(i, $0, kernel: 3, residual: true) } }

    @Test func equalSinglePrices() throws {
        let source = SyntheticCost(SyntheticCost.plausible)
        let table = try LayerPredictor(source: source).nanoseconds(steps: steps, limit: .infinity)
        let single = LayerPredictor(source: SyntheticCost(SyntheticCost.plausible))
        for (step, price) in zip(steps, table) { #expect(try single.nanoseconds(step: step) == price, "\(step.summary)") }
        #expect(Set(source.questions).count == source.questions.count, "no layer is measured twice")
    }

    @Test func whatIsTooSlowIsNotMeasured() throws {
        let limit = SyntheticCost.plausible(convolution(64, 96, kernel: 3, residual: true))
        let source = SyntheticCost(SyntheticCost.plausible)
        let all = SyntheticCost(SyntheticCost.plausible)
        let table = try LayerPredictor(source: source).nanoseconds(steps: steps, limit: limit)
        let exact = try LayerPredictor(source: all).nanoseconds(steps: steps, limit: .infinity)
        for (price, exact) in zip(table, exact) { #expect(exact <= limit ? price == exact : price > limit || price == exact) }
        #expect(zip(table, exact).contains { $0 != $1 })
        #expect(source.questions.count < all.questions.count)
    }

    @Test func layersBeyondTheGridAreLimited() throws {
        let predictor = LayerPredictor(source: SyntheticCost(SyntheticCost.plausible))
        let wide = (0..<600).map { convolution(4_000 + 8 * $0, 64) }
        let error = #expect(throws: LatencyError.self) { try predictor.nanoseconds(steps: wide, limit: .infinity) }
        #expect(error?.code == .outOfRange && error?.message.contains("lower the space's channels") == true)
        #expect(try predictor.nanoseconds(steps: Array(wide.prefix(100)), limit: .infinity).count == 100)
    }
}
