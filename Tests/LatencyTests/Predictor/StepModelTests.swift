import Architecture
import Inference
import TensorCore
import Testing

@testable import Latency

/// A machine whose structure is known is recovered from a plan's measurements: no test needs a quiet machine.
@Suite struct StepModelTests {
    static func measured(_ machine: SyntheticMachine, networks: Int, seed: UInt64 = 3) throws -> ProbePlan.Measured {
        var plan = ProbePlan(engine: machine.engine, isa: "avx512")
        // Choosing takes fits of its own, and this is about the last one; see ProbePlanTests.
        plan.first = max(networks - 6, 1)
        var random = Noise(seed: seed)
        return try plan.run(
            program: { number throws(LatencyError) in try SyntheticMachine.program(number) },
            visit: { _, program in ((0..<NetworkSteps.ways(program)).map { machine.steps(program, way: $0, random: &random) }, true) },
            elapsed: { Double($0.networks.count) / Double(networks) })
    }

    static func model(_ machine: SyntheticMachine, networks: Int) throws -> StepModel {
        let measured = try measured(machine, networks: networks)
        return StepModel(
            fitting: measured.steps, isa: "avx512", engine: machine.engine,
            fitted: .init(utc: "2026-01-01T00:00:00Z", networks: measured.networks.count, steps: measured.steps.count, seconds: 1, seed: 0)
        ).calibrated(by: measured.networks)
    }

    static func card(_ machine: SyntheticMachine, _ model: StepModel, _ numbers: Range<Int>) throws -> ErrorCard {
        let checks = try numbers.map { number in
            let program = try SyntheticMachine.program(number)
            let estimate = try model.estimate(program)
            return ErrorCard.Check(
                predictedNanoseconds: estimate.nanoseconds, measuredNanoseconds: machine.total(program), isOutside: !estimate.outside.isEmpty)
        }
        return try ErrorCard(checks, seed: 0, noiseFloorPercent: nil)
    }

    /// Fitted once for all tests that need some model.
    static let usual = Result { try model(SyntheticMachine(), networks: 40) }

    @Test func aNoiselessMachineIsRecovered() throws {
        let machine = SyntheticMachine()
        let model = try Self.usual.get()
        #expect(abs(model.scale / machine.scale - 1) < 0.005, "\(model.scale)")
        let card = try Self.card(machine, model, 5000..<5030)
        #expect(card.networks == 30)
        #expect(card.medianPercent < 0.5 && card.p95Percent < 3, "\(card)")
        #expect(card.spearman > 0.999)
    }

    @Test func fivePercentNoiseOnEveryStepKeepsTheReach() throws {
        var machine = SyntheticMachine()
        machine.noise = 0.05
        let card = try Self.card(machine, try Self.model(machine, networks: 40), 5000..<5030)
        #expect(card.medianPercent <= 3 && card.within8Share >= 0.95 && card.spearman >= 0.99, "\(card)")
    }

    @Test func theSameMeasurementsGiveTheSameModel() throws {
        let machine = SyntheticMachine()
        #expect(try Self.model(machine, networks: 10) == Self.model(machine, networks: 10))
    }

    @Test func theFastestWayIsThePrice() throws {
        let model = try Self.usual.get()
        var winograd = 0
        for number in 6000..<6010 {
            let program = try SyntheticMachine.program(number)
            for (index, estimate) in try model.estimate(program).steps.enumerated() {
                let step = program.steps[index]
                let direct = try model.estimate(step, method: ConvolutionChoice.methods(for: step).first, in: program.surroundings(ofStep: index))
                if case .winograd? = estimate.method { winograd += 1 }
                #expect(estimate.outside != nil || direct.outside != nil || estimate.nanoseconds <= direct.nanoseconds * 1.2)
            }
        }
        #expect(winograd > 5)
    }

    /// As the engine computes the network: within the limit of what weights may take, though every step by itself would be faster beyond it.
    @Test func thePriceIsOfLimitedWeights() throws {
        var model = try Self.usual.get()
        // Whatever the fit says of them: the variant with the most weights is the fastest.
        for index in model.families.indices where model.families[index].family == .winogradF63 {
            model.families[index].coefficients = model.families[index].coefficients.map { $0 / 4 }
        }
        let program = try Program.lower(#require(Zoo.network(named: "damo-kxkx")), resolution: 256, chains: .never)
        func stored(_ methods: [ConvolutionMethod?]) -> Int {
            zip(program.steps, methods).reduce(0) { sum, entry in
                guard let c = entry.0.convolution, let method = entry.1 else { return sum }
                return sum + c.inChannels / c.groups * c.outChannels * method.weightsPerChannel(entry.0)
            }
        }
        let limit = 4.4 * Double(stored(program.steps.map { ConvolutionChoice.methods(for: $0).first }))
        #expect(try Double(stored(program.steps.map { try model.estimate($0).method })) > limit)
        #expect(try Double(stored(model.estimate(program).steps.map(\.method))) <= limit)
    }

    /// What lies beyond the measurements is priced and flagged with its reason; what no family covers is an error.
    @Test func extrapolationIsNeverSilent() throws {
        let model = try Self.usual.get()
        #expect(try model.estimate(convolution(64, 128, side: 28)).outside == nil)
        for (step, word) in [
            (convolution(64, 4096, side: 28), "4096 output channels"), (convolution(3000, 64, side: 28), "3000 input channels"),
            (convolution(64, 64, side: 2000), "2000 pixels a side"), (convolution(64, 64, kernel: 7, side: 28), "window/stride 7/1"),
        ] {
            let estimate = try model.estimate(step)
            #expect(estimate.outside?.contains(word) == true, "\(estimate)")
            #expect(estimate.nanoseconds > 0)
        }
        var poor = model
        poor.families.removeAll { $0.family == .depthwise }
        let depthwise = convolution(64, 64, kernel: 3, groups: 64, side: 28)
        #expect(try poor.estimate(depthwise).outside?.contains("no depthwise step was measured") == true)
        poor.families = []
        let error = #expect(throws: LatencyError.self) { try poor.estimate(depthwise) }
        #expect(error?.code == .outOfRange)
    }

    /// Where a map has a border, its rows are computed one by one: short rows fill the microkernels less well.
    @Test func aBorderChangesTheTiles() {
        let engine = SyntheticMachine().engine
        let step = convolution(64, 64, side: 15)
        let flat = StepTerms(step, method: .direct, in: StepSurroundings(), engine: engine)
        let bordered = StepTerms(step, method: .direct, in: StepSurroundings(hasHalo: true), engine: engine)
        #expect(flat[.vectorMultiplyAdds] < bordered[.vectorMultiplyAdds] || flat[.calls] < bordered[.calls])
        #expect(flat[.inputBytes] == bordered[.inputBytes])
    }

    /// Output channels cost whole groups of 16: the staircase is in the terms.
    @Test func channelsCostWholeVectors() {
        let engine = SyntheticMachine().engine
        func work(_ channels: Int) -> Double {
            StepTerms(convolution(64, channels, side: 28), method: .direct, in: StepSurroundings(), engine: engine)[.vectorMultiplyAdds]
        }
        #expect(work(33) == work(48))
        #expect(work(48) < work(49))
    }

    /// Terms are those of the member that has most, by the engine's own division: three rows on two cores are two rows' work.
    @Test func theMemberWithMostIsCounted() {
        var engine = SyntheticMachine().engine
        let step = convolution(64, 64, kernel: 3, stride: 2, side: 6)
        engine.threads = 1
        let alone = StepTerms(step, method: .direct, in: StepSurroundings(), engine: engine)[.vectorMultiplyAdds]
        engine.threads = 2
        let most = StepTerms(step, method: .direct, in: StepSurroundings(), engine: engine)[.vectorMultiplyAdds]
        #expect(abs(most / alone - 2.0 / 3) < 1e-9)
    }

    /// Members that divide output channels read all of the input, and one half of it from the other core; those that divide pixels do not.
    @Test func aWholeInputComesFromTheOtherCore() {
        var engine = SyntheticMachine().engine
        engine.barrierNanoseconds = 300
        func whole(_ step: Step, _ method: ConvolutionMethod, threads: Int = 2) -> Double {
            engine.threads = threads
            return StepTerms(step, method: method, in: StepSurroundings(), engine: engine)[.distantWholeInputBytes]
        }
        let small = convolution(512, 512, kernel: 3, side: 5), large = convolution(32, 32, kernel: 3, side: 112)
        for method in [ConvolutionMethod.direct, .winograd(.f43)] {
            #expect(whole(small, method) == 4 * 512 * 25 / 2 * 300, "\(method.name)")
            #expect(whole(large, method) == 0, "\(method.name)")
            #expect(whole(small, method, threads: 1) == 0)
        }
    }

    /// Where no block of channels fits the first-level cache, and all of them not the second, the rows under a depthwise window are read again.
    @Test func aWideWindowIsReadAgain() {
        let engine = SyntheticMachine().engine
        func repeated(_ channels: Int, kernel: Int, side: Int) -> Double {
            let step = convolution(channels, channels, kernel: kernel, stride: 2, groups: channels, side: side)
            return StepTerms(step, method: nil, in: StepSurroundings(), engine: engine)[.repeatedInputBytes]
        }
        // 32 rows of output are 16 for a member, each of which finds five rows of its window read before.
        #expect(repeated(768, kernel: 7, side: 64) == Double(16 * 5 * 64 * 768 * 4))
        // Blocks of channels; and all of them, in the second-level cache.
        #expect(repeated(2304, kernel: 3, side: 12) == 0 && repeated(128, kernel: 7, side: 64) == 0)
    }

    /// What a network touches between two runs decides where its weights are: near in a small one, in memory where it fills the third-level cache.
    @Test func aSmallNetworkKeepsItsWeights() {
        let engine = SyntheticMachine().engine
        let step = convolution(256, 256, kernel: 3, side: 14)
        func terms(_ megabytes: Double) -> StepTerms {
            StepTerms(step, method: .winograd(.f43), in: StepSurroundings(footprintBytes: megabytes * 1_048_576), engine: engine)
        }
        #expect(terms(1)[.memoryWeightBytes] == 0 && terms(1)[.coldStep] == 0)
        #expect(terms(64)[.memoryWeightBytes] == terms(64)[.weightBytes] && terms(64)[.coldStep] == 1)
        #expect(terms(16)[.memoryWeightBytes] < terms(24)[.memoryWeightBytes])
        #expect(terms(1)[.vectorMultiplyAdds] == terms(64)[.vectorMultiplyAdds])
    }

    /// A map is as far away as what followed it into the caches has pushed it: by octaves, none of it up to a 64th of the third-level cache, all of it at the whole.
    @Test func anOldMapIsFarAway() {
        let engine = SyntheticMachine().engine
        let step = convolution(256, 256, side: 14)
        let terms: [StepTerm] = [.agedInputBytes64, .agedInputBytes32, .agedInputBytes16, .agedInputBytes8, .agedInputBytes4, .agedInputBytes2]
        func parts(_ megabytes: Double?) -> [Double] {
            let terms = terms.map { term in StepTerms(step, method: .direct, in: StepSurroundings(inputAgeBytes: megabytes.map { $0 * 1_048_576 }), engine: engine)[term] }
            return terms.map { $0 / step.inputBytes }
        }
        #expect(parts(0) == [0, 0, 0, 0, 0, 0] && parts(0.5) == [0, 0, 0, 0, 0, 0])
        #expect(parts(2) == [1, 1, 0, 0, 0, 0])
        #expect(parts(2.0.squareRoot() * 4).map { ($0 * 1000).rounded() / 1000 } == [1, 1, 1, 0.5, 0, 0])
        #expect(parts(32) == [1, 1, 1, 1, 1, 1] && parts(1000) == parts(32))
        #expect(parts(nil) == parts(2 * step.inputBytes / 1_048_576))
        #expect(StepTerms(step, method: .direct, in: StepSurroundings(residualAgeBytes: 1e9), engine: engine)[.agedResidualBytes64] == 0)
    }

    /// What followed a map are the maps of the steps since its writer's first: the writer's own for the next step, the whole block's for the residual, those at both ends of a chain.
    @Test func theAgeOfAMapIsWhatMovedSince() throws {
        func program(_ kind: BlockKind, _ chains: ChainRule) throws -> Program {
            let blocks = [Block(.convKXBNRELU, in: 3, out: 32, stride: 2, kernelSize: 3), Block(kind, in: 32, out: 32, stride: 1, kernelSize: 3, depth: 2, bottleneck: 64)]
            return try Program.lower(try Structure(name: "two", blocks: blocks).network(), resolution: 64, chains: chains)
        }
        let loose = try program(.superResK1KXK1, .never)
        for index in loose.steps.indices.dropFirst() {
            let surroundings = loose.surroundings(ofStep: index)
            let writer = loose.values[loose.operands[index].input].firstStep
            #expect(surroundings.inputAgeBytes == loose.steps[writer..<index].reduce(0) { $0 + $1.mapBytes }, "\(loose.steps[index].summary)")
            guard loose.steps[index].residual else {
                #expect(surroundings.residualAgeBytes == nil)
                continue
            }
            let start = loose.values[loose.operands[index].second!].firstStep
            #expect(surroundings.residualAgeBytes == loose.steps[start..<index].reduce(0) { $0 + $1.mapBytes })
            #expect(surroundings.residualAgeBytes! > surroundings.inputAgeBytes!)
        }
        // A convolution of 1x1 from 32 to 64 channels on 32x32: it read 128 KiB and wrote 256.
        let expanded = try #require(loose.steps.firstIndex { $0.input.channels == 64 && $0.convolution?.kernelSize == 3 })
        #expect(loose.surroundings(ofStep: expanded).inputAgeBytes == 393_216.0)

        let chained = try program(.superResK1DWK1, .always)
        let band = try #require(chained.steps.firstIndex { $0.readsBand })
        #expect(chained.surroundings(ofStep: band).inputAgeBytes == 0)
        let next = try #require(chained.steps.indices.first { $0 > band && !chained.steps[$0].readsBand })
        #expect(chained.surroundings(ofStep: next).inputAgeBytes! >= chained.steps[next].inputBytes)
    }

    /// Measured with the cores near and far, a model follows them: it is asked for either.
    @Test func theCoresDistanceIsFitted() throws {
        var (near, far) = (SyntheticMachine(), SyntheticMachine())
        (near.barrierNanoseconds, far.barrierNanoseconds) = (60, 300)
        var all = ProbePlan.Measured()
        var random = Noise(seed: 3)
        for number in 0..<40 {
            let program = try SyntheticMachine.program(number)
            let machine = number % 3 == 0 ? far : near
            let runs = (0..<NetworkSteps.ways(program)).map { machine.steps(program, way: $0, random: &random) }
            all.take(runs, of: program, number: number)
        }
        let model = StepModel(
            fitting: all.steps, isa: "avx512", engine: near.engine, fitted: .init(utc: "", networks: 40, steps: all.steps.count, seconds: 1, seed: 0)
        ).calibrated(by: all.networks)
        #expect(model.engine.barrierNanoseconds == 60)
        for number in 7000..<7010 {
            let program = try SyntheticMachine.program(number)
            for machine in [near, far] {
                let predicted = try model.estimate(program, barrierNanoseconds: machine.barrierNanoseconds).nanoseconds
                #expect(abs(predicted / machine.total(program) - 1) < 0.02)
            }
            #expect(far.total(program) > near.total(program) * 1.05)
        }
    }

    /// Steps whose prices are too low by a third make networks too low by a third: whole networks set it right.
    @Test func calibrationTakesOutACommonError() throws {
        let machine = SyntheticMachine()
        let measured = try Self.measured(machine, networks: 12)
        var model = try Self.usual.get()
        for index in model.families.indices { model.families[index].coefficients = model.families[index].coefficients.map { $0 / 1.5 } }
        #expect(abs(model.calibrated(by: measured.networks).scale / machine.scale - 1.5) < 0.02)
        #expect(model.calibrated(by: []).scale == 1)
    }
}
