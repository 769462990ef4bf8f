import Inference
import Latency
import Machine
import Report
import TensorCore

/// The name of a CPU's profile: vendor, part and number of cores in kebab case.
enum ProfileName {
    static func of(_ model: CPUModel, _ topology: Topology) -> String {
        var text = model.name.lowercased()
        for noise in ["(r)", "(tm)", "(c)", " cpu", " processor"] { text = replaced(text, noise) }
        // "@ 3.10GHz" is a setting, not the part.
        if let at = text.firstIndex(of: "@") { text = String(text[..<at]) }
        var words = kebab(text).split(separator: "-").map(String.init)
        // "96-Core" of the whole part says nothing of what this machine has.
        if let core = words.firstIndex(of: "core"), core > 0, Int(words[core - 1]) != nil { words.removeSubrange((core - 1)...core) }
        if words.isEmpty || words == ["unknown"] { words = [kebab(model.vendor.lowercased())] }
        // A hypervisor may show the family only ("AMD EPYC"): its numbers tell the part.
        if !words.contains(where: { $0.contains(where: \.isNumber) }), let family = model.family, let number = model.model {
            words += ["family", "\(family)", "model", "\(number)"]
        }
        let cores = topology.cores.count
        return (words + ["\(cores)", cores == 1 ? "core" : "cores"]).joined(separator: "-")
    }

    private static func kebab(_ text: String) -> String {
        let mapped = text.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        return String(mapped).split(separator: "-").joined(separator: "-")
    }

    private static func replaced(_ text: String, _ noise: String) -> String {
        var words = text[...]
        var result = ""
        while let range = words.firstRange(of: noise) {
            result += words[..<range.lowerBound] + " "
            words = words[range.upperBound...]
        }
        return result + words
    }
}

extension CPUMeasurements.Peak {
    init(_ peaks: MachinePeaks) {
        self.init(
            isa: peaks.isa, threads: peaks.cpus.count, fmaGFLOPPerSecondPerCore: (peaks.flopPerSecondAlone.max() ?? 0) / 1e9,
            fmaGFLOPPerSecond: peaks.flopPerSecondAll / 1e9, readGBPerSecond: peaks.readBytesPerSecondAll / 1e9,
            copyGBPerSecond: peaks.copyBytesPerSecondAll / 1e9)
    }
}

extension CPUMeasurements.Baseline {
    init(_ measurement: Measurement, _ executable: Executable) {
        self.init(
            network: executable.program.name, resolution: executable.program.resolution, batch: executable.program.batch,
            threads: executable.team.count, isa: executable.isa.rawValue, medianNanoseconds: measurement.medianNanoseconds,
            p10Nanoseconds: measurement.p10Nanoseconds, p90Nanoseconds: measurement.p90Nanoseconds,
            samples: measurement.samplesNanoseconds.count, verdict: measurement.verdict)
    }
}

extension CPUProfile {
    init(name: String, model: CPUModel, topology: Machine.Topology, measured: CPUMeasurements, environment: EnvironmentRecord?) {
        var caches: [Topology.Cache] = []
        for cache in topology.caches {
            guard let kind = Topology.Cache.Kind(rawValue: cache.kind.rawValue) else { continue }
            if let index = caches.firstIndex(where: { $0.level == cache.level && $0.kind == kind && $0.bytes == cache.bytes }) {
                caches[index].count += 1
            } else {
                caches.append(Topology.Cache(level: cache.level, kind: kind, bytes: cache.bytes, count: 1))
            }
        }
        let kinds = topology.coreKinds.count < 2 ? [] : topology.coreKinds
        let unknown = EnvironmentRecord.unknown
        self.init(
            header: ProfileHeader(kind: .cpu, name: name, createdUTC: environment?.time ?? unknown),
            cpu: CPU(
                vendor: model.vendor, name: model.name, family: model.family, model: model.model, stepping: model.stepping,
                features: model.features, microcode: model.microcode ?? unknown),
            topology: Topology(
                packages: topology.packages.count, numaNodes: topology.numaNodes.count, cores: topology.cores.count,
                pus: topology.cpus.count, coreKinds: kinds.map { Topology.CoreKind(name: $0.name ?? "kind \($0.index)", pus: $0.cpus.count) },
                caches: caches),
            memoryBytes: topology.memoryBytes ?? 0, measured: measured,
            environment: Environment(
                kernel: environment?.kernel ?? unknown, hypervisor: environment?.virtualized ?? unknown,
                governor: environment?.governor ?? unknown, loadAverage: environment?.loadAverage))
    }
}

extension Session {
    /// The convolutions of a program that can be computed in several ways, each with the fastest way and its time on this team.
    func chosenLayers(_ executable: Executable) throws -> [ProfileLayer] {
        try executable.program.steps.compactMap { step in
            guard executable.convolution.isMeasured(step), let c = step.convolution else { return nil }
            let time = try timer.time(step)
            return ProfileLayer(
                kind: .convolution, inChannels: c.inChannels, outChannels: c.outChannels, kernelSize: c.kernelSize, stride: c.stride, groups: c.groups,
                inputHeight: step.input.height, inputWidth: step.input.width, batch: step.batch, relu: step.rectified, residual: step.residual,
                threads: team.count, isa: isa.rawValue, method: time.method?.name, medianNanoseconds: time.nanoseconds, samples: time.samples)
        }
    }
}
