import Architecture
import Support
import Testing

@Suite struct GoldenResNetTests {
    @Test func torchvisionResNetsHaveTorchvisionsCounts() throws {
        var checked = 0
        for (name, golden) in try Fixtures.objects("resnets.json") {
            let network = try Zoo.find("resnet\(name.dropFirst())")
            for (resolution, figures) in try #require(golden["torchvision"] as? [String: [String: Any]]) {
                let side = try #require(Int(resolution))
                let cost = try network.cost(resolution: side)
                #expect(cost.macs == figures["macs"] as? Int, "\(name) at \(side)")
                #expect(cost.params == figures["params"] as? Int, "\(name) at \(side)")
                let stages = try network.stageInfo(resolution: side)
                #expect(stages.map(\.featureSize) == figures["featureSizes"] as? [Int], "\(name) at \(side)")
                #expect(stages.map(\.macs) == figures["stageMACs"] as? [Int], "\(name) at \(side)")
                checked += 1
            }
        }
        #expect(checked == 16)
    }

    @Test func resNetsInTheReferencesNotation() throws {
        var checked = 0
        for (name, golden) in try Fixtures.objects("resnets.json") {
            for (stem, figures) in try #require(golden["tinynas"] as? [String: [String: Any]]) {
                let network = try Fixtures.structure(figures["structure"], name: "\(name) \(stem)").network()
                for (resolution, flops) in try #require(figures["flops"] as? [String: Double]) {
                    let cost = try network.cost(resolution: try #require(Int(resolution)))
                    #expect(cost.params == figures["params"] as? Int)
                    #expect(cost.layers == figures["layers"] as? Int)
                    #expect(cost.macs == (figures["macs"] as? [String: Int])?[resolution], "\(name) \(stem) at \(resolution)")
                    #expect(isClose(cost.referenceFLOPs, flops, relative: 1e-9))
                    checked += 1
                }
                let stages = try #require(figures["stages480"] as? [String: Any])
                try checkStages(
                    try network.stageInfo(resolution: 480), stages, featureSizes: try #require(stages["featureSizes"] as? [Int]),
                    network.name)
            }
        }
        #expect(checked == 32)
    }

    /// He et al., table 1, and torchvision's parameter counts without the classifier.
    @Test func resNet152() throws {
        let network = try #require(ResNet.network(depth: 152))
        let cost = try network.cost(resolution: 224)
        #expect(cost.params == 60_192_808 - 2048 * 1000 - 1000)
        #expect(cost.layers == 151)
        #expect(network.stages.map(\.channels) == [64, 256, 512, 1024, 2048])
        #expect(network.outputs.count == 4)
        #expect(ResNet.network(depth: 20) == nil)
    }

    /// Counted by hand from the rule: MACs, 2 per normalized value, 1 per ReLU value, 1 more on a projection, 1 per pooled input value.
    @Test func referenceFLOPsOfResNet18AtOnePixelScale() throws {
        let network = try #require(ResNet.network(depth: 18))
        let cost = try network.cost(resolution: 224)
        var expected = Double(cost.macs)
        let shapes = try network.shapes(resolution: 224)
        for (index, layer) in network.layers.enumerated() {
            let values = Double(shapes[index + 1].elementCount)
            switch layer.operation {
            case .convolution: expected += values * (layer.isMainBranch ? 2 : 3)
            case .relu: expected += values
            case .pooling: expected += Double(shapes[layer.inputs[0]].elementCount)
            default: break
            }
        }
        #expect(cost.referenceFLOPs == expected)
    }
}
