import Architecture
import Entropy
import Latency
import Search
import Support
import Testing

@Suite("Random networks of a space")
struct RandomNetworkTests {
    @Test(arguments: NamedSpace.all)
    func insideTheSpace(named: NamedSpace) throws {
        let space = try named.space()
        var seen: Set<[Block]> = []
        for individual in 0..<200 {
            let structure = space.random(seed: 3, individual: UInt64(individual))
            #expect(space.violation(of: structure) == nil, "\(named.start) \(individual)")
            #expect(space.random(seed: 3, individual: UInt64(individual)).blocks == structure.blocks)
            seen.insert(structure.blocks)
        }
        #expect(seen.count > 190, "\(named.start): \(seen.count)")
    }
}

@Suite("The audit of scores")
struct ScoreAuditTests {
    private func audit(_ kinds: [ScoreKind], networks: Int = 60, seed: UInt64 = 1) throws -> ScoreAudit {
        let space = try NamedSpace(start: "start-r50", resolution: 64).space()
        let scorer = try NetworkScorer(Set(kinds), options: ForwardOptions(resolution: 32, passes: 1))
        return try ScoreAuditor(space: space, scorer: scorer, kinds: kinds, networks: networks, seed: seed).run(
            published: try ["resnet50", "maedet-s"].map { (try Zoo.find($0), $0 == "resnet50" ? 44.7 : 45.1) })
    }

    @Test func correlationsAreThoseOfTheScores() throws {
        let audit = try audit([.closed, .deepmad])
        #expect(audit.kinds == [.closed, .deepmad, .macs, .depth])
        #expect(audit.structures.count == 60 && Set(audit.structures.map(\.blocks)).count == 60)
        for (structure, scores) in zip(audit.structures, audit.scores) {
            #expect(isClose(try #require(scores.closed), ClosedFormEntropy.maeDet.total(structure), relative: 1e-12))
            #expect(scores.depth == structure.blocks.reduce(0) { $0 + $1.entropy.layers })
        }
        #expect(audit.pairs.count == 6)
        for pair in audit.pairs {
            let (x, y) = (audit.values(pair.a), audit.values(pair.b))
            #expect(pair.spearman?.value == RankCorrelation.spearman(x, y) && pair.kendall?.value == RankCorrelation.kendall(x, y))
            let interval = try #require(pair.spearman?.interval)
            #expect(interval.contains(try #require(pair.spearman?.value)), "\(pair.a) \(pair.b)")
            #expect((pair.holdingDepth == nil) == (pair.b == .depth) && (pair.holdingMACs == nil) == (pair.a == .macs || pair.b == .macs))
            if let held = pair.holdingDepth { #expect(held.value == RankCorrelation.partialSpearman(x, y, holding: audit.values(.depth))) }
        }
        let depth = try #require(audit.pairs.first { $0.a == .closed && $0.b == .depth }?.spearman)
        #expect(depth.value > 0.95)
        #expect(audit.sentences.count == 2 && audit.sentences[0].hasPrefix("closed is explained by depth: counting layers ranks almost alike"))
        #expect(audit.rank(0, .closed) == 2 && audit.rank(1, .closed) == 1)
        #expect(audit.agreementWithPublished(.closed) == 1)
        #expect(audit.publishedSentence?.contains("closed 1.00") == true)
    }

    @Test func measuredScoresAndSeeds() throws {
        let (first, again) = (try audit([.closed, .forward], networks: 20), try audit([.closed, .forward], networks: 20))
        let other = try audit([.closed, .forward], networks: 20, seed: 2)
        #expect(first.scores == again.scores && first.pairs.map(\.spearman) == again.pairs.map(\.spearman))
        #expect(first.structures.map(\.blocks) != other.structures.map(\.blocks))
        let pair = try #require(first.pairs.first { $0.a == .closed && $0.b == .forward })
        #expect(try #require(pair.spearman).value > 0.95)
    }

    @Test func bounds() throws {
        let error = #expect(throws: SearchError.self) { try audit([.closed], networks: 9) }
        #expect(error?.code == .badOption)
    }
}
