import Architecture
import Foundation
import Testing

@Suite struct ZooTests {
    @Test func everyEntryBuildsUnderItsName() throws {
        for entry in Zoo.entries {
            let network = entry.build()
            #expect(network.name == entry.name)
            #expect(entry.name == entry.name.lowercased() && !entry.name.contains("_"))
            #expect(!entry.summary.isEmpty && !entry.source.isEmpty)
            #expect(Set(network.layers.map(\.name)).count == network.layers.count, "\(entry.name): two layers of one name")
            #expect(network.outputs.count == 4)
            #expect(network.stages.last?.output == network.layers.count)
            _ = try network.cost(resolution: 224)
        }
        #expect(Zoo.entries.count == 30)
    }

    @Test func structuresAreThePublishedOnes() throws {
        let published = try #require(
            try JSONSerialization.jsonObject(with: Data(Fixtures.bytes("published-structures.json"))) as? [String: Any])
        let names = [
            "model/detection/maedet_s": "maedet-s", "model/detection/maedet_m": "maedet-m", "model/detection/maedet_l": "maedet-l",
            "model/classification/deepmad-R18": "deepmad-r18", "model/classification/deepmad-R34": "deepmad-r34",
            "model/classification/deepmad-R50": "deepmad-r50", "model/classification/deepmad-29M-224": "deepmad-29m-224",
            "model/classification/deepmad-29M-288": "deepmad-29m-288", "model/classification/deepmad-50M": "deepmad-50m",
            "model/classification/deepmad-89M": "deepmad-89m", "model/classification/R18-like": "r18-like",
            "model/classification/R50-like": "r50-like", "model/classification/R152-like": "r152-like",
            "model/op_profiler/R50": "resnet50-tinynas",
            "init/detection/R50_FLOPs": "start-r50", "init/detection/R50_FLOPs_predictor": "start-r50",
            "init/classification/R50_FLOPs": "start-r50", "init/classification/deepmad_R18_FLOPs": "start-r50",
            "init/classification/deepmad_R34_FLOPs": "start-r50", "init/classification/deepmad_R50_FLOPs": "start-r50",
            "init/classification/MBV2_FLOPs": "start-mbv2", "init/damoyolo/damoyolo_k1kx_small": "start-damo-k1kx",
            "init/damoyolo/damoyolo_k1kx_tiny": "start-damo-k1kx", "init/damoyolo/damoyolo_kxkx_medium": "start-damo-kxkx",
            "init/classification/deepmad_29M_224": "start-deepmad-29m-224", "init/classification/deepmad_29M_288": "start-deepmad-29m-288",
            "init/classification/deepmad_50M": "start-deepmad-50m", "init/classification/deepmad_89M": "start-deepmad-89m",
        ]
        for (path, blocks) in published where !path.contains("quant") {
            let name = try #require(names[path], "\(path) is not in the zoo")
            #expect(try Zoo.find(name).structure?.blocks == Fixtures.structure(blocks, name: path).blocks, "\(path)")
        }
        #expect(published.keys.filter { !$0.contains("quant") }.count == names.count)
        let damo = try StructureFile.parse(Fixtures.bytes("damo_L25_k1kx.txt"), source: "damo_L25_k1kx.txt")
        #expect(try Zoo.find("damo-k1kx").structure?.blocks == damo[0].blocks)
    }

    /// GFLV2 on COCO val, from the authors' repository.
    @Test func publishedAveragePrecision() {
        let published = Dictionary(uniqueKeysWithValues: Zoo.entries.compactMap { entry in entry.publishedAP.map { (entry.name, $0) } })
        #expect(published == ["resnet50": 44.7, "resnet101": 46.3, "maedet-s": 45.1, "maedet-m": 46.9, "maedet-l": 47.8])
    }

    @Test func namesAreMatchedLoosely() throws {
        #expect(Zoo.network(named: "MAEDET_S")?.name == "maedet-s")
        #expect(Zoo.network(named: "DeepMAD-29M_224")?.name == "deepmad-29m-224")
        #expect(Zoo.network(named: "ResNet50")?.name == "resnet50")
        #expect(Zoo.network(named: "") == nil)
    }

    @Test(arguments: [("resnt50", "resnet50"), ("maedets", "maedet-s"), ("mobilenet-v2", "mobilenetv2"), ("damo", "damo-k1kx")])
    func unknownNamesSuggestTheNearest(wrong: String, right: String) throws {
        let error = #expect(throws: ArchitectureError.self) { try Zoo.find(wrong) }
        #expect(error?.code == .unknownName)
        #expect(error?.message.contains("the nearest name is '\(right)'") == true, "\(error?.message ?? "")")
        let other = #expect(throws: ArchitectureError.self) { try Zoo.networks(wrong) }
        #expect(other?.code == .unknownName)
    }

    /// MobileNetV2 at 1.0 has 300 M MACs and 52 convolutions; here its first block, without expansion, has one more.
    @Test func mobileNetV2() throws {
        let cost = try Zoo.find("mobilenetv2").cost(resolution: 224)
        #expect(cost.layers == 53)
        #expect(cost.macs > 280_000_000 && cost.macs < 320_000_000)
    }
}
