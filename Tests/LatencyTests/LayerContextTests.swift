import Architecture
import Inference
import Latency
import Testing

@Suite struct LayerContextTests {
    /// Every layer of these networks but those on the image is timed in a context, and comes out of the lowering as it was.
    @Test(arguments: ["resnet18", "resnet50", "mobilenetv2", "maedet-s", "deepmad-29m-224", "damo-k1kx", "damo-kxkx"])
    func everyLayerHasAContext(name: String) throws {
        let program = try Program.lower(try #require(Zoo.network(named: name)), resolution: 224, batch: 2)
        #expect(program.steps.count > 10)
        for step in program.steps where !step.image {
            let context = try #require(LayerContext(step), "\(step.summary)")
            #expect(context.program.steps[context.step] == step, "\(step.summary)")
            #expect(context.step >= 1)
        }
    }

    @Test func imageAndOblongLayersHaveNone() throws {
        var step = convolution(64, 64)
        #expect(LayerContext(step) != nil)
        step.image = true
        #expect(LayerContext(step) == nil)
        step = convolution(64, 64)
        step.input.height = 30
        #expect(LayerContext(step) == nil)
    }
}
