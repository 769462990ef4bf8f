import Foundation
import Latency
import Machine
import Testing

@Suite struct HardwareProfileTests {
    @Test func cpuProfileSurvivesTheDisk() throws {
        let folder = try ScratchFolder()
        let path = "\(folder.path)/test-cpu-2-cores.json"
        let profile = ProfileFixtures.cpu()
        try profile.write(path: path)
        #expect(try HardwareProfile.read(path: path) == profile)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["test-cpu-2-cores.json"], "no temporary file may stay")
    }

    @Test func v100ProfileIsValidAndSurvives() throws {
        let profile = try HardwareProfile.read(path: ProfileFixtures.v100Path)
        #expect(profile.name == "nvidia-v100")
        #expect(try HardwareProfile.parse([UInt8](try profile.text().utf8), source: "again") == profile)
        guard case .accelerator(let accelerator) = profile else {
            Issue.record("the V100 is an accelerator")
            return
        }
        #expect(accelerator.peaks.map(\.precision) == [.fp32, .fp16, .int8])
        #expect(accelerator.memoryBandwidth?.gbPerSecond == 900)
        #expect(accelerator.published.count == 9)
    }

    @Test func everyShippedProfileIsValidAndNamedByItsFile() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: ProfileFixtures.folder).filter {
            $0.hasSuffix(".json") && $0 != "schema.json"
        }
        try #require(!files.isEmpty)
        for file in files {
            let profile = try HardwareProfile.read(path: "\(ProfileFixtures.folder)/\(file)")
            #expect("\(profile.name).json" == file)
        }
    }

    @Test func unknownFieldsAreIgnored() throws {
        var tree = try ProfileFixtures.tree(ProfileFixtures.cpu())
        tree["a_field_of_tomorrow"] = ["x": 1]
        #expect(try HardwareProfile.parse(ProfileFixtures.bytes(tree), source: "f") == ProfileFixtures.cpu())
    }

    @Test func aFailedWriteLeavesTheOldFile() throws {
        let folder = try ScratchFolder()
        let path = try folder.file("p.json", Array("old".utf8))
        guard case .cpu(var broken) = ProfileFixtures.cpu() else { return }
        broken.measured.peaks[0].readGBPerSecond = .nan
        #expect(throws: LatencyError.self) { try HardwareProfile.cpu(broken).write(path: path) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
        let missing = "\(folder.path)/no/such/folder/p.json"
        let error = #expect(throws: LatencyError.self) { try ProfileFixtures.cpu().write(path: missing) }
        #expect(error?.code == .storage)
        #expect(error?.message.hasPrefix(missing) == true)
    }

    @Test func namesAreKebabCase() throws {
        guard case .cpu(var profile) = ProfileFixtures.cpu() else { return }
        profile.header.name = ProfileHeader.suggestedName(cpu: .detect(), cores: 2)
        #expect(profile.header.name.hasSuffix("-2-cores"))
        try HardwareProfile.cpu(profile).validate(source: "f")
        for name in ["", "-a", "a-", "a--b", "AMD", "a_b", "a b"] {
            var renamed = profile
            renamed.header.name = name
            #expect(throws: LatencyError.self, "\(name)") { try HardwareProfile.cpu(renamed).validate(source: "f") }
        }
    }
}
