import Architecture
import Search
import Support
import Synchronization
import Testing

/// A source that prices layers: convolutions with a fused residual cost more, which makes the last layer of a depthwise block depend on whether its
/// input and output are equal.
private struct LayerMachine: LayerwiseLatencySource {
    var overheadNanoseconds: Double { 5_000 }
    /// Above the limit prices are only said to be above it.
    var stopsAtLimit = false

    struct Layer: Hashable {
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

    func parts(_ block: Block, _ side: Int) -> [Layer] {
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

    /// Prices of layers that become known as blocks are asked for; below them, bounds that are off by different parts.
    @Test(arguments: TinySpace.all)
    func boundsThatRiseGiveTheSameOptimum(_ tiny: TinySpace) throws {
        let space = try tiny.space()
        let times = try tiny.everyStructure(of: space).map { try composed($0, resolution: tiny.resolution, LayerMachine()) }.sorted()
        for part in [0.02, 0.3, 0.7] {
            let limit = times[Int(part * Double(times.count - 1))]
            let bounded = BoundedMachine()
            let result = try ExactSolver(space: space, score: closedForm, latency: bounded).solve(Budgets(latency: .nanoseconds(limit)))
            let eager = try ExactSolver(space: space, score: closedForm, latency: LayerMachine()).solve(Budgets(latency: .nanoseconds(limit)))
            #expect(isClose(result.best.score, eager.best.score, relative: 1e-12), "\(result.best.score) for \(eager.best.score) under \(limit) ns")
            #expect(result.certificate.isOptimal && result.certificate.bound >= eager.best.score - 1e-9)
            #expect(try #require(result.best.predictedNanoseconds) <= limit * (1 + 1e-12))
            #expect(try composed(result.best.structure, resolution: tiny.resolution, LayerMachine()) <= limit * (1 + 1e-12))
        }
    }

    @Test(arguments: TinySpace.all)
    func listsByPriceAndNotByBound(_ tiny: TinySpace) throws {
        let space = try tiny.space()
        var options = ExactOptions()
        options.within = 0.1
        options.listed = 12
        let bounded = try ExactSolver(space: space, score: closedForm, latency: BoundedMachine(), options: options)
        let eager = try ExactSolver(space: space, score: closedForm, latency: LayerMachine(), options: options)
        let sorted = try tiny.everyStructure(of: space).map { try composed($0, resolution: tiny.resolution, LayerMachine()) }.sorted()
        let budgets = Budgets(latency: .nanoseconds(sorted[sorted.count / 2]))
        let best = try eager.solve(budgets).best
        let lists = try [bounded, eager].map { try $0.list(near: best, budgets) }
        let times = try lists.map { try $0.structures.map { try composed($0.structure, resolution: tiny.resolution, LayerMachine()) } }
        #expect(times[0].count == times[1].count && times[0].count > 1, "\(times)")
        #expect(zip(times[0], times[1]).allSatisfy { isClose($0, $1, relative: 1e-9) }, "\(times)")
        #expect(lists[0].isComplete == lists[1].isComplete)
    }

    /// A bound above the price excluded networks wrongly: the problem is solved again.
    @Test(arguments: TinySpace.all)
    func boundsThatWereTooHighAreNoticed(_ tiny: TinySpace) throws {
        let space = try tiny.space()
        let times = try tiny.everyStructure(of: space).map { try composed($0, resolution: tiny.resolution, LayerMachine()) }.sorted()
        let budgets = Budgets(latency: .nanoseconds(times[times.count * 3 / 4]))
        let found = try ExactSolver(space: space, score: closedForm, latency: BoundedMachine(beginsTooHigh: true)).solve(budgets)
        let eager = try ExactSolver(space: space, score: closedForm, latency: LayerMachine()).solve(budgets)
        #expect(isClose(found.best.score, eager.best.score, relative: 1e-12))
    }

    @Test func aBudgetBelowTheBoundsIsOutOfReach() throws {
        let space = try TinySpace.all[0].space()
        let least = try composed(space.smallest(), resolution: 32, LayerMachine())
        let solver = try ExactSolver(space: space, score: closedForm, latency: BoundedMachine())
        let error = searchError { _ = try solver.solve(Budgets(), latencyNanoseconds: 0.3 * least) }
        #expect(error?.code == .budgetCannotBeMet)
    }
}

/// ``LayerMachine`` with lower bounds: a layer costs between 0.8 and 0.9 of its price until a block that has it was asked for.
private final class BoundedMachine: LayerwiseLatencySource {
    private let machine = LayerMachine()
    private let known = Mutex<Set<LayerMachine.Layer>>([])
    var overheadNanoseconds: Double { machine.overheadNanoseconds }
    var pricesAreBounds: Bool { true }
    /// Whether layers are thought dearer than they are until the first block is asked for, which shows it.
    let beginsTooHigh: Bool

    init(beginsTooHigh: Bool = false) { self.beginsTooHigh = beginsTooHigh }

    func nanoseconds(block: Block, index: Int, inputSide: Int) throws -> Double {
        known.withLock { $0.formUnion(machine.parts(block, inputSide)) }
        return machine.nanoseconds(block: block, index: index, inputSide: inputSide)
    }

    func layers(of block: Block, index: Int, inputSide: Int) throws -> [PricedLayer] {
        zip(machine.layers(of: block, index: index, inputSide: inputSide), machine.parts(block, inputSide)).map { priced, layer in
            PricedLayer(inChannels: priced.inChannels, outChannels: priced.outChannels) { channels, _ in
                channels.map { counts in
                    var layer = layer
                    if layer.convolution.isDepthwise { layer.convolution.groups = counts.out }
                    (layer.convolution.inChannels, layer.convolution.outChannels) = counts
                    let price = layer.nanoseconds(counts.in, counts.out)
                    let part = 0.8 + 0.01 * Double((counts.in / 8 + 3 * counts.out / 8 + layer.side) % 11)
                    return self.known.withLock { known in
                        known.contains(layer) ? price : price * (self.beginsTooHigh && known.isEmpty ? 1.4 : part)
                    }
                }
            }
        }
    }
}
