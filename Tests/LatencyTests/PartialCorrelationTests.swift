import Architecture
import Inference
import Latency
import Support
import Testing

@Suite struct PartialCorrelationTests {
    /// By hand: ρ_ab = 0.8, ρ_az = 0.4, ρ_bz = 0.6 in the orders below.
    @Test func formula() throws {
        let (a, b, z) = ([1.0, 2, 3, 4], [2.0, 1, 3, 4], [2.0, 1, 4, 3])
        let (ab, az, bz) = (
            try #require(RankCorrelation.spearman(a, b)), try #require(RankCorrelation.spearman(a, z)), try #require(RankCorrelation.spearman(b, z))
        )
        #expect(abs(ab - 0.8) < 1e-12 && abs(az - 0.6) < 1e-12 && abs(bz - 0.8) < 1e-12)
        let held = try #require(RankCorrelation.partialSpearman(a, b, holding: z))
        #expect(abs(held - (0.8 - 0.48) / ((1 - 0.36) * (1 - 0.64)).squareRoot()) < 1e-12)
    }

    /// Two series that share nothing but z: correlated, and not once z is held.
    @Test func commonCause() throws {
        var random = SplitMix64(seed: 1)
        func noise() -> Double { Double(random.next() >> 11) * 0x1p-53 }
        let z = (0..<2000).map { _ in noise() }
        let (a, b) = (z.map { $0 + 0.3 * noise() }, z.map { $0 + 0.3 * noise() })
        #expect(try #require(RankCorrelation.spearman(a, b)) > 0.7)
        #expect(abs(try #require(RankCorrelation.partialSpearman(a, b, holding: z))) < 0.1)
    }

    @Test func undefined() {
        #expect(RankCorrelation.partialSpearman([1, 2], [1, 2], holding: [2, 1]) == nil)
        #expect(RankCorrelation.partialSpearman([1, 2, 3], [1, 3, 2], holding: [1, 2, 3]) == nil)
        #expect(RankCorrelation.partialSpearman([1, 2, 3], [1, 3, 2], holding: [5, 5, 5]) == nil)
    }

    @Test func nearTies() throws {
        // Of the pairs within 1 %: (100, 100.5) agrees, (100.5, 101) does not, (100, 101) is tied by the other; (100, 100) is no order at all.
        let a = [100, 100.5, 101, 200, 100], b = [1.0, 2, 1, 0, 1]
        let found = try #require(RankCorrelation.agreementOnNearTies(a, b, tolerance: 0.01))
        #expect(found.pairs == 5)
        #expect(abs(found.share - (1 + 0 + 0.5 + 1 + 0.5) / 5) < 1e-12)
        #expect(RankCorrelation.agreementOnNearTies([1, 2], [1, 2], tolerance: 0.01) == nil)
    }
}

@Suite struct StoredLayersTests {
    @Test func onlyWhatIsStored() throws {
        let table = try LayerTable(inMemory: ())
        let context = LayerTable.Context(machine: "m", engine: "e", isa: "avx2", threads: 1, cpus: "0")
        let stored = StoredLayers(table: table, context: context)
        let step = exampleStep
        let error = #expect(throws: LatencyError.self) { try stored.nanoseconds(of: step) }
        #expect(error?.code == .cannotMeasure && error?.message.contains("is not in the layer table") == true)
        try table.store(
            LayerTable.Row(
                layer: LayerKey.text(step), medianNanoseconds: 1234, samplesNanoseconds: [1200, 1234, 1300], verdict: .valid,
                measuredAt: "2026-01-01T00:00:00Z"),
            context)
        // A layer that can be computed in several ways has a row for each; the plain key is that of direct convolution everywhere.
        #expect(throws: LatencyError.self) { try stored.nanoseconds(of: step) }
        #expect(try StoredLayers(table: table, context: context, algorithm: .direct).nanoseconds(of: step) == 1234)
        for (method, time) in zip(ConvolutionChoice.methods(for: step), [3000.0, 2000, 2500]) {
            let row = LayerTable.Row(
                layer: LayerKey.text(step, method), medianNanoseconds: time, samplesNanoseconds: [UInt64(time)], verdict: .valid,
                measuredAt: "2026-01-01T00:00:00Z")
            try table.store(row, context)
        }
        #expect(try stored.nanoseconds(of: step) == 2000)
    }
}

private let exampleStep = Step(
    .convolution(Convolution(16, 32, kernelSize: 3)), input: Shape(channels: 16, height: 8, width: 8), output: Shape(channels: 32, height: 8, width: 8),
    batch: 1, rectified: true)
