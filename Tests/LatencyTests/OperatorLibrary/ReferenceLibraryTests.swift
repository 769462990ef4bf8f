import Foundation
import Latency
import Testing

/// The published library itself, where somebody has it: `ZENDET_V100_OPLIB` names conv_data.out with .fp16, .int8 and .fp16.damoyolo beside it,
/// `ZENDET_REFERENCE` the folder of v100_per_op_latency.json, the reference's own figures.
@Suite struct ReferenceLibraryTests {
    static let library = ProcessInfo.processInfo.environment["ZENDET_V100_OPLIB"]
    static let reference = ProcessInfo.processInfo.environment["ZENDET_REFERENCE"]
    static let isMissing = library == nil || reference == nil

    struct Figure {
        var setting: String
        var item: AcceleratorOperator
        var batch: Int
        var expected: Double?
    }

    static func figures(_ name: String) throws -> [Figure] {
        let path = "\(reference ?? "")/v100_per_op_latency.json"
        let networks = try #require(try ProfileFixtures.object(path) as? [String: [String: [String: Any]]])
        var figures: [Figure] = []
        for (network, settings) in networks {
            for (setting, entry) in settings where setting.hasPrefix(name + "/") {
                let batch = try #require(Int(setting.split(separator: "/")[1].dropFirst()))
                for pair in try #require(entry["ops"] as? [[Any]]) {
                    let op = try #require(pair[0] as? [Any])
                    let numbers = try op.dropFirst().map { try #require($0 as? Int) }
                    figures.append(
                        Figure(
                            setting: "\(network) \(setting)",
                            item: AcceleratorOperator(
                                layer: "\(op)", isDepthwise: op[0] as? String == "Depthwise", inChannels: numbers[4], outChannels: numbers[6],
                                kernelSize: numbers[2], stride: numbers[0], inputSide: numbers[5], addsResidual: numbers[1] == 1),
                            batch: batch, expected: pair[1] as? Double))
                }
            }
        }
        return figures
    }

    @Test(
        .disabled(if: isMissing, "needs the V100 library and the reference's figures: set ZENDET_V100_OPLIB and ZENDET_REFERENCE"),
        arguments: [("FP32", ""), ("FP16", ".fp16"), ("INT8", ".int8"), ("FP16_DAMOYOLO", ".fp16.damoyolo")])
    func equalsTheReference(_ name: String, _ ending: String) throws {
        let library = try OperatorLibrary(path: (Self.library ?? "") + ending)
        var equal = 0, ambiguous = 0, without = 0
        for figure in try Self.figures(name) {
            let found = library.figure(figure.item, batch: figure.batch)
            guard let expected = figure.expected else {
                // The reference fails on operators without rows, and on a batch beside the only one.
                #expect(found == nil || found?.caveats.contains(.singleBatch) == true, "\(figure.setting) \(figure.item.layer)")
                without += 1
                continue
            }
            let price = try #require(found, "\(figure.setting) \(figure.item.layer)")
            if price.isWellDefined {
                #expect(abs(price.milliseconds / expected - 1) < 1e-6, "\(figure.setting) \(figure.item.layer): \(price), \(expected) expected")
                equal += 1
            } else {
                // A matter of the triangulator's rounding: the reference's choice is one of those that are kept.
                let slack = 1e-9 * expected
                #expect(price.low - slack <= expected && expected <= price.high + slack, "\(figure.setting) \(figure.item.layer): \(price), \(expected) expected")
                ambiguous += 1
            }
        }
        print("\(name): \(equal) equal, \(ambiguous) within their range, \(without) without a figure in the reference")
        #expect(equal >= (name == "FP16_DAMOYOLO" ? 80 : 2000))
    }
}
