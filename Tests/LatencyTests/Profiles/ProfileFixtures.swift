import Foundation
import Latency
import Testing

/// The profiles that ship with the package, and figures to hold them against.
enum ProfileFixtures {
    /// The package's hardware-profiles folder.
    static var folder: String {
        let testFile = URL(fileURLWithPath: #filePath)
        return testFile.appendingPathComponent("../../../../hardware-profiles").standardizedFileURL.path
    }

    static var v100Path: String { "\(folder)/nvidia-v100.json" }

    static func json(_ name: String) throws -> Any {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/Profiles/\(name)", withExtension: nil), "fixture \(name) is missing")
        return try JSONSerialization.jsonObject(with: Data(contentsOf: url))
    }

    static func object(_ path: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path))) as? [String: Any])
    }

    static func bytes(_ value: Any) throws -> [UInt8] { [UInt8](try JSONSerialization.data(withJSONObject: value)) }

    /// A made-up CPU with every field.
    static func cpu() -> HardwareProfile {
        let header = ProfileHeader(kind: .cpu, name: "test-cpu-2-cores", createdUTC: "2025-11-24T08:00:00Z")
        let cpu = CPUProfile.CPU(
            vendor: "TestVendor", name: "Test CPU", family: 25, model: 17, stepping: 1, features: ["avx2", "fma"], microcode: "unknown")
        let topology = CPUProfile.Topology(
            packages: 1, numaNodes: 1, cores: 2, pus: 4, coreKinds: [.init(name: "big", pus: 4)],
            caches: [.init(level: 1, kind: .data, bytes: 32768, count: 2), .init(level: 3, kind: .unified, bytes: 32 << 20, count: 1)])
        let peak = CPUMeasurements.Peak(
            isa: "avx2", threads: 2, fmaGFLOPPerSecondPerCore: 55.5, fmaGFLOPPerSecond: 110.25, readGBPerSecond: 20, copyGBPerSecond: 15.5)
        let baseline = CPUMeasurements.Baseline(
            network: "resnet50", resolution: 480, batch: 1, threads: 2, isa: "avx2", medianNanoseconds: 180e6, p10Nanoseconds: 179e6,
            p90Nanoseconds: 185e6, samples: 64, verdict: .valid)
        let layer = ProfileLayer(
            kind: .convolution, inChannels: 64, outChannels: 128, kernelSize: 3, stride: 2, groups: 1, inputHeight: 56, inputWidth: 56,
            batch: 1, relu: true, residual: false, threads: 2, isa: "avx2", medianNanoseconds: 123456.5, samples: 20)
        return .cpu(
            CPUProfile(
                header: header, cpu: cpu, topology: topology, memoryBytes: 8 << 30,
                measured: CPUMeasurements(peaks: [peak], baselines: [baseline], layers: [layer], noiseFloorPercent: 0.4),
                environment: .init(kernel: "6.1", hypervisor: "yes (KVM)", governor: "unknown", loadAverage: 0.1)))
    }

    /// The JSON tree of a profile.
    static func tree(_ profile: HardwareProfile) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(try profile.text().utf8)) as? [String: Any])
    }
}

/// A folder that goes away with the test.
final class ScratchFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("zendet-profiles-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let full = "\(path)/\(name)"
        try FileManager.default.createDirectory(
            atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: full))
        return full
    }
}
