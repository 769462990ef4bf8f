import Architecture
import Foundation
import Latency
import Testing

@Suite struct AcceleratorModelTests {
    let model: AcceleratorModel

    init() throws { model = try AcceleratorModel(path: ProfileFixtures.v100Path) }

    struct Case {
        var name: String
        var network: Network
        var resolution: Int
        var latencies: [(precision: Precision, batch: Int, library: Double, extrapolatedShare: Double, model: Double)]
    }

    static func structure(_ blocks: Any, name: String) throws -> Structure {
        let parsed = try StructureFile.parse(ProfileFixtures.bytes(blocks), source: name)
        return Structure(name: name, blocks: try #require(parsed.first).blocks)
    }

    static func cases() throws -> [Case] {
        try #require(try ProfileFixtures.json("v100-networks.json") as? [[String: Any]]).map { entry in
            let name = try #require(entry["name"] as? String)
            let network: Network
            if let blocks = entry["structure"] {
                network = try structure(blocks, name: name).network()
            } else {
                let depth = try #require(Int(name.drop { !$0.isNumber }))
                network = try #require(ResNet.network(depth: depth))
            }
            let latencies = try #require(entry["latencies"] as? [[String: Any]]).map { row in
                (
                    precision: try #require(Precision(rawValue: row["precision"] as? String ?? "")), batch: try #require(row["batch"] as? Int),
                    library: try #require(row["library_ms"] as? Double), extrapolatedShare: try #require(row["extrapolated_share"] as? Double),
                    model: try #require(row["model_ms"] as? Double)
                )
            }
            return Case(name: name, network: network, resolution: try #require(entry["resolution"] as? Int), latencies: latencies)
        }
    }

    /// A second implementation of the same formula, in another language, agrees.
    @Test func equalsTheSecondImplementation() throws {
        var compared = 0
        for item in try Self.cases() {
            for row in item.latencies {
                let estimate = try model.milliseconds(network: item.network, resolution: item.resolution, batch: row.batch, precision: row.precision)
                #expect(
                    abs(estimate.millisecondsPerImage / row.model - 1) < 1e-9,
                    "\(item.name) \(row.precision) batch \(row.batch): \(estimate.millisecondsPerImage), \(row.model) expected")
                #expect(estimate.uncovered.isEmpty)
                compared += 1
            }
        }
        #expect(compared >= 300)
    }

    /// The error card holds on networks of the fixture: the median stays below 3 % from batch 16 on, and no network is far off.
    @Test(arguments: [(Precision.fp32, 32), (.fp16, 32), (.int8, 32), (.fp32, 1), (.fp16, 1), (.int8, 1), (.fp32, 128), (.int8, 64)])
    func staysWithinTheCard(_ precision: Precision, _ batch: Int) throws {
        var errors: [Double] = []
        var card: AcceleratorEstimate.NetworkError?
        for item in try Self.cases() {
            for row in item.latencies where row.precision == precision && row.batch == batch && row.extrapolatedShare < 0.05 {
                let estimate = try model.milliseconds(network: item.network, resolution: item.resolution, batch: batch, precision: precision)
                errors.append(abs(estimate.millisecondsPerImage / row.library - 1))
                if let error = estimate.error, error.set == .measured { card = error }
            }
        }
        errors.sort()
        try #require(errors.count >= 14)
        #expect(errors[errors.count / 2] <= 0.03, "\(precision) batch \(batch): median \(errors[errors.count / 2])")
        let stated = try #require(card)
        #expect(stated.batch == batch)
        #expect(stated.median <= (batch == 1 ? 0.035 : 0.03))
        // The fixture is a sample of some twenty networks: its 75th percentile lies below the card's 90th.
        #expect(errors[errors.count * 3 / 4] <= stated.p90)
    }

    /// Sums over the library as published with the MAE-DET structures, ms per image at 480 px.
    @Test func publishedTable() throws {
        let structures = try #require(try ProfileFixtures.json("v100-networks.json") as? [[String: Any]])
        func network(_ name: String) throws -> Network {
            let entry = try #require(structures.first { $0["name"] as? String == name && $0["structure"] != nil })
            return try Self.structure(try #require(entry["structure"]), name: name).network()
        }
        // The table's ResNet-50 has a 3x3 stem.
        var r50 = try #require(try network("model/op_profiler/R50").structure)
        r50.blocks[0].kernelSize = 3
        let networks = [
            try r50.network(), try network("model/detection/maedet_s"), try network("model/detection/maedet_m"),
            try network("model/detection/maedet_l"),
        ]
        let table: [(Precision, Int, [Double])] = [
            (.fp32, 1, [4.53, 4.10, 6.44, 9.32]), (.fp32, 32, [2.51, 1.66, 3.38, 5.50]), (.fp16, 1, [1.86, 2.04, 3.04, 4.29]),
            (.fp16, 32, [0.659, 0.468, 0.826, 1.319]), (.int8, 64, [0.963, 0.625, 1.164, 1.787]),
        ]
        for (precision, batch, row) in table {
            let found = try networks.map {
                try model.milliseconds(network: $0, resolution: 480, batch: batch, precision: precision).millisecondsPerImage
            }
            for (value, published) in zip(found, row) {
                // The library extrapolates two fifths of MAE-DET's time, so a wider bound than the card's.
                #expect(abs(value / published - 1) < 0.08, "\(precision) batch \(batch): \(value), published \(published)")
            }
            // What the figures are for: at batch 32 MAE-DET-S beats ResNet-50, at FP16 batch 1 it does not.
            if batch >= 32 { #expect(found[1] < found[0] * 0.8) }
            if precision == .fp16, batch == 1 { #expect(found[1] > found[0]) }
        }
    }

    @Test func estimateIsSmoothInTheBatchAndGrowsWithTheNetwork() throws {
        let network = try #require(ResNet.network(depth: 50))
        let deep = try #require(ResNet.network(depth: 101))
        for precision in model.precisions {
            var last = 0.0
            for batch in [1, 2, 8, 16, 31, 32, 33, 64, 100, 128] {
                let time = try model.milliseconds(network: network, resolution: 224, batch: batch, precision: precision)
                #expect(time.millisecondsPerBatch > last)
                #expect(
                    time.millisecondsPerImage
                        < (try model.milliseconds(network: deep, resolution: 224, batch: batch, precision: precision).millisecondsPerImage))
                last = time.millisecondsPerBatch
            }
        }
    }
}
