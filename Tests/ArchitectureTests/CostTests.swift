import Architecture
import Support
import Testing

@Suite struct CostTests {
    /// The path without a graph against the graph, for every figure.
    @Test func structureCostEqualsNetworkCost() throws {
        var structures = try Fixtures.structures()
        structures += Zoo.entries.compactMap { $0.build().structure }
        for structure in structures {
            let network = try structure.network()
            for resolution in [64, 224, 480] {
                let (fast, slow) = (try structure.cost(resolution: resolution), try network.cost(resolution: resolution))
                #expect(
                    fast.params == slow.params && fast.macs == slow.macs && fast.layers == slow.layers, "\(structure.name) at \(resolution)"
                )
                #expect(fast.peakActivationBytes == slow.peakActivationBytes, "\(structure.name) at \(resolution)")
                #expect(isClose(fast.referenceFLOPs, slow.referenceFLOPs, relative: 1e-13), "\(structure.name) at \(resolution)")
            }
        }
        #expect(structures.count > 80)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func structureCostEqualsNetworkCostOnRandomStructures(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var fitting = 0
        for _ in 0..<400 {
            let structure = Structure.random(using: &random)
            let resolution = Int.random(in: 1...300, using: &random)
            let network = try structure.network()
            let slow = Result { () throws(ArchitectureError) in try network.cost(resolution: resolution) }
            let fast = Result { () throws(ArchitectureError) in try structure.cost(resolution: resolution) }
            switch (fast, slow) {
            case (.success(let fast), .success(let slow)):
                #expect(
                    fast.params == slow.params && fast.macs == slow.macs && fast.layers == slow.layers
                        && fast.peakActivationBytes == slow.peakActivationBytes
                        && isClose(fast.referenceFLOPs, slow.referenceFLOPs, relative: 1e-12),
                    "seed \(seed): \(structure) at \(resolution): \(fast) is not \(slow)")
                fitting += 1
            case (.failure(let fast), .failure(let slow)):
                #expect(fast.code == slow.code)
            default:
                Issue.record("seed \(seed): \(structure) at \(resolution): \(fast) and \(slow)")
            }
        }
        #expect(fitting > 50)
    }

    /// Values alive, by hand, for a stem and one K1KXK1 block of two inner blocks at 8 px.
    @Test func peakActivationOfASmallNetwork() throws {
        let structure = Structure(
            name: "small",
            blocks: [
                Block(.convKXBNRELU, in: 3, out: 4, stride: 2, kernelSize: 3),
                Block(.superResK1KXK1, in: 4, out: 8, stride: 2, kernelSize: 3, depth: 2, bottleneck: 2),
            ])
        // input 3x8x8 = 192; stem 4x4x4 = 64, an output, alive to the end.
        // inner 0: pool 4x2x2 = 16, projection 8x2x2 = 32, conv1 2x4x4 = 32, conv2 2x2x2 = 8, conv3 8x2x2 = 32.
        // Steps: stem 192 + 64 = 256; pool 64 + 16; projection 64 + 16 + 32 = 112; conv1 64 + 32 + 32 = 128; conv2 64 + 32 + 32 + 8 = 136;
        // conv3 64 + 32 + 8 + 32 = 136. inner 1: at most 64 + 32 + 8 + 32 = 136. The stem's step is the peak.
        #expect(try structure.network().cost(resolution: 8).peakActivationBytes == 4 * 256)
        #expect(try structure.cost(resolution: 8).peakActivationBytes == 4 * 256)

        // With a wide bottleneck the peak moves: conv1 2→16: 16x4x4 = 256: conv2's step 64 + 32 + 256 + 64 = 416.
        var wide = structure
        wide.blocks[1].bottleneck = 16
        #expect(try wide.network().cost(resolution: 8).peakActivationBytes == 4 * 416)
        #expect(try wide.cost(resolution: 8).peakActivationBytes == 4 * 416)
    }

    /// ResNet-50 at 480 px: the peak is layer1.0.conv3 with the projection (256x120x120), its input (64x120x120) and its output.
    @Test func peakActivationOfResNet50() throws {
        let network = try #require(ResNet.network(depth: 50))
        #expect(try network.cost(resolution: 480).peakActivationBytes == 4 * (256 + 64 + 256) * 120 * 120)
    }

    @Test func squeezeExcitationCounts() {
        let squeeze = Operation.squeezeExcitation(SqueezeExcitation(channels: 368, reducedChannels: 88))
        #expect(squeeze.macs(output: Shape(channels: 368, height: 7, width: 7)) == 2 * 368 * 88)
        #expect(squeeze.params == 2 * 368 * 88 + 2 * 88 + 2 * 368)
    }

    @Test func spaceToDepthSaysTheImagesSide() throws {
        let network = try Zoo.find("damo-k1kx")
        #expect(network.isSpaceToDepth)
        #expect(network.imageSide(resolution: 320) == 640)
        #expect(try Zoo.find("resnet50").imageSide(resolution: 320) == 320)
    }
}
