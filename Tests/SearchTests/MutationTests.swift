import Architecture
import Search
import Testing

@Suite struct MutationTests {
    @Test(arguments: NamedSpace.all)
    func staysInsideAndReachesEveryBlock(_ named: NamedSpace) throws {
        let space = try named.space(layerBudget: 91)
        var mutated = Set<Int>()
        var fields = Set<String>()
        var structure = space.start
        for step in 0..<5_000 as Range<UInt64> {
            let style: MutationStyle = step % 2 == 0 ? .coarse : .minor
            let grid = ChannelSteps(step: 8, isCoarse: step % 5 == 0)
            let next = space.mutant(of: structure, seed: 7, individual: step, style: style, grid: grid)
            #expect(space.violation(of: next) == nil, "step \(step): \(structure) to \(next)")
            for (index, (old, new)) in zip(structure.blocks, next.blocks).enumerated() {
                if old.outChannels != new.outChannels || old.kernelSize != new.kernelSize || old.depth != new.depth || old.bottleneck != new.bottleneck {
                    mutated.insert(index)
                }
                if old.kernelSize != new.kernelSize { fields.insert("k") }
                if old.depth != new.depth { fields.insert("L") }
                if old.bottleneck != new.bottleneck { fields.insert("btn") }
            }
            // Every mutant is a network.
            if step % 100 == 0 { _ = try next.network().cost(resolution: named.resolution) }
            structure = step % 64 == 63 ? space.start : next
        }
        #expect(mutated == Set(0..<space.blockCount), "the last block too")
        #expect(fields.isSuperset(of: ["L", "btn"]))
        // The DAMO-YOLO spaces have one kernel size.
        #expect(fields.contains("k") == !named.start.contains("damo"))
    }

    @Test func dependsOnSeedAndIndividualAlone() throws {
        let space = try R50Problem.space()
        let mutants = (0..<1000 as Range<UInt64>).map { space.mutant(of: space.start, seed: 3, individual: $0) }
        // In another order, with other mutants drawn between.
        for index in (0..<1000 as Range<UInt64>).reversed() {
            _ = space.mutant(of: space.start, seed: 4, individual: index)
            #expect(space.mutant(of: space.start, seed: 3, individual: index) == mutants[Int(index)])
        }
        #expect(Set(mutants).count > 300)
        #expect(mutants != (0..<1000 as Range<UInt64>).map { space.mutant(of: space.start, seed: 4, individual: $0) })
    }

    @Test func coarseStepsAreQuartersOfAnOctave() throws {
        // From the coarse grid, coarse mutations stay on it; the start of the R50 search lies on it.
        let space = try R50Problem.space()
        let coarse = ChannelSteps(step: 8, isCoarse: true)
        let allowed = Set([8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 768, 896, 1024, 1280, 1536, 1792, 2048])
        var structure = space.start
        for step in 0..<2_000 as Range<UInt64> {
            structure = space.mutant(of: structure, seed: 1, individual: step, grid: coarse)
            for block in structure.blocks { #expect(allowed.contains(block.outChannels), "\(block)") }
        }
    }

    @Test func generatorIsUniformEnough() {
        var counts = [Int](repeating: 0, count: 10)
        for individual in 0..<100_000 as Range<UInt64> {
            var generator = KeyedGenerator(seed: 1, individual: individual)
            counts[generator.next(below: 10)] += 1
        }
        // Six standard deviations of a binomial with n = 100000, p = 0.1.
        for count in counts { #expect(abs(count - 10_000) < 570, "\(counts)") }
        var a = KeyedGenerator(seed: 1, individual: 2)
        var b = KeyedGenerator(seed: 2, individual: 1)
        #expect(a.next() != b.next())
    }

    @Test func frozenBlocksChangeOnlyTheirInput() throws {
        var options = DesignSpace.Options.reference
        options.frozenBlocks = [3, 5]
        let named = NamedSpace(start: "start-r50", resolution: 480)
        let space = try named.space(layerBudget: 91, options: options)
        let end = named.walk(space, seed: 3, length: 400)
        #expect(space.violation(of: end) == nil)
        for index in [3, 5] {
            var block = end.blocks[index]
            block.inChannels = space.start.blocks[index].inChannels
            #expect(block == space.start.blocks[index])
        }
        #expect(end.blocks[4] != space.start.blocks[4])
        #expect(space.violation(of: space.smallest()) == nil && space.smallest().blocks[5].bottleneck == 512)
        var changed = end
        changed.blocks[5].bottleneck = 504
        #expect(space.violation(of: changed) != nil)
    }
}
