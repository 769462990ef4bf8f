import Architecture
import Foundation
import Latency
import Testing

/// What the model was not fitted to is said, never passed over.
@Suite struct AcceleratorRangeTests {
    let model: AcceleratorModel

    init() throws { model = try AcceleratorModel(path: ProfileFixtures.v100Path) }

    private func estimate(
        depthwise: Bool = false, _ inChannels: Int, _ outChannels: Int, kernel: Int = 3, stride: Int = 1, side: Int = 56, batch: Int = 32
    ) throws -> AcceleratorEstimate {
        let item = AcceleratorOperator(
            layer: "it", isDepthwise: depthwise, inChannels: inChannels, outChannels: outChannels, kernelSize: kernel, stride: stride,
            inputSide: side)
        return try model.milliseconds(operators: [item], batch: batch, precision: .fp32)
    }

    @Test func insideIsSilent() throws {
        for estimate in [
            try estimate(64, 64), try estimate(3, 64, kernel: 7, stride: 2, side: 224), try estimate(256, 1024, kernel: 1, side: 14),
            try estimate(depthwise: true, 192, 192, kernel: 5, stride: 2), try estimate(12, 32, side: 240, batch: 1),
        ] {
            #expect(estimate.outOfRange.isEmpty && estimate.outOfRangeShare == 0 && estimate.isComplete)
            #expect(estimate.millisecondsPerImage > 0)
        }
    }

    @Test func outsideIsFlaggedWithAReason() throws {
        for (estimate, part) in [
            (try estimate(64, 64, side: 500, batch: 1), "input side 500, measured are 5 to 480"), (try estimate(64, 64, side: 3), "input side 3"),
            (try estimate(8, 4), "output channels 4"), (try estimate(2560, 2600), "output channels 2600"),
            (try estimate(3, 320), "output channels 320, measured are 8 to 256"),
            (try estimate(80, 1024, kernel: 1), "input channels per output channel 0.078"),
            (try estimate(1024, 80, kernel: 1), "input channels per output channel 12.8"), (try estimate(64, 64, batch: 129), "batch 129"),
            (try estimate(64, 64, kernel: 7, side: 6), "a map of side 6 under a 7x7 kernel"),
            (try estimate(2048, 2048, side: 100, batch: 128), "ms per batch"),
        ] {
            #expect(estimate.outOfRange.map(\.layer) == ["it"], "\(part)")
            #expect(estimate.outOfRange.first?.reason.contains(part) == true, "\(estimate.outOfRange.first?.reason ?? "silent"), not \(part)")
            #expect(estimate.outOfRangeShare == 1)
            #expect(estimate.millisecondsPerImage > 0 && estimate.millisecondsPerImage.isFinite)
            #expect(estimate.error?.set == .extrapolated)
        }
    }

    @Test func unknownKernelsHaveNoFigure() throws {
        for estimate in [try estimate(64, 64, kernel: 9), try estimate(64, 64, stride: 4)] {
            #expect(estimate.uncovered.count == 1)
            #expect(!estimate.isComplete)
            #expect(estimate.millisecondsPerImage == 0)
        }
    }

    @Test func squeezeAndExcitationHasNoFigure() throws {
        let network = try Structure(
            name: "se",
            blocks: [
                Block(.convKXBNRELU, in: 3, out: 16, stride: 2, kernelSize: 3),
                Block(.superResK1DWSEK1, in: 16, out: 32, stride: 2, kernelSize: 5, depth: 2, bottleneck: 64),
            ]
        ).network()
        let estimate = try model.milliseconds(network: network, resolution: 224, batch: 32, precision: .fp16)
        #expect(estimate.uncovered.count == 2)
        #expect(estimate.uncovered.allSatisfy { $0.layer.hasSuffix(".se") })
        #expect(!estimate.isComplete)
        #expect(estimate.millisecondsPerImage > 0)
        #expect(estimate.error?.set == .depthwise)
    }

    @Test func badQuestionsAreRefused() throws {
        let network = try #require(ResNet.network(depth: 18))
        #expect(throws: LatencyError.self) { try model.milliseconds(network: network, resolution: 224, batch: 0, precision: .fp32) }
        #expect(throws: ArchitectureError.self) { try model.milliseconds(network: network, resolution: 0, batch: 1, precision: .fp32) }
    }

    @Test func profilesWithoutAModelAreRefused() throws {
        let folder = try ScratchFolder()
        let cpu = "\(folder.path)/cpu.json"
        try ProfileFixtures.cpu().write(path: cpu)
        let wrongKind = #expect(throws: LatencyError.self) { try AcceleratorModel(path: cpu) }
        #expect(wrongKind?.message.contains("kind: found \"cpu\"") == true)
        guard case .accelerator(var profile) = try HardwareProfile.read(path: ProfileFixtures.v100Path) else { return }
        profile.latencyModel = nil
        let none = #expect(throws: LatencyError.self) { try AcceleratorModel(profile: profile, source: "v.json") }
        #expect(none?.message.hasPrefix("v.json: latency_model: missing") == true)
    }
}
