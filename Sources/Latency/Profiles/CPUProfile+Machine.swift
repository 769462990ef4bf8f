import Machine

extension CPUProfile.CPU {
    /// What the machine's CPU says of itself.
    public init(_ model: CPUModel) {
        self.init(
            vendor: model.vendor, name: model.name, family: model.family, model: model.model, stepping: model.stepping,
            features: model.features, microcode: model.microcode ?? EnvironmentRecord.unknown)
    }
}

extension CPUProfile.Topology {
    /// Counts of a detected topology; caches of one level, kind and size are counted together.
    public init(_ topology: Machine.Topology) {
        var counts: [Cache: Int] = [:]
        for cache in topology.caches {
            let kind = Cache.Kind(rawValue: cache.kind.rawValue) ?? .unified
            counts[Cache(level: cache.level, kind: kind, bytes: cache.bytes, count: 1), default: 0] += 1
        }
        let caches = counts.map { Cache(level: $0.key.level, kind: $0.key.kind, bytes: $0.key.bytes, count: $0.value) }
        self.init(
            packages: max(topology.packages.count, 1), numaNodes: max(topology.numaNodes.count, 1), cores: topology.cores.count,
            pus: topology.cpus.count,
            coreKinds: topology.coreKinds.map { CoreKind(name: $0.name ?? "kind \($0.index)", pus: $0.cpus.count) },
            caches: caches.sorted { ($0.level, $0.kind.rawValue, $0.bytes) < ($1.level, $1.kind.rawValue, $1.bytes) })
    }
}

extension CPUProfile.Environment {
    /// The parts of an environment record that a profile keeps.
    public init(_ record: EnvironmentRecord) {
        self.init(kernel: record.kernel, hypervisor: record.virtualized, governor: record.governor, loadAverage: record.loadAverage)
    }
}

extension CPUMeasurements.Peak {
    /// The peaks of a number of threads from a run on exactly those.
    public init(_ peaks: MachinePeaks) {
        self.init(
            isa: peaks.isa, threads: peaks.cpus.count, fmaGFLOPPerSecondPerCore: (peaks.flopPerSecondAlone.max() ?? 0) / 1e9,
            fmaGFLOPPerSecond: peaks.flopPerSecondAll / 1e9, readGBPerSecond: peaks.readBytesPerSecondAll / 1e9,
            copyGBPerSecond: peaks.copyBytesPerSecondAll / 1e9)
    }
}

extension CPUMeasurements.Baseline {
    /// A measured network.
    public init(network: String, resolution: Int, batch: Int, threads: Int, isa: String, measurement: Measurement) {
        self.init(
            network: network, resolution: resolution, batch: batch, threads: threads, isa: isa,
            medianNanoseconds: measurement.medianNanoseconds, p10Nanoseconds: measurement.p10Nanoseconds,
            p90Nanoseconds: measurement.p90Nanoseconds, samples: measurement.samplesNanoseconds.count, verdict: measurement.verdict)
    }
}

extension ProfileHeader {
    /// A name for the profile of a CPU: its own name in kebab-case and the number of cores, "amd-epyc-9r14-2-cores".
    public static func suggestedName(cpu: CPUModel, cores: Int) -> String {
        // Trademark signs, clock rates and filler words tell nothing apart.
        let filler: Set<String> = ["r", "tm", "c", "cpu", "processor", "with", "core", "genuine", "authentic", "virtual"]
        let text = cpu.name.prefix { $0 != "@" }
        var words = text.lowercased().unicodeScalars.split { !(("a"..."z").contains($0) || ("0"..."9").contains($0)) }.map { String($0) }
        words.removeAll { filler.contains($0) || $0.hasSuffix("ghz") }
        if words.isEmpty { words = ["unknown-cpu"] }
        return (words + ["\(cores)", cores == 1 ? "core" : "cores"]).joined(separator: "-")
    }
}
