import Architecture
import Foundation
import Latency
import Testing

/// The graph yields the operators that the reference lists, with the same fused additions.
@Suite struct AcceleratorOperatorTests {
    static func text(_ item: AcceleratorOperator) -> String {
        "\(item.isDepthwise ? "Depthwise" : "Regular") \(item.stride) \(item.addsResidual ? 1 : 0) \(item.kernelSize) \(item.inChannels) \(item.inputSide) \(item.outChannels)"
    }

    @Test func equalTheReference() throws {
        let fixture = try #require(try ProfileFixtures.json("v100-operators.json") as? [String: [String: Any]])
        #expect(fixture.count == 4)
        for (name, entry) in fixture {
            let network = try AcceleratorModelTests.structure(try #require(entry["structure"]), name: name).network()
            let resolution = try #require(entry["resolution"] as? Int)
            let found: [String] = try network.acceleratorOperators(resolution: resolution).map(Self.text)
            // [type, stride, fused, kernel, 1, in, side, out]; the reference lists a shortcut behind its block, the graph before it.
            let rows = try #require(entry["operators"] as? [[Any]])
            let expected: [String] = rows.map { row in [0, 1, 2, 3, 5, 6, 7].map { "\(row[$0])" }.joined(separator: " ") }
            #expect(found.sorted() == expected.sorted(), "\(name)")
        }
    }

    @Test func torchvisionResNetsAddInTheLastConvolution() throws {
        let operators = try #require(ResNet.network(depth: 50)).acceleratorOperators(resolution: 224)
        #expect(operators.count == 53)
        #expect(operators.filter(\.addsResidual).map(\.layer).allSatisfy { $0.hasSuffix(".conv3") })
        #expect(operators.filter(\.addsResidual).count == 16)
        #expect(Self.text(operators[0]) == "Regular 2 0 7 3 224 64")
        // A downsampling shortcut reads the large map with stride 2.
        let shortcut = try #require(operators.first { $0.layer == "layer2.0.downsample" })
        #expect(Self.text(shortcut) == "Regular 2 0 1 256 56 512")
    }

    @Test func depthwiseBlocksAddOnlyWhereChannelsMatch() throws {
        let network = try Structure(
            name: "dw",
            blocks: [
                Block(.convKXBNRELU, in: 3, out: 16, stride: 2, kernelSize: 3),
                Block(.superResK1DWK1, in: 16, out: 32, stride: 2, kernelSize: 3, depth: 2, bottleneck: 48),
            ]
        ).network()
        let operators = try network.acceleratorOperators(resolution: 64).map(Self.text)
        #expect(
            operators == [
                "Regular 2 0 3 3 64 16", "Regular 1 0 1 16 32 48", "Depthwise 2 0 3 48 32 48", "Regular 1 0 1 48 16 32",
                "Regular 1 0 1 32 16 48", "Depthwise 1 0 3 48 16 48", "Regular 1 1 1 48 16 32",
            ])
    }
}
