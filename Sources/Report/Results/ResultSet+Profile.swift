import Latency

extension ResultSet {
    /// A hardware profile: of a CPU that was measured, or of an accelerator with published figures.
    mutating func addProfile(_ record: ResultObject) throws(ReportError) {
        let version = try record.integer("schema_version")
        guard version <= ProfileHeader.currentVersion else {
            throw ReportError(
                .tooNew,
                "\(record.place(of: "schema_version")): a profile of schema version \(version), and this version reads up to "
                    + "\(ProfileHeader.currentVersion): use a newer ZenDet")
        }
        let name = try record.string("name")
        switch try record.string("kind") {
        case ProfileHeader.Kind.cpu.rawValue: try addCPU(record, name)
        case ProfileHeader.Kind.referenceAccelerator.rawValue: try addAccelerator(record, name)
        case let kind:
            throw ReportError(.malformed, "\(record.place(of: "kind")): 'kind' is '\(kind)'; 'cpu' or 'reference-accelerator' was expected")
        }
    }

    private mutating func addCPU(_ record: ResultObject, _ name: String) throws(ReportError) {
        let measured = try record.object("measured")
        let cpu = try record.object("cpu")
        let facts = try [("profile", name)] + cpu.facts + record.object("topology").facts + record.object("environment").facts
        add(machine: Machine(title: try cpu.stringIfKnown("name") ?? name, facts: facts.map { (key: $0.0, text: $0.1) }))
        for peak in try measured.objects("peaks") ?? [] {
            peaks.append(
                Peak(
                    machine: name, isa: try peak.string("isa"), threads: try peak.integer("threads"), compute: try peak.number("fma_gflop_per_s"),
                    read: try peak.numberIfKnown("read_gb_per_s")))
        }
        for baseline in try measured.objects("baselines") ?? [] {
            var network = Network(name: try baseline.string("network"))
            network.resolution = try baseline.integerIfKnown("resolution")
            network.setting = Setting(
                machine: name, isa: try baseline.stringIfKnown("isa"), threads: try baseline.integerIfKnown("threads"),
                imageSide: network.resolution, batch: try baseline.integerIfKnown("batch") ?? 1)
            network.measured = Latency(
                median: try baseline.number("median_ns"), p10: try baseline.numberIfKnown("p10_ns"), p90: try baseline.numberIfKnown("p90_ns"),
                verdict: try baseline.string("verdict"))
            networks.append(network)
        }
    }

    private mutating func addAccelerator(_ record: ResultObject, _ name: String) throws(ReportError) {
        var facts = [(key: "profile", text: name)]
        for peak in try record.objects("peaks") ?? [] {
            facts.append(("\(try peak.string("precision")) peak", NumberText.significant(try peak.number("gflop_per_s"), 5) + " GFLOP/s"))
        }
        if let memory = try record.objectIfKnown("memory_bandwidth") {
            facts.append(("memory", NumberText.significant(try memory.number("gb_per_s")) + " GB/s"))
        }
        add(machine: Machine(title: try record.stringIfKnown("product") ?? name, facts: facts))
        var table = Table([
            .text("network", key: "network"), .number("px", key: "resolution"), .number("batch", key: "batch"), .text("precision", key: "precision"),
            .text("runtime", key: "runtime"), .number("per batch", unit: "ms", key: "ms_per_batch", digits: .significant(3)),
            .number("images/s", key: "images_per_s", digits: .significant(3)), .text("source", key: "source"),
        ])
        for result in try record.objects("published") ?? [] {
            table.append([
                .text(try result.string("network")), .integer(optional: try result.integerIfKnown("resolution")),
                .integer(optional: try result.integerIfKnown("batch")), .text(try result.stringIfKnown("precision") ?? ""),
                .text(try result.stringIfKnown("runtime") ?? ""), .real(optional: try result.numberIfKnown("ms_per_batch")),
                .real(optional: try result.numberIfKnown("images_per_s")), .text(try result.stringIfKnown("source") ?? ""),
            ])
        }
        listings.append(Listing(title: "Published results, \(name)", table: table.withoutEmptyColumns()))
    }

    /// A record of `topology`: the machine and its measured peaks.
    mutating func addTopology(_ record: ResultObject) throws(ReportError) {
        let title = try record.stringIfKnown("cpu_model") ?? "unknown processor"
        let machine = try record.stringIfKnown("machine") ?? title
        add(machine: Machine(title: title, facts: record.facts.filter { $0.key != "memory_available_bytes" }))
        for peak in try record.objects("peaks") ?? [] {
            let threads = try peak.integers("cpus").count
            peaks.append(
                Peak(
                    machine: machine, isa: try peak.string("isa"), threads: threads, compute: try peak.number("all_flop_per_s") / 1e9,
                    read: try peak.numberIfKnown("read_all_byte_per_s").map { $0 / 1e9 }))
        }
    }
}
