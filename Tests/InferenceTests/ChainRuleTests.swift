import Architecture
import Inference
import Testing

import TensorCore

@Suite("Which convolutions run as a chain")
struct ChainRuleTests {
    private func network(_ name: String) throws -> Network { try #require(Zoo.network(named: name)) }

    @Test("An inverted bottleneck is one chain; its wide maps have no memory")
    func invertedBottleneck() throws {
        let program = try Program.lower(network("mobilenetv2"), resolution: 64, chains: .always)
        let chains = program.units.filter { $0.count > 1 }
        #expect(!chains.isEmpty)
        for chain in chains {
            #expect(program.steps[chain].contains { $0.kind == .depthwise })
            #expect(!program.steps[chain.first!].readsBand && !program.steps[chain.last!].writesBand)
            for (writer, reader) in zip(chain, chain.dropFirst()) {
                #expect(program.steps[writer].writesBand && program.steps[reader].readsBand)
                #expect(program.operands[writer].output == program.operands[reader].input)
                #expect(program.values[program.operands[writer].output].isBand)
            }
        }
        // Every depthwise convolution of a MobileNet has a neighbour on both sides.
        #expect(program.steps.allSatisfy { $0.kind != .depthwise || ($0.readsBand && $0.writesBand) })
        #expect(program.outputs.allSatisfy { !program.values[$0].isBand }, "outputs are whole maps")
    }

    @Test("Chains change neither the steps nor what depends on what", arguments: ["mobilenetv2", "deepmad-29m-224", "start-mbv2", "resnet50"])
    func sameSteps(name: String) throws {
        let one = try Program.lower(network(name), resolution: 64, chains: .never)
        let chained = try Program.lower(network(name), resolution: 64, chains: .always)
        #expect(chained.macs == one.macs && chained.steps.count == one.steps.count)
        #expect(Set(chained.operands.map(\.layer)) == Set(one.operands.map(\.layer)))
        var written: Set<Int> = [0]
        for operands in chained.operands {
            #expect(written.contains(operands.input) && operands.second.map(written.contains) ?? true, "\(operands.name) reads what is not there yet")
            written.insert(operands.output)
        }
        for (index, value) in chained.values.enumerated() where value.firstStep >= 0 {
            #expect(chained.operands[value.firstStep].output == index)
            let readers = chained.operands.indices.filter {
                [chained.operands[$0].input, chained.operands[$0].second, chained.operands[$0].gates].contains(index)
            }
            #expect(value.lastStep == (chained.outputs.contains(index) ? chained.steps.count : readers.last))
        }
    }

    @Test("A cache too small for the bands leaves every step by itself; dense networks have no chains")
    func limits() throws {
        let tiny = CacheSizes(level1: 1 << 10, level2: 1 << 10)
        #expect(try Program.lower(network("mobilenetv2"), resolution: 64, chains: .fitting(tiny)).units.allSatisfy { $0.count == 1 })
        #expect(try Program.lower(network("resnet50"), resolution: 64, chains: .always).units.allSatisfy { $0.count == 1 })
    }

    @Test("A network computes the same, bit by bit, with chains and without", arguments: ["mobilenetv2", "deepmad-29m-224"])
    func sameResult(name: String) throws {
        let network = try network(name)
        let team = try ExecutableTests.team(2)
        let results = try [CacheSizes(level1: 1 << 10, level2: 1 << 10), CacheSizes(level1: 1 << 15, level2: 1 << 19)].map { cache in
            let executable = try Executable(network, resolution: 64, batch: 2, team: team, seed: 3, convolution: .direct, cache: cache)
            _ = executable.sample(runs: 2)
            return (
                bits: network.outputs.indices.map { executable.output($0).map(\.bitPattern) },
                chains: executable.program.units.contains { $0.count > 1 })
        }
        #expect(results.map(\.chains) == [false, true], "the second has chains, or this compares nothing")
        #expect(results[0].bits == results[1].bits)
    }

    @Test("Steps of a chain have their own times")
    func times() throws {
        let executable = try Executable(
            network("mobilenetv2"), resolution: 64, team: ExecutableTests.team(2), cache: CacheSizes(level1: 1 << 15, level2: 1 << 19))
        let times = executable.sampleSteps(runs: 2)
        #expect(times.count == executable.program.steps.count && times.allSatisfy { $0.count == 2 && $0.allSatisfy { $0 > 0 } })
        #expect(executable.program.steps.indices.contains { executable.algorithm(ofStep: $0) == "chain" })
    }
}

@Suite("Gates in the weights of the next convolution")
struct GateRuleTests {
    @Test("Large maps are not scaled: their convolution takes the gates; small ones and batches are")
    func folding() throws {
        let network = try #require(Zoo.network(named: "deepmad-29m-224"))
        let program = try Program.lower(network, resolution: 224, chains: .never)
        let gated = program.steps.indices.filter { program.steps[$0].gated }
        #expect(!gated.isEmpty)
        for index in gated {
            let gates = try #require(program.operands[index].gates)
            let writer = program.values[gates].firstStep
            #expect(program.steps[writer].kind == .squeezeExcitation && program.steps[writer].output.height == 1)
            #expect(program.operands[writer].input == program.operands[index].input, "the convolution reads the map that the gates were made from")
            #expect(program.values[program.operands[index].input].lastStep >= index)
        }
        let whole = program.steps.filter { $0.kind == .squeezeExcitation && $0.output.height > 1 }
        #expect(!whole.isEmpty, "maps smaller than the weights are scaled themselves")
        #expect(program.macs == (try network.cost(resolution: 224)).macs)
        #expect(try Program.lower(network, resolution: 224, batch: 2).steps.allSatisfy { !$0.gated })
    }
}
