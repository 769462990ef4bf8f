import Architecture
import Testing

/// Each block class against a list of layers written by hand.
@Suite struct LoweringTests {
    private func layers(_ block: Block) throws -> [String] {
        try Structure(name: "test", blocks: [block]).network().layers.map {
            "\($0.name) \(text($0.operation)) \($0.inputs)\($0.isMainBranch ? " main" : "")"
        }
    }

    private func text(_ operation: Architecture.Operation) -> String {
        switch operation {
        case .convolution(let c): "conv \(c.inChannels)>\(c.outChannels) k\(c.kernelSize) s\(c.stride) p\(c.padding) g\(c.groups)"
        case .relu: "relu"
        case .add: "add"
        case .pooling(let p): "\(p.kind) k\(p.kernelSize) s\(p.stride) p\(p.padding)"
        case .squeezeExcitation(let s): "se \(s.channels)/\(s.reducedChannels)"
        default: "not of a structure"
        }
    }

    @Test func stem() throws {
        #expect(
            try layers(Block(.convKXBNRELU, in: 3, out: 32, stride: 2, kernelSize: 3)) == [
                "block0.conv1 conv 3>32 k3 s2 p1 g1 [0] main", "block0.relu relu [1]",
            ])
    }

    @Test func k1kxk1() throws {
        #expect(
            try layers(Block(.superResK1KXK1, in: 32, out: 48, stride: 2, kernelSize: 5, depth: 2, bottleneck: 16)) == [
                "block0.inner0.shortcut.pool average k2 s2 p0 [0]",
                "block0.inner0.shortcut.projection conv 32>48 k1 s1 p0 g1 [1]",
                "block0.inner0.conv1 conv 32>16 k1 s1 p0 g1 [0] main", "block0.inner0.relu1 relu [3]",
                "block0.inner0.conv2 conv 16>16 k5 s2 p2 g1 [4] main", "block0.inner0.relu2 relu [5]",
                "block0.inner0.conv3 conv 16>48 k1 s1 p0 g1 [6] main", "block0.inner0.add add [7, 2]", "block0.inner0.relu relu [8]",
                "block0.inner1.conv1 conv 48>16 k1 s1 p0 g1 [9] main", "block0.inner1.relu1 relu [10]",
                "block0.inner1.conv2 conv 16>16 k5 s1 p2 g1 [11] main", "block0.inner1.relu2 relu [12]",
                "block0.inner1.conv3 conv 16>48 k1 s1 p0 g1 [13] main", "block0.inner1.add add [14, 9]", "block0.inner1.relu relu [15]",
            ])
    }

    /// Only SuperResK1KXK1 projects where the channels already match, and only in its first inner block.
    @Test func forcedProjection() throws {
        let block = Block(.superResK1KXK1, in: 32, out: 32, stride: 1, kernelSize: 3, depth: 2, bottleneck: 16)
        #expect(try layers(block).filter { $0.contains("projection") } == ["block0.inner0.shortcut.projection conv 32>32 k1 s1 p0 g1 [0]"])
        for kind in [BlockKind.superResKXKX, .superResK1KX, .superResK1DWK1, .superResK1DWSEK1] {
            let block = Block(kind, in: 32, out: 32, stride: 1, kernelSize: 3, depth: 2, bottleneck: 16)
            #expect(try layers(block).filter { $0.contains("shortcut") }.isEmpty)
            #expect(try layers(block).filter { $0.contains("add") }.count == 2)
        }
    }

    @Test func k1kx() throws {
        #expect(
            try layers(Block(.superResK1KX, in: 32, out: 48, stride: 2, kernelSize: 3, depth: 1, bottleneck: 24)) == [
                "block0.inner0.shortcut.pool average k2 s2 p0 [0]",
                "block0.inner0.shortcut.projection conv 32>48 k1 s1 p0 g1 [1]",
                "block0.inner0.conv1 conv 32>24 k1 s1 p0 g1 [0] main", "block0.inner0.relu1 relu [3]",
                "block0.inner0.conv2 conv 24>48 k3 s2 p1 g1 [4] main", "block0.inner0.add add [5, 2]", "block0.inner0.relu relu [6]",
            ])
    }

    @Test func kxkx() throws {
        #expect(
            try layers(Block(.superResKXKX, in: 32, out: 32, stride: 2, kernelSize: 3, depth: 1, bottleneck: 24)) == [
                "block0.inner0.shortcut.pool average k2 s2 p0 [0]",
                "block0.inner0.conv1 conv 32>24 k3 s1 p1 g1 [0] main", "block0.inner0.relu1 relu [2]",
                "block0.inner0.conv2 conv 24>32 k3 s2 p1 g1 [3] main", "block0.inner0.add add [4, 1]", "block0.inner0.relu relu [5]",
            ])
    }

    @Test func k1dwk1WithoutShortcutWhereChannelsChange() throws {
        #expect(
            try layers(Block(.superResK1DWK1, in: 16, out: 24, stride: 2, kernelSize: 3, depth: 1, bottleneck: 96)) == [
                "block0.inner0.conv1 conv 16>96 k1 s1 p0 g1 [0] main", "block0.inner0.relu1 relu [1]",
                "block0.inner0.conv2 conv 96>96 k3 s2 p1 g96 [2] main", "block0.inner0.relu2 relu [3]",
                "block0.inner0.conv3 conv 96>24 k1 s1 p0 g1 [4] main", "block0.inner0.relu relu [5]",
            ])
    }

    @Test func k1dwsek1() throws {
        #expect(
            try layers(Block(.superResK1DWSEK1, in: 24, out: 24, stride: 2, kernelSize: 5, depth: 1, bottleneck: 368)) == [
                "block0.inner0.shortcut.pool average k2 s2 p0 [0]",
                "block0.inner0.conv1 conv 24>368 k1 s1 p0 g1 [0] main", "block0.inner0.relu1 relu [2]",
                "block0.inner0.conv2 conv 368>368 k5 s2 p2 g368 [3] main", "block0.inner0.relu2 relu [4]",
                "block0.inner0.se se 368/88 [5]",
                "block0.inner0.conv3 conv 368>24 k1 s1 p0 g1 [6] main", "block0.inner0.add add [7, 1]", "block0.inner0.relu relu [8]",
            ])
    }

    @Test(arguments: [(1, 8), (31, 8), (62, 16), (63, 16), (64, 16), (368, 88), (865, 216), (94, 24), (93, 16)])
    func squeezeReducesToAQuarterInEights(channels: Int, reduced: Int) {
        // 62 / 4 = 15.5 rounds to 16 also in Python, to even; 94 / 4 = 23.5 to 24; 93 / 4 = 23.25 to 23, which is 16 in eights.
        #expect(SqueezeExcitation(reducing: channels).reducedChannels == reduced)
    }

    @Test func groups() throws {
        let block = Block(.superResK1KXK1, in: 32, out: 64, stride: 1, kernelSize: 3, depth: 1, bottleneck: 16, groups: 4)
        let convolutions = try layers(block).filter { $0.contains("conv ") }.map {
            String($0.split(separator: " ").first { $0.hasPrefix("g") } ?? "")
        }
        #expect(convolutions == ["g1", "g4", "g4", "g4"])
    }

    /// torchvision's ResNet-50, its first residual stage's first block: projection without pooling, stride in the 3x3 of the next stage.
    @Test func resNet50Blocks() throws {
        let network = try #require(ResNet.network(depth: 50))
        let named = Dictionary(uniqueKeysWithValues: network.layers.map { ($0.name, text($0.operation)) })
        #expect(named["conv1"] == "conv 3>64 k7 s2 p3 g1")
        #expect(named["maxpool"] == "max k3 s2 p1")
        #expect(named["layer1.0.downsample"] == "conv 64>256 k1 s1 p0 g1")
        #expect(named["layer2.0.conv1"] == "conv 256>128 k1 s1 p0 g1")
        #expect(named["layer2.0.conv2"] == "conv 128>128 k3 s2 p1 g1")
        #expect(named["layer2.0.conv3"] == "conv 128>512 k1 s1 p0 g1")
        #expect(named["layer2.0.downsample"] == "conv 256>512 k1 s2 p0 g1")
        #expect(named["layer2.1.downsample"] == nil)
        #expect(network.layers.last?.block == 16)
    }

    @Test func resNet18ProjectsOnlyWhereTheStrideIsTwo() throws {
        let network = try #require(ResNet.network(depth: 18))
        let projections = network.layers.filter { $0.name.contains("downsample") }.map(\.name)
        #expect(projections == ["layer2.0.downsample", "layer3.0.downsample", "layer4.0.downsample"])
    }
}
