import Inference
import Testing

@testable import Latency

@Suite struct ChannelStaircaseTests {
    /// A machine that computes whole groups of channels.
    private func staircase(_ group: Int) throws -> ChannelStaircase {
        let source = SyntheticCost { step in
            let padded = Double((step.output.channels + group - 1) / group * group)
            let depth = Double(step.input.channels * (step.convolution?.kernelSize ?? 1) * (step.convolution?.kernelSize ?? 1))
            return 500 + Double(step.output.height * step.output.width) * padded * depth / 50
        }
        return try ChannelStaircase.survey(source, isa: "avx512", threads: 1)
    }

    @Test(arguments: [8, 16, 32])
    func theWidthOfTheStepsIsFound(_ group: Int) throws {
        let staircase = try staircase(group)
        #expect(staircase.channelStep == group)
        #expect(staircase.points.count == 2 * 3 * ChannelStaircase.channels.count)
        for point in staircase.points where point.channels >= 64 {
            let waste = staircase.waste(point)
            #expect(waste >= 1)
            if point.channels % group == 0 { #expect(waste < 1.03, "\(point) \(waste)") }
        }
    }

    @Test func aModelShowsItsOwnStairs() throws {
        let model = try StepModelTests.usual.get()
        let staircase = try ChannelStaircase.survey(model, isa: model.isa, threads: model.engine.threads, kernels: [1], sides: [28])
        #expect(staircase.channelStep >= 16)
    }
}
