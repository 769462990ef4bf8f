import Architecture
import Testing

@Suite("Detectors around a backbone")
struct DetectorTests {
    private static func around(_ name: String, _ head: Detector.Head, width: Int = 256) throws -> DetectorNetwork {
        try Detector(head, width: width).network(around: #require(Zoo.network(named: name)))
    }

    /// detectron2's tests/test_model_analysis.py: RetinaNet R50-FPN has 37 915 572 parameters, of which backbone and pyramid have 31 452 352 (its frozen batch
    /// normalizations have none: 53 120 fewer than torchvision's), and 146 G multiply-adds of convolutions at 800x800.
    @Test func retinaNetHasDetectron2sCounts() throws {
        let detector = try Self.around("resnet50", .retinanet)
        let params = detector.params
        #expect(params[.backbone] == 25_557_032 - 2048 * 1000 - 1000)
        #expect(try #require(params[.backbone]) - 53_120 + #require(params[.neck]) == 31_452_352)
        #expect(try #require(params[.neck]) + #require(params[.head]) == 37_915_572 - 23_454_912)
        #expect(try detector.network.cost(resolution: 800).params == params.values.reduce(0, +))
        // detectron2 halves in the first 1x1 convolution of a stage, which is then computed for a quarter of the pixels.
        let early = 3 * (256 * 128 * 200 * 200 * 3 / 4)
        let macs = try detector.macs(resolution: 800).values.reduce(0, +)
        #expect((macs - early) / 1_000_000_000 == 146)
        #expect(try detector.network.cost(resolution: 800).macs == macs)
    }

    /// MMDetection's get_flops counts parameters that are trained: without the stem and the first stage (225 344), and for FCOS without the backbone's
    /// batch normalizations (50 176 beside those). RetinaNet 37.74 M in its documentation ("Useful tools"); FCOS and GFLV2
    /// own derivation, counted in the same way.
    @Test func parametersAsMMDetectionCountsThem() throws {
        func trained(_ head: Detector.Head, frozen: Int) throws -> Double {
            let all = try Self.around("resnet50", head).params.values.reduce(0, +)
            return (Double(all - frozen) / 1e4).rounded() / 100
        }
        #expect(try trained(.retinanet, frozen: 225_344) == 37.74)
        #expect(try trained(.fcos, frozen: 225_344 + 50_176) == 32.02)
        #expect(try trained(.gflv2, frozen: 225_344) == 32.22)
    }

    /// The part that GFLV2 adds to GFL: 20 → 64 → 1 with biases ("Generalized Focal Loss V2", section 3.2: "only thousands of parameters").
    @Test func headOfGFLV2() throws {
        let width = 256
        let convolutions = 8 * (width * width * 9 + 2 * width)
        let predictions = width * 9 * (80 + 68) + 80 + 68
        #expect(try Self.around("resnet50", .gflv2).params[.head] == convolutions + predictions + (20 * 64 + 64) + (64 + 1))
    }

    @Test func shapesOfTheOutputs() throws {
        for (head, channels) in [(Detector.Head.retinanet, [720, 36]), (.fcos, [80, 4, 1]), (.gflv2, [80, 68])] {
            let network = try Self.around("maedet-s", head).network
            let shapes = try network.shapes(resolution: 480)
            let sides = [60, 30, 15, 8, 4]
            #expect(network.outputs.count == 5 * channels.count && network.outputNames.count == network.outputs.count)
            for (index, tensor) in network.outputs.enumerated() {
                let side = sides[index / channels.count]
                #expect(shapes[tensor] == Shape(channels: channels[index % channels.count], height: side, width: side), "\(head) output \(index)")
            }
            #expect(network.outputNames[0] == "p3.scores" && network.outputNames[1] == "p3.boxes" && Set(network.outputNames).count == network.outputs.count)
            #expect(Set(network.layers.map(\.name)).count == network.layers.count, "names are unique")
        }
    }

    @Test func everyPartIsCountedOnce() throws {
        for entry in Zoo.entries {
            let backbone = entry.build()
            guard let detector = try? Detector(.gflv2).network(around: backbone) else { continue }
            let side = backbone.isSpaceToDepth ? 128 : 256
            let macs = try detector.macs(resolution: side)
            #expect(macs[.backbone] == (try backbone.cost(resolution: side)).macs, "\(entry.name)")
            #expect(detector.params[.backbone] == (try backbone.cost(resolution: side)).params, "\(entry.name)")
            #expect(detector.neck.lowerBound == backbone.layers.count && detector.head.upperBound == detector.network.layers.count)
        }
        let known = Zoo.entries.filter { (try? Detector(.fcos).network(around: $0.build())) != nil }
        #expect(known.count == Zoo.entries.count, "\(Zoo.entries.count - known.count) networks of the zoo take no detector")
    }

    @Test func whatCannotBeIsRefused() throws {
        func message(_ body: () throws -> Void) -> String {
            do { try body() } catch let error as ArchitectureError { return error.message } catch { return "\(error)" }
            return ""
        }
        let unknown = message { _ = try Detector(named: "yolo\u{7}") }
        #expect(unknown.contains("'yolo\\u{7}'") && unknown.contains("retinanet, fcos, gflv2"))
        #expect(try Detector(named: "GFLV2").head == .gflv2)
        for width in [0, -32, 100, 1 << 40] {
            #expect(message { _ = try Self.around("resnet18", .gflv2, width: width) }.contains("multiple of that"), "\(width)")
        }
        let detector = try Self.around("resnet50", .fcos)
        #expect(message { _ = try detector.network.shapes(resolution: 16) }.contains("too small"))
        // Odd maps: the enlarged one would be larger than what it is added to.
        let odd = message { _ = try detector.network.shapes(resolution: 500) }
        #expect(odd.contains("neck.add") && odd.contains("480 or 512"), "\(odd)")
        var shallow = try #require(Zoo.network(named: "resnet18"))
        shallow.stages.removeLast(2)
        #expect(message { _ = try Detector(.gflv2).network(around: shallow) }.contains("8, 16 and 32"))
        var mixed = try Self.around("resnet18", .retinanet).network
        let index = try #require(mixed.layers.firstIndex { $0.sharedWeights == "head.boxes" })
        mixed.layers[index].sharedWeights = "head.scores"
        #expect(message { _ = try mixed.shapes(resolution: 64) }.contains("shares the weights"))
    }
}

