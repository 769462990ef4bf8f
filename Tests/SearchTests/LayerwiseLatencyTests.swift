import Architecture
import Search
import Support
import Testing

/// A source that prices layers: convolutions with a fused residual cost more, which makes the last layer of a depthwise block depend on whether its
/// input and output are equal.
private struct LayerMachine: LayerwiseLatencySource {
    var overheadNanoseconds: Double { 5_000 }
    /// Above the limit prices are only said to be above it.
    var stopsAtLimit = false

    private struct Layer {
        var convolution: Convolution
        var side: Int
        var isResidual: Bool

        func nanoseconds(_ inChannels: Int, _ outChannels: Int) -> Double {
            let output = Double((side - 1) / convolution.stride + 1)
            let pixels = output * output
            let fanIn = (convolution.isDepthwise ? 1 : Double(inChannels)) * Double(convolution.kernelSize * convolution.kernelSize)
            // Groups of 16 output channels, as an engine computes them.
            let computed = Double((outChannels + 15) / 16 * 16)
            return 700 + pixels * computed * (fanIn / 40 + (isResidual ? 0.9 : 0.4)) + 0.3 * Double(inChannels * side * side)
        }
    }

    private func parts(_ block: Block, _ side: Int) -> [Layer] {
        var layers: [Layer] = []
        var side = side
        for index in 0..<block.depth {
            let inner = block.inner(index)
            if let projection = inner.shortcut?.projection {
                layers.append(Layer(convolution: projection, side: inner.shortcut?.isPooled == true ? side / 2 : side, isResidual: false))
            }
            let main = [inner.first, inner.second, inner.third].compactMap(\.self)
            for (place, convolution) in main.enumerated() {
                layers.append(Layer(convolution: convolution, side: side, isResidual: place == main.count - 1 && inner.shortcut != nil))
                side = (side - 1) / convolution.stride + 1
            }
        }
        return layers
    }

    func nanoseconds(block: Block, index: Int, inputSide: Int) -> Double {
        parts(block, inputSide).reduce(0) { $0 + $1.nanoseconds($1.convolution.inChannels, $1.convolution.outChannels) }
    }

    func layers(of block: Block, index: Int, inputSide: Int) -> [PricedLayer] {
        parts(block, inputSide).map { [stopsAtLimit] layer in
            PricedLayer(inChannels: layer.convolution.inChannels, outChannels: layer.convolution.outChannels) { channels, limit in
                channels.map {
                    let price = layer.nanoseconds($0.in, $0.out)
                    return stopsAtLimit && price > limit ? limit.nextUp : price
                }
            }
        }
    }
}

@Suite struct LayerwiseLatencyTests {
    /// The tables made of layers give the optimum that trying everything gives, also where dear layers have no price.
    @Test(arguments: TinySpace.all)
    func equalsTryingEverything(_ tiny: TinySpace) throws {
        let space = try tiny.space()
        let all = tiny.everyStructure(of: space)
        let times = try all.map { try composed($0, resolution: tiny.resolution, LayerMachine()) }
        let scores = all.map { closedForm.score($0) }
        let sorted = times.sorted()
        for (place, part) in [0.02, 0.1, 0.3, 0.7, 1].enumerated() {
            let limit = sorted[Int(part * Double(sorted.count - 1))]
            let best = zip(scores, times).filter { $0.1 <= limit }.map(\.0).max()
            let result = try ExactSolver(space: space, score: closedForm, latency: LayerMachine(stopsAtLimit: place % 2 == 0))
                .solve(Budgets(latency: .nanoseconds(limit)))
            #expect(isClose(result.best.score, try #require(best), relative: 1e-12), "\(result.best.score) under \(limit) ns")
            #expect(result.certificate.isOptimal)
            #expect(try #require(result.best.predictedNanoseconds) <= limit)
        }
    }

    @Test func pricesBlocksAgainForALargerBudget() throws {
        let space = try TinySpace.all[0].space()
        let solver = try ExactSolver(space: space, score: closedForm, latency: LayerMachine(stopsAtLimit: true))
        let least = try composed(space.smallest(), resolution: 32, LayerMachine())
        let small = try solver.solve(Budgets(), latencyNanoseconds: 1.2 * least)
        let large = try solver.solve(Budgets(), latencyNanoseconds: 4 * least)
        let fresh = try ExactSolver(space: space, score: closedForm, latency: LayerMachine()).solve(Budgets(), latencyNanoseconds: 4 * least)
        #expect(small.best.score < large.best.score && large.best.score == fresh.best.score)
    }
}
