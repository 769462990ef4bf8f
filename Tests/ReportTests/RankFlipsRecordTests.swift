import Foundation
import Latency
import Report
import Testing

@Suite struct RankFlipsRecordTests {
    static func measure(_ kind: RankFlipsRecord.Measure.Kind, _ title: String, _ values: [Double]) -> RankFlipsRecord.Measure {
        RankFlipsRecord.Measure(kind: kind, title: title, column: RankColumn(exact: values))
    }

    /// resnet50, maedet-s, maedet-m: by a V100 at batch 32 S is faster than ResNet-50; at batch 1 and here it is not.
    static let record = RankFlipsRecord(
        resolution: 480, batch: 1, networks: ["resnet50", "maedet-s", "maedet-m"], baseline: 0, merit: "published AP", merits: [44.7, 45.1, 46.9],
        measures: [
            measure(.flops, "reference FLOPs", [83.6e9, 48.7e9, 89.9e9]), measure(.v100, "V100 fp16 batch 32", [0.66e6, 0.47e6, 0.65e6]),
            measure(.v100, "V100 fp16 batch 1", [1.86e6, 2.04e6, 3.04e6]), measure(.measured, "avx512, 1 thread", [110e6, 120e6, 200e6]),
        ])

    @Test func namesThePairsThatChangePlaces() throws {
        let flip = try #require(Self.record.flips.first { $0.network == "resnet50" && $0.other == "maedet-s" })
        #expect(flip.lower == ["V100 fp16 batch 1", "avx512, 1 thread"])
        #expect(flip.higher == ["reference FLOPs", "V100 fp16 batch 32"])
        #expect(flip.concernsThisMachine)
        #expect(!Self.record.flips.contains { $0.network == "maedet-s" && $0.other == "maedet-m" })
        #expect(Self.record.agreements.count == 6)
        let agreement = try #require(Self.record.agreements.first { $0.first == "V100 fp16 batch 1" && $0.second == "avx512, 1 thread" })
        #expect(agreement.tau == 1 && agreement.flippedPairs == 0 && agreement.decidedPairs == 3)
    }

    @Test func namesThePicksAndTheClaimsThatChange() throws {
        let record = Self.record
        #expect(record.picks.map(\.network) == ["maedet-s", "maedet-m", "resnet50", "resnet50"])
        #expect(record.picks.allSatisfy { $0.alternatives.isEmpty } && record.picks[0].isCertainlyOther(than: record.picks[1]))
        let claim = try #require(record.claims.first { $0.text.hasPrefix("MAE-DET-S") })
        #expect(claim.failsHere && claim.holds == ["reference FLOPs", "V100 fp16 batch 32"])
        #expect(claim.fails == ["V100 fp16 batch 1", "avx512, 1 thread"] && claim.undecided.isEmpty)
        // No ResNet-101 here, so nothing is said of it.
        #expect(record.claims.count == 2)
    }

    @Test func aPickWithinTheNoiseIsNoOther() throws {
        let uncertain = RankFlipsRecord.Measure(
            kind: .measured, title: "avx2, 1 thread", column: RankColumn(values: [100, 60, 99.5], low: [99, 59, 98.5], high: [101, 61, 100.5]))
        let record = RankFlipsRecord(
            resolution: 224, batch: 1, networks: Self.record.networks, baseline: 0, merit: "published AP", merits: [44.7, 45.1, 46.9],
            measures: [Self.measure(.flops, "reference FLOPs", [83.6, 48.7, 89.9]), uncertain, Self.measure(.measured, "avx2, 2 threads", [50, 60, 70])])
        #expect(record.picks.map(\.network) == ["maedet-s", "maedet-m", "resnet50"])
        #expect(record.picks.map(\.alternatives) == [[], ["maedet-s"], []])
        #expect(!record.picks[0].isCertainlyOther(than: record.picks[1]) && record.picks[0].isCertainlyOther(than: record.picks[2]))
        #expect(Table.rankPicks(record).text().contains("maedet-m") && Table.rankPicks(record).text().contains(" or"))
    }

    @Test func tablesHoldEveryMeasureAndNetwork() throws {
        let record = Self.record
        #expect(Table.rankMeasures([record]).csv().split(separator: "\r\n").count == 1 + 4 * 3)
        let grid = Table.rankGrid(record).text()
        #expect(grid.contains("V100 fp16 batch 32") && grid.contains("0.712") && grid.contains("83.60 G"))
        #expect(Table.rankAgreement(record).text().contains("1.00"))
        let json = try #require(try JSONSerialization.jsonObject(with: Data(try JSONReport.line(record).utf8)) as? [String: Any])
        #expect(Set(json.keys) == ["resolution", "batch", "baseline", "networks", "merit", "merits", "measures", "agreements", "flips", "picks", "claims"])
        #expect(((json["measures"] as? [[String: Any]])?[1]["values"] as? [Double]) == [0.66e6, 0.47e6, 0.65e6])
    }
}
