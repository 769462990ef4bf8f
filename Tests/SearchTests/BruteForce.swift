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

    private init(
        _ kind: BlockKind, stem: Int, _ blocks: [(out: Int, stride: Int, bottleneck: Int)], head: Int? = nil, options: DesignSpace.Options
    ) {
        name = kind.rawValue + (head == nil ? "" : " with a head")
        resolution = 32
        self.options = options
        var list = [Block(.convKXBNRELU, in: 3, out: stem, stride: 2, kernelSize: 3)]
        for block in blocks {
            list.append(
                Block(kind, in: list.last!.outChannels, out: block.out, stride: block.stride, kernelSize: 3, depth: 1, bottleneck: block.bottleneck))
        }
        if let head { list.append(Block(.convKXBNRELU, in: list.last!.outChannels, out: head, stride: 1, kernelSize: 1)) }
        start = Structure(name: "tiny", blocks: list)
    }

    static let all = [
        TinySpace(
            .superResK1KXK1, stem: 8, [(16, 2, 8), (24, 2, 16)],
            options: DesignSpace.Options(
                stemMaximum: 16, widthMaximum: 40, firstWidthMaximum: 32, depthMaximum: 3, firstDepthMaximum: 3, bottleneckMinimum: 0.3)),
        TinySpace(
            .superResKXKX, stem: 8, [(16, 2, 8), (24, 1, 16)],
            options: DesignSpace.Options(
                stemMaximum: 16, widthMaximum: 48, firstWidthMaximum: 32, depthMaximum: 3, firstDepthMaximum: 1, kernelSizes: [3, 5])),
        TinySpace(
            .superResK1KX, stem: 8, [(16, 1, 8), (24, 2, 16)],
            options: DesignSpace.Options(
                stemMaximum: 24, widthMaximum: 48, firstWidthMaximum: 32, depthMaximum: 3, firstDepthMaximum: 2, expansionMaximum: 2, kernelSizes: [3, 5])),
        TinySpace(
            .superResK1DWK1, stem: 8, [(16, 2, 32), (24, 2, 72)], head: 32,
            options: DesignSpace.Options(stemMaximum: 8, widthMaximum: 24, firstWidthMaximum: 24, depthMaximum: 2, firstDepthMaximum: 2)),
        TinySpace(
            .superResK1DWSEK1, stem: 8, [(12, 2, 30), (24, 2, 72)],
            options: DesignSpace.Options(
                stemMaximum: 16, widthMaximum: 24, firstWidthMaximum: 16, depthMaximum: 2, firstDepthMaximum: 2, kernelSizes: [3, 7])),
        // Channels and a bottleneck off the grid, a narrowing block, and one that is frozen.
        TinySpace(
            .superResK1KXK1, stem: 10, [(36, 2, 5), (20, 2, 44), (40, 2, 16)],
            options: DesignSpace.Options(
                stemMaximum: 16, widthMaximum: 40, firstWidthMaximum: 40, depthMaximum: 2, firstDepthMaximum: 1, bottleneckMinimum: 0.5, kernelSizes: [3],
                frozenBlocks: [3])),
    ]
}

extension TinySpace {
    /// Every structure of the space, found by trying channels, bottlenecks, kernels and depths (a little beyond what the space holds) and asking it;
    /// in the same order in every run, since tests draw from them by index.
    func everyStructure(of space: DesignSpace) -> [Structure] {
        let isDepthwise = [.superResK1DWK1, .superResK1DWSEK1].contains(start.blocks[1].kind)
        let step = options.channelStep
        var found: [Structure] = []
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
            let widest = index == 0 ? options.stemMaximum : index == 1 ? options.firstWidthMaximum : options.widthMaximum
            for out in Set(Array(stride(from: step, through: widest + step, by: step)) + [old.outChannels]).sorted() {
                block.outChannels = out
                guard old.kind != .convKXBNRELU else {
                    extend(blocks + [block])
                    continue
                }
                guard out >= block.inChannels || old.outChannels < old.inChannels else { continue }
                let most = isDepthwise ? 6 * out + step : out + step
                for narrow in Set(Array(stride(from: isDepthwise ? max(1, out / step) * step : step, through: most, by: step)) + [old.bottleneck]).sorted() {
                    block.bottleneck = narrow
                    for kernel in options.kernelSizes ?? [3, 5] {
                        block.kernelSize = kernel
                        for depth in 1...options.depthMaximum {
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
}
