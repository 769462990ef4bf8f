import Latency
import Report

/// Hardware profiles for people.
enum ProfileTables {
    static func list(_ profiles: [(path: String, profile: HardwareProfile)]) -> Table {
        var table = Table([
            .text("name", key: "name"), .text("kind", key: "kind"), .text("what it is", key: "product"), .text("made", key: "created_utc"),
            .text("file", key: "file"),
        ])
        for (path, profile) in profiles {
            let product =
                switch profile {
                case .cpu(let cpu): "\(cpu.cpu.name), \(counted(cpu.topology.cores, "core"))"
                case .accelerator(let accelerator): accelerator.product
                }
            table.append([
                .text(profile.name), .text(profile.header.kind.rawValue), .text(product), .text(profile.header.createdUTC), .text(path),
            ])
        }
        return table
    }

    // MARK: CPUs

    static func sections(_ profile: CPUProfile) -> [Section] {
        let caches = profile.topology.caches.map { "\($0.count)x \(NumberText.shortBytes(Int(clamping: $0.bytes))) L\($0.level) \($0.kind.rawValue)" }
        func number(_ value: Int?) -> String { value.map(String.init) ?? "unknown" }
        let (cpu, topology, environment) = (profile.cpu, profile.topology, profile.environment)
        let facts = [
            ("profile", "\(profile.name), measured \(profile.header.createdUTC) with \(profile.header.toolVersion)"),
            (
                "processor",
                "\(cpu.name) (\(cpu.vendor), family \(number(cpu.family)) model \(number(cpu.model)) stepping \(number(cpu.stepping)), "
                    + "microcode \(cpu.microcode))"
            ),
            (
                "topology",
                "\(counted(topology.packages, "package")), \(counted(topology.numaNodes, "NUMA node")), \(counted(topology.cores, "core")), "
                    + counted(topology.pus, "hardware thread")
            ),
            ("caches", caches.joined(separator: ", ")),
            ("memory", NumberText.shortBytes(Int(clamping: profile.memoryBytes))),
            (
                "conditions",
                "kernel \(environment.kernel), hypervisor \(environment.hypervisor), governor \(environment.governor), "
                    + "load \(environment.loadAverage.map { NumberText.fixed($0, places: 2) } ?? "unknown")"
            ),
            ("noise floor", profile.measured.noiseFloorPercent.map { "±\(NumberText.fixed($0, places: 2)) %" } ?? "not measured"),
        ]
        return [
            .verbatim(aligned(facts)), .heading("Measured peaks, fp32"), .table(peaks(profile)), .heading("Measured networks"),
            .table(baselines(profile)),
        ] + ModelTables.sections(profile)
    }

    static func peaks(_ profile: CPUProfile) -> Table {
        func rate(_ title: String, _ unit: String, _ key: String) -> Column { .number(title, unit: unit, key: key, digits: .places(1)) }
        var table = Table([
            .text("isa", key: "isa"), .number("threads", key: "threads"), rate("one core", "GFLOP/s", "fma_gflop_per_s_per_core"),
            rate("all", "GFLOP/s", "fma_gflop_per_s"), rate("read", "GB/s", "read_gb_per_s"), rate("copy", "GB/s", "copy_gb_per_s"),
        ])
        for peak in profile.measured.peaks {
            table.append([
                .text(peak.isa), .integer(peak.threads), .real(peak.fmaGFLOPPerSecondPerCore), .real(peak.fmaGFLOPPerSecond),
                .real(peak.readGBPerSecond), .real(peak.copyGBPerSecond),
            ])
        }
        return table
    }

    static func baselines(_ profile: CPUProfile) -> Table {
        var table = Table([
            .text("network", key: "network"), .number("px", key: "resolution"), .number("batch", key: "batch"),
            .number("threads", key: "threads"), .text("isa", key: "isa"), .milliseconds("median", key: "median_ns"),
            .milliseconds("p10", key: "p10_ns"), .milliseconds("p90", key: "p90_ns"), .number("runs", key: "samples"),
            .text("verdict", key: "verdict"),
        ])
        for baseline in profile.measured.baselines {
            table.append([
                .text(baseline.network), .integer(baseline.resolution), .integer(baseline.batch), .integer(baseline.threads),
                .text(baseline.isa), .real(baseline.medianNanoseconds), .real(baseline.p10Nanoseconds), .real(baseline.p90Nanoseconds),
                .integer(baseline.samples), .verdict(baseline.verdict),
            ])
        }
        return table
    }

    // MARK: Accelerators

    static func sections(_ profile: AcceleratorProfile) -> [Section] {
        let facts = [
            ("profile", "\(profile.name), made \(profile.header.createdUTC)"), ("product", profile.product),
            ("peaks", profile.peaks.isEmpty ? "unknown" : profile.peaks.map { "\($0.precision.rawValue) \(NumberText.fixed($0.gflopPerSecond / 1e3, places: 1)) TFLOP/s" }.joined(separator: ", ")),
            ("bandwidth", profile.memoryBandwidth.map { "\(NumberText.fixed($0.gbPerSecond, places: 0)) GB/s" } ?? "unknown"),
            ("model", profile.latencyModel.map { "\($0.form), fitted from \($0.source.library) (\($0.source.runtime))" } ?? "none"),
            (
                "libraries",
                (profile.operatorLibraries ?? []).map { "\($0.precision.rawValue), \($0.rows.count) rows of \($0.source)" }.joined(separator: "; ")
            ),
        ].filter { !$0.1.isEmpty }
        var sections: [Section] = [.verbatim(aligned(facts)), .heading("Published results"), .table(published(profile))]
        if let model = profile.latencyModel {
            sections += [.heading("Error of the latency model on networks it was not fitted to"), .table(card(model))]
        }
        return sections
    }

    static func published(_ profile: AcceleratorProfile) -> Table {
        var table = Table([
            .text("network", key: "network"), .number("px", key: "resolution"), .number("batch", key: "batch"),
            .text("precision", key: "precision"), .text("runtime", key: "runtime"),
            .number("per batch", unit: "ms", key: "ms_per_batch", digits: .places(2)),
            .number("images/s", key: "images_per_s", digits: .places(0)), .text("source", key: "source"),
        ])
        for result in profile.published {
            table.append([
                .text(result.network), .integer(result.resolution), .integer(result.batch), .text(result.precision), .text(result.runtime),
                .real(optional: result.millisecondsPerBatch), .real(optional: result.imagesPerSecond), .text(result.source),
            ])
        }
        return table
    }

    static func card(_ model: LatencyModelDescription) -> Table {
        func error(_ title: String, _ key: String) -> Column { .number(title, unit: "%", key: key, digits: .places(1)) }
        var table = Table([
            .text("precision", key: "precision"), .text("networks", key: "set"), .number("batch", key: "batch"),
            .number("count", key: "networks"), error("median", "median_percent"), error("p90", "p90_percent"), error("worst", "worst_percent"),
        ])
        for precision in model.precisions {
            for entry in precision.card {
                table.append([
                    .text(precision.precision.rawValue), .text(entry.set.rawValue), .integer(entry.batch), .integer(entry.networks),
                    .real(entry.medianPercent), .real(entry.p90Percent), .real(entry.worstPercent),
                ])
            }
        }
        return table
    }
}

/// Names and values in two columns.
func aligned(_ facts: [(String, String)]) -> String {
    let width = facts.map(\.0.count).max() ?? 0
    return facts.map { $0.0 + String(repeating: " ", count: width + 2 - $0.0.count) + $0.1 }.joined(separator: "\n")
}
