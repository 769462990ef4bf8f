import Architecture
import Search
import Testing

@Suite struct DesignSpaceTests {
    @Test(arguments: NamedSpace.all)
    func admitsItsStart(_ named: NamedSpace) throws {
        let space = try named.space()
        #expect(space.violation(of: space.start) == nil)
        #expect(space.blockCount == space.start.blocks.count)
    }

    @Test func holdsThePublishedNetworks() throws {
        // MAE-DET lies in the space of any of its own: -S and -M by default, -L on a grid of 4 because of its bottleneck of 220.
        let small = NamedSpace(start: "maedet-s", resolution: 480)
        #expect(try small.space().violation(of: NamedSpace(start: "maedet-m", resolution: 480).structure()) == nil)
        let large = try NamedSpace(start: "maedet-l", resolution: 480).structure()
        let fine = try small.space(options: DesignSpace.Options(channelStep: 4))
        #expect(fine.violation(of: large) == nil)
        #expect(try small.space().violation(of: large)?.contains("220") == true)
        // The reference's caps leave them outside.
        let reference = try small.space(options: .reference)
        #expect(reference.violation(of: large) != nil)
        #expect(try reference.violation(of: NamedSpace(start: "maedet-m", resolution: 480).structure()) != nil)
    }

    @Test func spreadsDepthByTheLayerBudget() throws {
        var structure = try R50Problem.space().start
        structure.blocks[3].depth = 7
        #expect(try R50Problem.space().contains(structure))
        structure.blocks[3].depth = 8
        #expect(try R50Problem.space().violation(of: structure)?.contains("8 inner blocks") == true)
        structure.blocks[3].depth = 1
        structure.blocks[1].depth = 4
        #expect(try R50Problem.space().contains(structure) == false)
    }

    @Test func namesWhatIsWrong() throws {
        let space = try R50Problem.space()
        func violation(_ change: (inout Structure) -> Void) -> String {
            var structure = space.start
            change(&structure)
            return space.violation(of: structure) ?? "nothing"
        }
        #expect(violation { $0.blocks.removeLast() }.contains("5 blocks"))
        #expect(violation { $0.blocks[1].kind = .superResKXKX }.contains("SuperResKXKX"))
        #expect(violation { $0.blocks[2].inChannels = 264 }.contains("takes 264"))
        #expect(violation { $0.blocks[5].outChannels = 2056 }.contains("2056"))
        #expect(violation { $0.blocks[5].outChannels = 2044 }.contains("multiple of 8"))
        #expect(violation { $0.blocks[2].kernelSize = 7 }.contains("kernel size 7"))
        #expect(violation { $0.blocks[2].bottleneck = 24 }.contains("bottleneck of 24"))
        #expect(violation { $0.blocks[2].bottleneck = 520 }.contains("bottleneck of 520"))
        #expect(violation { $0.blocks[4].outChannels = 760; $0.blocks[5].inChannels = 760 }.contains("narrows"))
        #expect(violation { $0.blocks[4].outChannels = 488; $0.blocks[3].outChannels = 488; $0.blocks[4].inChannels = 488; $0.blocks[5].inChannels = 488 }.contains("narrows"))
    }

    @Test func keepsKernelsBelowTheFeatureMap() throws {
        // At 96 px the last block works on 6 px, too few for a 5x5 kernel by TinyNAS' rule k · 1.5 ≤ side.
        let space = try NamedSpace(start: "start-r50", resolution: 96).space()
        var structure = space.start
        structure.blocks[2].kernelSize = 5
        #expect(space.contains(structure))
        structure.blocks[5].kernelSize = 5
        #expect(!space.contains(structure))
    }

    @Test(arguments: NamedSpace.all)
    func smallestIsSmallest(_ named: NamedSpace) throws {
        let space = try named.space()
        let smallest = space.smallest()
        #expect(space.violation(of: smallest) == nil)
        let least = try smallest.cost(resolution: named.resolution)
        for seed in 0..<200 as Range<UInt64> {
            let cost = try named.walk(space, seed: seed, length: 30).cost(resolution: named.resolution)
            #expect(cost.params >= least.params && cost.macs >= least.macs && cost.layers >= least.layers, "seed \(seed)")
            #expect(cost.peakActivationBytes >= least.peakActivationBytes, "seed \(seed)")
        }
    }

    @Test func respectsChannelRanges() throws {
        let options = DesignSpace.Options(channelRanges: [nil, nil, 64...128, nil, 128...256, 256...512])
        let named = NamedSpace(start: "start-damo-k1kx", resolution: 320)
        let space = try named.space(options: options)
        for seed in 0..<100 as Range<UInt64> {
            let blocks = named.walk(space, seed: seed, length: 50).blocks
            #expect((64...128).contains(blocks[2].outChannels) && (128...256).contains(blocks[4].outChannels), "seed \(seed)")
            #expect((256...512).contains(blocks[5].outChannels), "seed \(seed)")
        }
    }

    @Test func refusesWhatCannotBeSearched() throws {
        func refusal(_ structure: Structure, resolution: Int = 480) -> SearchError.Code? {
            do throws(SearchError) { _ = try DesignSpace(start: structure, resolution: resolution) } catch { return error.code }
            return nil
        }
        let start = try R50Problem.space().start
        #expect(refusal(Structure(name: "empty", blocks: [])) == .unsuitableStart)
        #expect(refusal(start, resolution: 16) == .unsuitableStart)
        var grouped = start
        grouped.blocks[1].groups = 2
        #expect(refusal(grouped) == .unsuitableStart)
        var wide = start
        wide.blocks[5].outChannels = 100_000
        #expect(refusal(wide) == .unsuitableStart)
        var long = start
        long.blocks += Array(repeating: Block(.superResK1KXK1, in: 2048, out: 2048, stride: 1, kernelSize: 3, bottleneck: 512), count: 60)
        #expect(refusal(long) == .unsuitableStart)
        let vast = searchError {
            _ = try DesignSpace(start: start, resolution: 65_536, options: DesignSpace.Options(widthMaximum: 16_383, depthMaximum: 127))
        }
        #expect(vast?.code == .badOption && vast?.message.contains("too many to count") == true)
        #expect(throws: SearchError.self) { try NamedSpace.all[0].space(options: DesignSpace.Options(kernelSizes: [4])) }
        #expect(throws: SearchError.self) { try NamedSpace.all[0].space(options: DesignSpace.Options(depthMaximum: 0)) }
    }
}
