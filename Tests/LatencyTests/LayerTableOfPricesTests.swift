import Inference
import Latency
import Testing

/// Whole tables of prices against single ones.
@Suite struct LayerTableOfPricesTests {
    private let layer = convolution(1, 1, kernel: 3, residual: true)
    private let channels: [(in: Int, out: Int)] = [8, 16, 40, 72, 200, 777].flatMap { i in [8, 16, 24, 100, 513].map { (i, $0) } }

    @Test func equalSinglePrices() throws {
        let source = SyntheticCost(SyntheticCost.plausible)
        let table = try LayerPredictor(source: source).nanoseconds(of: layer, channels: channels, limit: .infinity)
        let single = LayerPredictor(source: SyntheticCost(SyntheticCost.plausible))
        for (counts, price) in zip(channels, table) {
            #expect(try single.nanoseconds(step: layer.with(inChannels: counts.in, outChannels: counts.out)) == price, "\(counts)")
        }
        #expect(Set(source.questions).count == source.questions.count, "no layer is measured twice")
    }

    @Test func whatIsTooSlowIsNotMeasured() throws {
        let limit = SyntheticCost.plausible(convolution(64, 96, kernel: 3, residual: true))
        let source = SyntheticCost(SyntheticCost.plausible)
        let all = SyntheticCost(SyntheticCost.plausible)
        let table = try LayerPredictor(source: source).nanoseconds(of: layer, channels: channels, limit: limit)
        let exact = try LayerPredictor(source: all).nanoseconds(of: layer, channels: channels, limit: .infinity)
        for (price, exact) in zip(table, exact) { #expect(exact <= limit ? price == exact : price > limit || price == exact) }
        #expect(zip(table, exact).contains { $0 != $1 })
        #expect(source.questions.count < all.questions.count)
    }

    @Test func layersBeyondTheGridAreLimited() throws {
        let predictor = LayerPredictor(source: SyntheticCost(SyntheticCost.plausible))
        let wide = (0..<600).map { (in: 4_000 + 8 * $0, out: 64) }
        let layer = convolution(1, 1)
        let error = #expect(throws: LatencyError.self) { try predictor.nanoseconds(of: layer, channels: wide, limit: .infinity) }
        #expect(error?.code == .outOfRange && error?.message.contains("lower the space's channels") == true)
        #expect(try predictor.nanoseconds(of: layer, channels: Array(wide.prefix(100)), limit: .infinity).count == 100)
        let floors = LayerPredictor(source: SyntheticCost(SyntheticCost.plausible))
        #expect(throws: LatencyError.self) { try floors.floors(of: layer, channels: wide, limit: .infinity) }
    }
}
