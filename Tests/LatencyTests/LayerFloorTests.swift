import Architecture
import Inference
import Latency
import Testing

/// Lower bounds of prices against the prices.
@Suite struct LayerFloorTests {
    private let layer = convolution(1, 1, kernel: 3, residual: true)
    private let channels: [(in: Int, out: Int)] = stride(from: 8, through: 1_200, by: 56).flatMap { i in
        stride(from: 16, through: 1_400, by: 72).map { (i, $0) }
    }

    private func prices(_ predictor: LayerPredictor, _ layer: Step, _ channels: [(in: Int, out: Int)]) throws -> [Double] {
        try channels.map { try predictor.nanoseconds(step: layer.resized(inChannels: $0.in, outChannels: $0.out)) }
    }

    @Test func liesBelowThePriceAndNear() throws {
        let source = SyntheticCost(SyntheticCost.plausible)
        let floors = try LayerPredictor(source: source).floors(of: layer, channels: channels, limit: .infinity)
        let prices = try prices(LayerPredictor(source: SyntheticCost(SyntheticCost.plausible)), layer, channels)
        #expect(floors.count == channels.count)
        for (place, (floor, price)) in zip(floors, prices).enumerated() {
            #expect(floor <= price * (1 + 1e-12) && floor > 0.7 * price, "\(channels[place]): \(floor) for \(price)")
        }
        // Three counts a side, and those smaller than the grid's least.
        #expect(source.questions.count <= 12 && Set(source.questions).count == source.questions.count)
    }

    @Test func equalsThePriceOnceItWasAskedFor() throws {
        let predictor = LayerPredictor(source: SyntheticCost(SyntheticCost.plausible))
        _ = try predictor.floors(of: layer, channels: channels, limit: .infinity)
        let chosen = [3, 77, 250].map { channels[$0] }
        let prices = try prices(predictor, layer, chosen)
        let floors = try predictor.floors(of: layer, channels: chosen, limit: .infinity)
        for (floor, price) in zip(floors, prices) { #expect(abs(floor - price) <= 1e-12 * price) }
        let tested = try #require(predictor.testedFloors)
        #expect(tested.layers > 0 && tested.leastPart > 0.8 && tested.leastPart < 1.2)
    }

    /// A machine that is far faster at some counts than the coarse grid knows: one that is measured lowers the floors of its kind.
    @Test func aFloorThatWasTooHighLowersTheOthers() throws {
        let source = SyntheticCost { step in
            SyntheticCost.plausible(step) * ((100..<900).contains(step.input.channels) && step.input.channels != 256 ? 0.5 : 1)
        }
        let predictor = LayerPredictor(source: source)
        let counts = [(in: 128, out: 128), (in: 512, out: 512)]
        let before = try predictor.floors(of: layer, channels: counts, limit: .infinity)
        let first = try prices(predictor, layer, [counts[0]])[0]
        #expect(before[0] > first)
        let after = try predictor.floors(of: layer, channels: counts, limit: .infinity)
        #expect(after[0] == first && after[1] < 0.75 * before[1])
        #expect(after[1] <= source.cost(layer.with(inChannels: 512, outChannels: 512)))
        #expect(try #require(predictor.testedFloors).leastPart < 0.6)
    }

    @Test func whatIsOverTheLimitIsNotMeasured() throws {
        let limit = SyntheticCost.plausible(convolution(64, 64, kernel: 3, residual: true))
        let (few, all) = (SyntheticCost(SyntheticCost.plausible), SyntheticCost(SyntheticCost.plausible))
        let floors = try LayerPredictor(source: few).floors(of: layer, channels: channels, limit: limit)
        _ = try LayerPredictor(source: all).floors(of: layer, channels: channels, limit: .infinity)
        #expect(few.questions.count < all.questions.count)
        for (place, floor) in zip(channels, floors) {
            let price = SyntheticCost.plausible(layer.with(inChannels: place.in, outChannels: place.out))
            #expect(price > limit ? floor > 0.6 * limit : floor <= price * 1.02, "\(place)")
            if place.in >= 256, place.out >= 256 { #expect(floor > limit) }
        }
    }

    /// Kinds with one axis, and squeeze-and-excitation, whose reduced channels follow.
    @Test func coversEveryKindOfLayer() throws {
        let side = Shape(channels: 1, height: 30, width: 30)
        let gates = Step(.squeezeExcitation(SqueezeExcitation(channels: 64, reducedChannels: 16)), input: side, output: side, batch: 1, rectified: false, residual: false)
        let pool = Step(.pooling(Pooling(.average, kernelSize: 2, stride: 2)), input: side, output: side, batch: 1, rectified: false, residual: false)
        for layer in [gates, pool, convolution(1, 1, kernel: 5, groups: 1)] {
            let predictor = LayerPredictor(source: SyntheticCost { Double(100 + $0.input.channels + 3 * $0.output.channels) })
            let counts = [(in: 40, out: 40), (in: 100, out: 100), (in: 250, out: 250)]
            let floors = try predictor.floors(of: layer, channels: counts, limit: .infinity)
            let prices = try prices(predictor, layer, counts)
            for (floor, price) in zip(floors, prices) { #expect(floor <= price * (1 + 1e-12) && floor >= 0.75 * price, "\(layer.summary)") }
        }
    }

    @Test func layersBeyondTheGridAreLimited() throws {
        let wide = (0..<600).map { (in: 1, out: 4_000 + 16 * $0) }
        let grouped = Step(
            .convolution(Convolution(1, 1, kernelSize: 1)), input: Shape(channels: 1, height: 60, width: 60), output: Shape(channels: 1, height: 60, width: 60),
            batch: 1, rectified: true, residual: false)
        let error = #expect(throws: LatencyError.self) {
            try LayerPredictor(source: SyntheticCost(SyntheticCost.plausible)).floors(of: grouped, channels: wide, limit: .infinity)
        }
        #expect(error?.code == .outOfRange && error?.message.contains("lower the space's channels") == true)
    }

    /// A corner that needs more memory than there is: the layer itself is measured, and then its floor is its price.
    @Test func aLayerBesideAnUnmeasurableCornerHasItsOwnPrice() throws {
        let predictor = LayerPredictor(source: LimitedCost(mostChannels: 2_000))
        let counts = [(in: 1_900, out: 1_904)]
        let before = try predictor.floors(of: layer, channels: counts, limit: .infinity)
        let price = try prices(predictor, layer, counts)[0]
        #expect(before[0] < price)
        #expect(try predictor.floors(of: layer, channels: counts, limit: .infinity)[0] == price)
    }
}

/// A machine whose memory holds no layer with more than so many channels.
private struct LimitedCost: LayerCostSource {
    let mostChannels: Int

    func nanoseconds(of step: Step) throws(LatencyError) -> Double {
        guard max(step.input.channels, step.output.channels) <= mostChannels else { throw LatencyError(.cannotMeasure, "too large") }
        return SyntheticCost.plausible(step)
    }
}
