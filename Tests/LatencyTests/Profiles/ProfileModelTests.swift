import Foundation
import Testing

@testable import Latency

/// Fitted models and staircases in a profile's file.
@Suite struct ProfileModelTests {
    static func profile() throws -> CPUProfile {
        guard case .cpu(var profile) = ProfileFixtures.cpu() else { preconditionFailure("a CPU") }
        var model = try StepModelTests.usual.get()
        model.card = ErrorCard(
            networks: 60, seed: 9, medianPercent: 1.5, p95Percent: 5, worstPercent: 8.5, biasPercent: -0.4, within5Share: 0.95, within8Share: 0.98,
            spearman: 0.998, outside: 1, noiseFloorPercent: 0.7)
        model.fitted.usedSeconds = 0.4
        model.fitted.gigahertz = 2.95
        profile.measured.models = [model]
        profile.measured.staircases = [
            ChannelStaircase(
                isa: "avx512", threads: 2,
                points: [8, 16, 24, 32].map { .init(kernelSize: 1, side: 28, channels: $0, medianNanoseconds: 100 * Double($0)) })
        ]
        return profile
    }

    @Test func theySurviveTheDisk() throws {
        let profile = HardwareProfile.cpu(try Self.profile())
        let text = try profile.text()
        #expect(try HardwareProfile.parse([UInt8](text.utf8), source: "f") == profile)
    }

    @Test func aProfileOfTheFirstVersionIsRead() throws {
        var tree = try ProfileFixtures.tree(ProfileFixtures.cpu())
        tree["schema_version"] = 1
        var measured = try #require(tree["measured"] as? [String: Any])
        measured["models"] = nil
        measured["staircases"] = nil
        tree["measured"] = measured
        guard case .cpu(let profile) = try HardwareProfile.parse(ProfileFixtures.bytes(tree), source: "f") else { return }
        #expect(profile.header.schemaVersion == 1)
        #expect(profile.measured.models.isEmpty)
        let error = #expect(throws: LatencyError.self) { try profile.model(isa: nil, threads: nil) }
        #expect(error?.message.contains("holds no latency model") == true)
    }

    @Test func theModelIsChosenByInstructionSetAndThreads() throws {
        var profile = try Self.profile()
        var one = profile.measured.models[0]
        one.engine.threads = 1
        var narrow = one
        narrow.isa = "avx2"
        narrow.engine.lanes = 8
        profile.measured.models += [one, narrow]
        #expect(try profile.model(isa: nil, threads: nil).engine.threads == 2)
        #expect(try profile.model(isa: "avx512", threads: 1) == one)
        #expect(try profile.model(isa: "avx2", threads: nil) == narrow)
        let error = #expect(throws: LatencyError.self) { try profile.model(isa: "avx2", threads: 4) }
        #expect(error?.message.contains("no model for avx2 with 4 threads; it has avx512 with 2 threads") == true)
    }

    @Test func damagedModelsAreNamed() throws {
        let tree = try ProfileFixtures.tree(.cpu(Self.profile()))
        typealias Rejection = ProfileRejectionTests
        let model: [Rejection.Step] = [.key("measured"), .key("models"), .index(0)]
        let family = model + [.key("families"), .index(0)]
        let cases: [([Rejection.Step], Any?, LatencyError.Code, String)] = [
            (model + [.key("form")], "step-terms-9", .tooNew, "models[0].form: found \"step-terms-9\""),
            (model + [.key("engine"), .key("lanes")], 0, .malformed, "models[0].engine.lanes: found 0"),
            (model + [.key("engine"), .key("level2_bytes")], 1024, .malformed, "engine.level2_bytes: found 1024, less than level1_bytes"),
            (model + [.key("scale")], "1.02 ms", .malformed, "models[0].scale: found \"1.02 ms\"; a number above 0"),
            (model + [.key("scale")], -1, .malformed, "models[0].scale: found -1"),
            (model + [.key("scale")], nil, .malformed, "models[0].scale: missing"),
            (model + [.key("families")], [Any](), .malformed, "models[0].families: found a list of 0"),
            (model + [.key("fitted"), .key("gigahertz")], 0, .malformed, "models[0].fitted.gigahertz: found 0"),
            (model + [.key("fitted"), .key("used_seconds")], -1, .malformed, "models[0].fitted.used_seconds: found -1"),
            (family + [.key("family")], "quantum", .malformed, "families[0].family: found \"quantum\""),
            (family + [.key("terms"), .index(0), .key("ns")], -3, .malformed, "terms[0].ns: found -3"),
            (family + [.key("terms"), .index(0), .key("term")], "magic", .malformed, "terms[0].term: found \"magic\""),
            (family + [.key("range"), .key("side_low")], 1.5, .malformed, "range.side_low: found 1.5"),
            (model + [.key("card"), .key("within_5_share")], 95, .malformed, "card.within_5_share: found 95"),
            ([.key("measured"), .key("staircases"), .index(0), .key("points"), .index(1), .key("median_ns")], 0, .malformed, "points[1].median_ns: found 0"),
        ]
        for (steps, value, code, part) in cases {
            let damaged = try #require(Rejection.changed(tree, steps[...], value))
            let error = try #require(throws: LatencyError.self) { try HardwareProfile.parse(ProfileFixtures.bytes(damaged), source: "f.json") }
            #expect(error.code == code, "\(error.message)")
            #expect(error.message.contains(part), "\(error.message)")
        }
        var twice = tree
        var measured = try #require(twice["measured"] as? [String: Any])
        let models = try #require(measured["models"] as? [Any])
        measured["models"] = models + models
        twice["measured"] = measured
        let error = #expect(throws: LatencyError.self) { try HardwareProfile.parse(ProfileFixtures.bytes(twice), source: "f") }
        #expect(error?.message.contains("a second model for avx512 and 2 threads") == true)
    }

    @Test func aModelWithANumberThatIsNoneIsNotWritten() throws {
        var profile = try Self.profile()
        profile.measured.models[0].scale = .nan
        #expect(throws: LatencyError.self) { try HardwareProfile.cpu(profile).text() }
        profile = try Self.profile()
        profile.measured.models[0].families[0].coefficients[0] = .infinity
        #expect(throws: LatencyError.self) { try HardwareProfile.cpu(profile).text() }
    }

    @Test func truncatedFilesWithModelsAreMalformed() throws {
        let bytes = [UInt8](try HardwareProfile.cpu(Self.profile()).text().utf8)
        for share in [0.2, 0.6, 0.95] {
            let error = #expect(throws: LatencyError.self) { try HardwareProfile.parse(Array(bytes.prefix(Int(share * Double(bytes.count)))), source: "f") }
            #expect(error?.code == .malformed)
        }
    }
}
