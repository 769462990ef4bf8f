import Architecture
import Entropy
import Search
import Testing

/// The design spaces that the tests walk through: one start of every block class, DAMO-YOLO's and MobileNet's among them.
struct NamedSpace: CustomTestStringConvertible, Sendable {
    var start: String
    var resolution: Int
    var testDescription: String { start }

    static let all = [
        NamedSpace(start: "start-r50", resolution: 480), NamedSpace(start: "maedet-m", resolution: 480),
        NamedSpace(start: "start-damo-kxkx", resolution: 320), NamedSpace(start: "start-damo-k1kx", resolution: 320),
        NamedSpace(start: "start-mbv2", resolution: 224), NamedSpace(start: "start-deepmad-29m-288", resolution: 288),
        NamedSpace(start: "deepmad-r18", resolution: 224),
    ]

    func structure() throws -> Structure { try #require(Zoo.network(named: start)?.structure, "no structure \(start) in the zoo") }

    func space(layerBudget: Int? = nil, options: DesignSpace.Options = DesignSpace.Options()) throws -> DesignSpace {
        try DesignSpace(start: structure(), resolution: resolution, layerBudget: layerBudget, options: options)
    }

    /// A walk of random mutations from the start.
    func walk(_ space: DesignSpace, seed: UInt64, length: Int) -> Structure {
        var structure = space.start
        for step in 0..<length {
            structure = space.mutant(of: structure, seed: seed, individual: UInt64(step), style: step % 3 == 0 ? .minor : .coarse)
        }
        return structure
    }
}

/// The reference's search for a backbone of ResNet-50's FLOPs, whose optimum is known: 2096.914716, certified below 2096.9295.
///
/// Source of the figures: own exact solver, last block free.
enum R50Problem {
    static let optimum = 2096.914716
    static let bound = 2096.9295
    static let budgets = Budgets(referenceFLOPs: 188e8, layers: 91)

    static func space() throws -> DesignSpace {
        try NamedSpace(start: "start-r50", resolution: 480).space(layerBudget: 91, options: .reference)
    }
}

/// A latency like a roofline's: multiply-accumulates at a rate that grows with the channels, and traffic. In nanoseconds.
func rooflineNanoseconds(_ block: Block, side: Int) -> Double {
    var sum = 0.0
    func add(_ convolution: Convolution, times: Double, side: Int) {
        let output = Double(convolution.outputSide(side) * convolution.outputSide(side) * convolution.outChannels)
        let fanIn = Double(convolution.fanIn)
        // Whole vectors of 32 channels, and a start-up cost for each output.
        let padding = Double((convolution.outChannels + 31) / 32 * 32) / Double(convolution.outChannels)
        sum += times * (output * (fanIn + 24) / 50 * padding + 0.06 * (Double(convolution.inChannels * side * side) + output) + 800)
    }
    func add(_ inner: InnerBlock, times: Double, side: Int) {
        if let projection = inner.shortcut?.projection { add(projection, times: times, side: inner.shortcut?.isPooled == true ? side / 2 : side) }
        var side = side
        for case let convolution? in [inner.first, inner.second, inner.third] {
            add(convolution, times: times, side: side)
            side = convolution.outputSide(side)
        }
    }
    add(block.inner(0), times: 1, side: side)
    if block.depth > 1 { add(block.inner(1), times: Double(block.depth - 1), side: block.outputSide(side)) }
    return sum
}

let roofline = TableLatencySource(overheadNanoseconds: 20_000) { block, _, side in rooflineNanoseconds(block, side: side) }

/// The composed latency of a structure by a latency source.
func composed(_ structure: Structure, resolution: Int, _ source: some LatencySource) throws -> Double {
    var side = resolution
    var sum = source.overheadNanoseconds
    for (index, block) in structure.blocks.enumerated() {
        sum += try source.nanoseconds(block: block, index: index, inputSide: side)
        side = block.outputSide(side)
    }
    return sum
}

let closedForm = ClosedFormScore(.maeDet)

/// The search error that `body` throws; nil if it throws none.
func searchError(_ body: () throws -> Void) -> SearchError? {
    do { try body() } catch { return error as? SearchError }
    return nil
}
