import Architecture
import Entropy
import Foundation
import Latency
import Search
import Support
import Testing

@Suite struct ParetoTests {
    // MARK: Hypervolume

    @Test func handComputedVolumes() {
        #expect(hypervolume([], reference: [1, 1]) == 0)
        #expect(hypervolume([[1, 3], [2, 2], [3, 1]], reference: [4, 4]) == 3 + 2 + 1)
        #expect(hypervolume([[1, 3], [2, 2], [3, 1], [3, 3]], reference: [4, 4]) == 6, "a dominated point adds nothing")
        #expect(hypervolume([[4, 0], [5, 5]], reference: [4, 4]) == 0, "points at or beyond the reference add nothing")
        #expect(hypervolume([[0, 0, 0]], reference: [2, 3, 4]) == 24)
        // Two boxes of 2 x 2 x 1 and 1 x 1 x 2 from the corner (3, 3, 3), which share 1 x 1 x 1.
        #expect(hypervolume([[1, 1, 2], [2, 2, 1]], reference: [3, 3, 3]) == 4 + 2 - 1)
        #expect(hypervolume([[0, 1, 1, 1], [1, 0, 1, 1]], reference: [2, 2, 2, 2]) == 2 + 2 - 1)
        #expect(hypervolume([[3]], reference: [10]) == 7)
    }

    /// The volume of a union of boxes by inclusion and exclusion over all subsets.
    private func inclusionExclusion(_ points: [[Double]], _ reference: [Double]) -> Double {
        var sum = 0.0
        for subset in 1..<(1 << points.count) {
            let chosen = points.indices.filter { subset >> $0 & 1 == 1 }
            let volume = reference.indices.reduce(1.0) { product, lane in product * max(0, reference[lane] - chosen.map { points[$0][lane] }.max()!) }
            sum += chosen.count % 2 == 1 ? volume : -volume
        }
        return sum
    }

    @Test(arguments: [1, 2, 3, 4, 5]) func equalsInclusionAndExclusion(dimensions: Int) {
        var generator = SplitMix64(seed: UInt64(dimensions))
        for _ in 0..<60 {
            let count = Int.random(in: 1...9, using: &generator)
            // Whole numbers in a small range: many ties.
            let points = (0..<count).map { _ in (0..<dimensions).map { _ in Double(Int.random(in: 0...6, using: &generator)) } }
            let reference = Array(repeating: 6.0, count: dimensions)
            #expect(hypervolume(points, reference: reference) == inclusionExclusion(points, reference), "\(points)")
        }
    }

    // MARK: The front

    /// Stem, then a block: a space small enough to list.
    private func tinySpace() throws -> DesignSpace {
        let start = Structure(
            name: "tiny",
            blocks: [
                Block(.convKXBNRELU, in: 3, out: 16, stride: 2, kernelSize: 3),
                Block(.superResK1KXK1, in: 16, out: 32, stride: 2, kernelSize: 3, depth: 1, bottleneck: 8),
            ])
        return try DesignSpace(start: start, resolution: 32, options: DesignSpace.Options(stemMaximum: 24, firstWidthMaximum: 48))
    }

    private func score() throws -> ClosedFormScore { ClosedFormScore(try ClosedFormEntropy(stageWeights: [0, 1])) }

    private func allStructures(_ space: DesignSpace) -> [Structure] {
        var all: [Structure] = []
        for stem in [8, 16, 24] {
            for out in stride(from: 8, through: 48, by: 8) {
                for bottleneck in stride(from: 8, through: out, by: 8) {
                    for kernel in [3, 5] {
                        for depth in 1...3 {
                            var structure = space.start
                            structure.blocks[0].outChannels = stem
                            structure.blocks[1] = Block(
                                .superResK1KXK1, in: stem, out: out, stride: 2, kernelSize: kernel, depth: depth, bottleneck: bottleneck)
                            if space.contains(structure) { all.append(structure) }
                        }
                    }
                }
            }
        }
        return all
    }

    private func costs(_ structure: Structure, _ objectives: [Objective], _ score: ClosedFormScore) throws -> [Double] {
        let cost = try structure.cost(resolution: 32)
        return try objectives.map { objective in
            switch objective {
            case .entropy: -score.score(structure)
            case .latency: try composed(structure, resolution: 32, roofline)
            case .params: Double(cost.params)
            case .macs: Double(cost.macs)
            case .flops: cost.referenceFLOPs
            case .layers: Double(cost.layers)
            case .memory: Double(cost.peakActivationBytes)
            }
        }
    }

    /// Entropies are sums whose order differs here, so equal ones may differ by their rounding. Costs are whole numbers, or sums of such.
    ///
    /// - Parameter clearly: only by a network that also has more entropy, beyond rounding.
    private func isDominated(_ point: [Double], by others: [[Double]], clearly: Bool) -> Bool {
        others.contains { other in
            zip(other, point).dropFirst().allSatisfy { $0 <= $1 }
                && (clearly ? other[0] < point[0] - 1e-9 : other[0] <= point[0] + 1e-9 && (other[0] < point[0] - 1e-9 || other.dropFirst() != point.dropFirst()))
        }
    }

    @Test(arguments: [[.entropy, .params], [.entropy, .macs, .params], [.entropy, .flops, .memory], [.entropy, .layers, .params, .macs]] as [[Objective]])
    func equalsTheFrontOfAll(_ objectives: [Objective]) throws {
        let space = try tinySpace()
        let score = try score()
        let all = try allStructures(space).map { try costs($0, objectives, score) }
        let expected = all.filter { !isDominated($0, by: all, clearly: false) }
        #expect(all.count > 100 && !expected.isEmpty)
        var options = EvolutionOptions()
        options.evaluations = 1_000_000
        options.populationSize = 1_000
        let result = try ParetoSearch(space: space, score: score, budgets: Budgets(), objectives: objectives, options: options).run()
        #expect(result.ending == .exhausted)
        let found = try result.points.map { try costs($0.network.structure, objectives, score) }
        for point in expected { #expect(found.contains { close($0, point) }, "\(point) is missing") }
        for point in found { #expect(!isDominated(point, by: all, clearly: true), "\(point) is dominated") }
    }

    private func close(_ a: [Double], _ b: [Double]) -> Bool { zip(a, b).allSatisfy { abs($0 - $1) <= 1e-9 * max(1, abs($1)) } }

    private func run(
        _ objectives: [Objective], seed: UInt64 = 3, evaluations: Int = 20_000, budgets: Budgets = R50Problem.budgets, latency: Bool = false,
        front: Int = 48, study: Study? = nil
    ) throws -> ParetoResult {
        var options = EvolutionOptions()
        options.seed = seed
        options.evaluations = evaluations
        options.populationSize = front
        options.pricedBlockMaximum = 300
        return try ParetoSearch(
            space: R50Problem.space(), score: closedForm, latency: latency ? roofline : nil, budgets: budgets, objectives: objectives, options: options, study: study
        ).run()
    }

    private func vector(_ point: ParetoResult.Point, _ objectives: [Objective]) -> [Double] {
        objectives.map { objective in
            switch objective {
            case .entropy: -point.network.score
            case .latency: point.network.predictedNanoseconds!
            case .params: Double(point.network.totals.params)
            default: Double(point.network.totals.macs)
            }
        }
    }

    @Test(arguments: [[.entropy, .params], [.entropy, .latency, .params]] as [[Objective]])
    func aRealFrontIsBoundedNondominatedNamedAndRepeatable(_ objectives: [Objective]) throws {
        let latency = objectives.contains(.latency)
        let result = try run(objectives, latency: latency)
        #expect(result.points.count > 10 && result.points.count <= 48)
        let vectors = result.points.map { vector($0, objectives) }
        for (place, point) in vectors.enumerated() {
            for (other, candidate) in vectors.enumerated() where other != place {
                #expect(!(zip(candidate, point).allSatisfy { $0 <= $1 }), "\(place) is not better than \(other) anywhere")
            }
        }
        for point in result.points {
            let cost = try point.network.structure.cost(resolution: 480)
            #expect(cost.params == point.network.totals.params && cost.referenceFLOPs <= 188e8 && cost.layers <= 91)
            if latency { #expect(isClose(point.network.predictedNanoseconds!, try composed(point.network.structure, resolution: 480, roofline), relative: 1e-9)) }
        }
        let names = result.points.flatMap(\.names)
        for objective in objectives { #expect(names.count { $0 == objective.endName } == 1) }
        #expect(names.count { $0 == "knee" } == 1)
        #expect(result.points.first!.names.contains("most entropy"))
        #expect(result.named.first!.names.contains { $0.hasPrefix("knee") })
        // Hypervolume over time: from next to nothing to most of the box.
        #expect(result.trace.count > 10 && result.trace.allSatisfy { (0...1).contains($0.share) })
        #expect(result.trace.last!.share > result.trace.first!.share + 0.2)
        let again = try run(objectives, latency: latency)
        #expect(again.points == result.points && again.trace == result.trace)
        #expect(try run(objectives, seed: 4, latency: latency).points != result.points)
    }

    @Test func kneeOfAKnownCurve() throws {
        // 1/x has its knee in the middle; the front is that of a made-up score on the tiny space, so only the name's place is checked there.
        let result = try run([.entropy, .macs])
        let vectors = result.points.map { vector($0, [.entropy, .macs]) }
        let lows = (0..<2).map { lane in vectors.map { $0[lane] }.min()! }, highs = (0..<2).map { lane in vectors.map { $0[lane] }.max()! }
        let sums = vectors.map { point in (0..<2).reduce(0) { $0 + (point[$1] - lows[$1]) / (highs[$1] - lows[$1]) } }
        let knee = result.points.firstIndex { $0.names.contains("knee") }!
        #expect(sums[knee] == sums.min())
        #expect(sums[knee] < 0.8, "below the line through the ends")
    }

    /// Ended after each transaction and gone on with: the same front.
    @Test(arguments: [false, true]) func endedAgainAndAgain(latency: Bool) throws {
        let objectives: [Objective] = latency ? [.entropy, .latency, .params] : [.entropy, .params]
        let undisturbed = try run(objectives, latency: latency)
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("front-\(UUID().uuidString)").path
        let header = StudyHeader(
            machine: "m", command: [], options: [], start: try R50Problem.space().start, resolution: 480, seed: 3, createdAt: "2026-01-01T00:00:00Z")
        do { _ = try Study.create(path: path, header: header) }
        var result: ParetoResult?, lives = 0
        while result == nil {
            lives += 1
            try #require(lives < 2_000)
            let study = try Study.resume(path: path)
            study.checkpointPause = .zero
            var left = 1 + lives % 17
            study.afterWriting = { () throws(SearchError) in
                left -= 1
                if left == 0 { throw StudyTests.killed }
            }
            do { result = try run(objectives, latency: latency, study: study) } catch { #expect(error as? SearchError == StudyTests.killed, "\(error)") }
        }
        #expect(lives > 1)
        #expect(result!.points == undisturbed.points && result!.trace == undisturbed.trace)
        #expect(result!.evaluations == undisturbed.evaluations && result!.duplicates == undisturbed.duplicates)
    }

    @Test func refusesBadObjectives() throws {
        for objectives in [[], [.entropy], [.entropy, .entropy], [.entropy, .latency]] as [[Objective]] {
            #expect(searchError { _ = try run(objectives, evaluations: 10) }?.code == .badOption)
        }
        #expect(searchError { _ = try run([.entropy, .params], budgets: Budgets(layers: 3)) }?.code == .budgetCannotBeMet)
    }
}
