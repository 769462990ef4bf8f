import Architecture
import Testing

@Suite struct ResolutionTests {
    @Test(arguments: [0, -5, 1, 31, 65_537, Int.max, Int.min])
    func outOfRange(resolution: Int) throws {
        for name in ["resnet50", "maedet-s", "mobilenetv2", "deepmad-29m-224"] {
            let network = try Zoo.find(name)
            let error = #expect(throws: ArchitectureError.self) { try network.shapes(resolution: resolution) }
            #expect(error?.code == .doesNotFit)
            #expect(throws: ArchitectureError.self) { try network.cost(resolution: resolution) }
            if let structure = network.structure {
                let fast = #expect(throws: ArchitectureError.self) { try structure.cost(resolution: resolution) }
                #expect(fast == error)
            }
        }
    }

    @Test func tooSmallSaysWhatIsNeeded() throws {
        let error = #expect(throws: ArchitectureError.self) { try Zoo.find("resnet50").shapes(resolution: 16) }
        #expect(error?.message == "resolution 16 is too small for network 'resnet50': it divides the side by 32, so it needs at least 32")
        #expect(try Zoo.find("resnet50").shapes(resolution: 32).last == Shape(channels: 2048, height: 1, width: 1))
    }

    /// A pooled shortcut drops an odd side's last row, the strided convolution beside it does not.
    @Test func oddSidesMeetAtAShortcut() throws {
        let network = try Zoo.find("maedet-s")
        let error = #expect(throws: ArchitectureError.self) { try network.cost(resolution: 500) }
        #expect(error?.code == .doesNotFit)
        #expect(
            error?.message
                == "resolution 500 does not fit network 'maedet-s': layer block2.inner0.add would add 62x62 to 63x63; use a multiple of 32, for example 480 or 512"
        )
        let fast = #expect(throws: ArchitectureError.self) { try network.structure!.cost(resolution: 500) }
        #expect(fast?.message.contains("block[2] would add 62x62 to 63x63; use a multiple of 32, for example 480 or 512") == true)
        // Without pooled shortcuts any side does.
        #expect(try Zoo.find("resnet50").shapes(resolution: 225).last?.height == 8)
        #expect(try Zoo.find("mobilenetv2").shapes(resolution: 225).last?.height == 8)
    }

    @Test func figuresThatOverflowAreRefused() throws {
        let most = 131_072
        let structure = Structure(
            name: "huge",
            blocks: [
                Block(.convKXBNRELU, in: 3, out: most, stride: 1, kernelSize: 63),
                Block(.superResKXKX, in: most, out: most, stride: 1, kernelSize: 63, depth: 1000, bottleneck: most),
            ])
        for resolution in [64, 1024, 65_536] {
            let fast = #expect(throws: ArchitectureError.self) { try structure.cost(resolution: resolution) }
            #expect(fast?.code == .doesNotFit)
            let network = try structure.network()
            let slow = #expect(throws: ArchitectureError.self) { try network.cost(resolution: resolution) }
            #expect(slow?.code == .doesNotFit)
        }
    }

    @Test func aThousandHalvingsFitNoImage() throws {
        let blocks = (0..<1000).map { _ in Block(.convKXBNRELU, in: 3, out: 3, stride: 2, kernelSize: 3) }
        let structure = Structure(name: "deep", blocks: blocks)
        let error = #expect(throws: ArchitectureError.self) { try structure.network().cost(resolution: 65_536) }
        #expect(error?.message.contains("no resolution is large enough") == true)
    }
}
