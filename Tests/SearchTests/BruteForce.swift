import Architecture
import Search
import Testing

/// A space small enough to try everything.
struct TinySpace: CustomTestStringConvertible, Sendable {
    var name: String
    var start: Structure
    var resolution: Int
    var options: DesignSpace.Options
    var testDescription: String { name }

    func space() throws -> DesignSpace { try DesignSpace(start: start, resolution: resolution, options: options) }

    private init(_ kind: BlockKind, stem: Int, _ blocks: [(out: Int, stride: Int, bottleneck: Int)], head: Int? = nil, kernel: Int = 3, options: DesignSpace.Options) {
        name = kind.rawValue + (head == nil ? "" : " with a head")
        resolution = 32
        self.options = options
        var list = [Block(.convKXBNRELU, in: 3, out: stem, stride: 2, kernelSize: 3)]
        for block in blocks {
            list.append(
                Block(kind, in: list.last!.outChannels, out: block.out, stride: block.stride, kernelSize: kernel, depth: 1, bottleneck: block.bottleneck))
        }
        if let head { list.append(Block(.convKXBNRELU, in: list.last!.outChannels, out: head, stride: 1, kernelSize: 1)) }
        start = Structure(name: "tiny", blocks: list)
    }

    static let all = [
        TinySpace(
            .superResK1KXK1, stem: 8, [(16, 2, 8), (24, 2, 16)],
            options: DesignSpace.Options(stemMaximum: 16, widthMaximum: 40, firstWidthMaximum: 32, depthMaximum: 3, bottleneckMinimum: 0.3)),
        TinySpace(
            .superResKXKX, stem: 8, [(16, 2, 8), (24, 1, 16)],
            options: DesignSpace.Options(stemMaximum: 16, widthMaximum: 48, firstWidthMaximum: 32, depthMaximum: 3, kernelSizes: [3, 5])),
        TinySpace(
            .superResK1KX, stem: 8, [(16, 1, 8), (24, 2, 16)],
            options: DesignSpace.Options(stemMaximum: 24, widthMaximum: 48, firstWidthMaximum: 32, depthMaximum: 3, expansionMaximum: 2, kernelSizes: [3, 5])),
        TinySpace(
            .superResK1DWK1, stem: 8, [(16, 2, 32), (24, 2, 72)], head: 48,
            options: DesignSpace.Options(stemMaximum: 8, widthMaximum: 32, firstWidthMaximum: 24, depthMaximum: 2)),
        TinySpace(
            .superResK1DWSEK1, stem: 8, [(12, 2, 30), (24, 2, 72)],
            options: DesignSpace.Options(stemMaximum: 16, widthMaximum: 32, firstWidthMaximum: 24, depthMaximum: 2, kernelSizes: [3, 7])),
        // Channels and a bottleneck off the grid, a narrowing block, and one that is frozen.
        TinySpace(
            .superResK1KXK1, stem: 10, [(36, 2, 5), (20, 2, 44), (40, 2, 16)],
            options: DesignSpace.Options(
                stemMaximum: 16, widthMaximum: 40, firstWidthMaximum: 40, depthMaximum: 2, bottleneckMinimum: 0.5, kernelSizes: [3],
                frozenBlocks: [3])),
    ]
}

/// Every structure that a space holds, found by trying all channels, bottlenecks, kernels and depths, and asking the space.
func everyStructure(of space: DesignSpace, step: Int = 8, widest: Int, bottleneck: Int, kernels: [Int], depth: Int) -> [Structure] {
    let start = space.start
    var found: [Structure] = []
    /// Sees what is wrong with the first blocks by completing them with blocks of the start.
    func extend(_ blocks: [Block]) {
        let index = blocks.count
        guard index < start.blocks.count else {
            let structure = Structure(name: start.name, blocks: blocks)
            if space.contains(structure) { found.append(structure) }
            return
        }
        let old = start.blocks[index]
        var block = old
        block.inChannels = blocks.last?.outChannels ?? old.inChannels
        for out in Set(Array(stride(from: step, through: widest, by: step)) + [old.outChannels]) {
            block.outChannels = out
            guard old.kind != .convKXBNRELU else {
                extend(blocks + [block])
                continue
            }
            guard index == 1 || out >= block.inChannels || old.outChannels < old.inChannels else { continue }
            for narrow in Set(Array(stride(from: step, through: bottleneck, by: step)) + [old.bottleneck]) {
                block.bottleneck = narrow
                for kernel in kernels {
                    block.kernelSize = kernel
                    for depth in 1...depth {
                        block.depth = depth
                        extend(blocks + [block])
                    }
                }
            }
        }
    }
    extend([])
    return found
}
