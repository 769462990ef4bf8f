/// A backbone in TinyNAS' notation: a stem and super blocks, each of which stands for one or more inner blocks.
public struct Structure: Hashable, Sendable {
    public var name: String
    public var blocks: [Block]

    public init(name: String, blocks: [Block]) {
        self.name = name
        self.blocks = blocks
    }

    /// Indices of the blocks that end a stage: the one before each block of stride 2 (but the first block), and the last.
    public var stageEnds: [Int] {
        blocks.indices.filter { $0 + 1 == blocks.count || blocks[$0 + 1].stride == 2 }
    }
}

/// One line of a structure: `{'class': 'SuperResK1KXK1', 'in': 32, 'out': 256, 's': 2, 'k': 3, 'L': 1, 'btn': 64}`.
public struct Block: Hashable, Sendable {
    public var kind: BlockKind
    /// `in`
    public var inChannels: Int
    /// `out`
    public var outChannels: Int
    /// `s`, 1 or 2; the first inner block carries it.
    public var stride: Int
    /// `k`, odd.
    public var kernelSize: Int
    /// `L`, the number of inner blocks; 1 for a ConvKXBNRELU.
    public var depth: Int
    /// `btn`, the channels inside an inner block; 0 for a ConvKXBNRELU.
    public var bottleneck: Int
    /// `g`, the groups of the main branch's convolutions; 1 where the file does not say. A depthwise convolution stays depthwise.
    public var groups: Int

    public init(
        _ kind: BlockKind, in inChannels: Int, out outChannels: Int, stride: Int, kernelSize: Int, depth: Int = 1, bottleneck: Int = 0,
        groups: Int = 1
    ) {
        self.kind = kind
        self.inChannels = inChannels
        self.outChannels = outChannels
        self.stride = stride
        self.kernelSize = kernelSize
        self.depth = depth
        self.bottleneck = bottleneck
        self.groups = groups
    }
}

/// The block classes of TinyNAS, by the names in structure files.
public enum BlockKind: String, Hashable, Sendable, CaseIterable {
    case convKXBNRELU = "ConvKXBNRELU"
    case superResK1KXK1 = "SuperResK1KXK1"
    case superResKXKX = "SuperResKXKX"
    case superResK1KX = "SuperResK1KX"
    case superResK1DWK1 = "SuperResK1DWK1"
    case superResK1DWSEK1 = "SuperResK1DWSEK1"
}
