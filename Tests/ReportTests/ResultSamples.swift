import Foundation

/// Result files as the commands write them, with the fields that a report reads.
enum ResultSamples {
    static let environment = """
        {"tool_version": "0.1.0", "time": "2026-11-24T10:00:00Z", "machine": "0123456789abcdef", "kernel": "Linux 6.1", "cpu_model": "Some CPU",
         "governor": "unknown", "frequency_khz": [null, null], "virtualized": "yes (KVM)", "load_average": 0.5, "isa": "avx2", "threads": 2, "cpus": [0, 1]}
        """

    /// A record of `compare`.
    static func compared(_ name: String, milliseconds: Double, entropy: Double, baseline: String = "resnet50", verdict: String = "VALID") -> String {
        """
        {"name": \(quoted(name)), "resolution": 480, "image_resolution": 480, "params": 25000000, "macs": 20000000000, "layers": 91, "entropy": \(entropy),
         "published_ap": null, "stages": [{"channels": 64, "feature_size": 240, "entropy": 6.5, "weight": 0, "contribution": 0},
         {"channels": 2048, "feature_size": 15, "entropy": \(entropy / 6), "weight": 6, "contribution": \(entropy)}],
         "baseline": \(quoted(baseline)), "ratio_to_baseline": 0.9, "ratio_low": 0.89, "ratio_high": 0.91, "batch": 1, "threads": 2, "isa": "avx2",
         "median_ns": \(milliseconds * 1e6), "median_low_ns": \(milliseconds * 0.99e6), "median_high_ns": \(milliseconds * 1.01e6), "p10_ns": null, "p90_ns": null,
         "gflop_per_s": 200.5, "peak_gflop_per_s": 230.0, "peak_fraction": 0.87, "verdict": "\(verdict)",
         "reasons": \(verdict == "VALID" ? "[]" : "[\"something ran; stop it\"]"), "unknowns": ["steal time"], "environment": \(environment), "samples_ns": [1, 2, 3]}
        """
    }

    static let comparison = [
        ("resnet50", 70.25, 1174.3, "VALID"), ("maedet-s", 41.5, 1731.9, "VALID"), ("maedet-m", 69.125, 2114.8, "SUSPECT"), ("slow", 90.0, 900.5, "INVALID"),
    ]
    static var compare: String { "[" + comparison.map { compared($0.0, milliseconds: $0.1, entropy: $0.2, verdict: $0.3) }.joined(separator: ",\n") + "]" }

    /// Name, nanoseconds, MACs, bytes, share of the roofline, what bounds it, what computes it.
    static let layerRows: [(name: String, time: Double, macs: Int, bytes: Int, roofline: Double, bound: String, algorithm: String)] = [
        ("conv1", 5_000_000, 500_000_000, 17_000_000, 0.8, "compute", "direct"), ("maxpool", 1_000_000, 0, 18_000_000, 0.9, "memory", ""),
        ("layer1.conv1", 2_500_000, 60_000_000, 60_000_000, 1.2, "memory", "direct"),
        ("layer1.conv2", 1_700_000, 530_000_000, 7_500_000, 0.5, "compute", "F(6x6,3x3)"),
    ]

    static var bench: String {
        let total = layerRows.reduce(0) { $0 + $1.time }
        let layers = layerRows.map { layer in
            """
            {"name": "\(layer.name)", "operation": "conv", "algorithm": "\(layer.algorithm)", "block": 0, "median_ns": \(layer.time), "share": \(layer.time / total),
             "macs": \(layer.macs), "gflop_per_s": \(2 * Double(layer.macs) / layer.time), "peak_fraction": \(2 * Double(layer.macs) / layer.time / 230),
             "bytes": \(layer.bytes), "roofline_fraction": \(layer.roofline), "bound_by": "\(layer.bound)"}
            """
        }
        return """
            {"name": "resnet50", "resolution": 480, "image_resolution": 480, "batch": 1, "threads": 2, "isa": "avx2", "macs": 20000000000, "median_ns": 70250000.0,
             "p10_ns": 70000000, "p90_ns": 71000000, "gflop_per_s": 200, "peak_gflop_per_s": 231, "peak_fraction": 0.87, "verdict": "VALID", "reasons": [],
             "unknowns": [], "environment": \(environment), "layers": [\(layers.joined(separator: ", "))], "samples_ns": [70250000]}
            """
    }

    static let search = """
        [{"name": "found", "winner": {"structure": [{"class": "ConvKXBNRELU", "in": 3, "out": 32}], "entropy": 1800.5, "params": 21000000, "macs": 15000000000,
          "predicted_ns": 44000000, "measured_ns": 45000000.5, "measured_low_ns": 44900000, "measured_high_ns": 45100000, "verdict": "VALID", "reasons": [],
          "keeps_budget": true, "ratio_to_baseline": 0.64, "ratio_low": 0.63, "ratio_high": 0.65, "round": 1},
         "meets_budget": true, "baseline": {"name": "resnet50", "resolution": 480, "entropy": 1174.3, "params": 23508032, "macs": 18767462400, "layers": 49,
          "composed_ns": 69000000, "measured_ns": 70250000, "verdict": "VALID"},
         "budgets": {"latency": "45.2ms", "latency_ns": 45200000, "params": null}, "start": "start-r50", "resolution": 480, "evaluations": 50000,
         "seed": 18446744073709551615, "seconds": 61.5, "file": "found.txt",
         "finalists": [{"entropy": 1790.25, "params": 20000000, "macs": 14000000000, "predicted_ns": 43000000, "measured_ns": 43500000, "verdict": "SUSPECT", "reasons": ["r"]}],
         "environment": \(environment), "exact": null,
         "progress": [{"task": "evolution 1.0", "evaluations_before": 0, "gains": [{"evaluations": 1, "score": 700.5}, {"evaluations": 900, "score": 1500}, {"evaluations": 30000, "score": 1810}]},
                      {"task": "evolution 2.0", "evaluations_before": 40000, "gains": [{"evaluations": 5, "score": 1795.5}, {"evaluations": 8000, "score": 1800.5}]}]}]
        """

    static let topology = """
        [{"cpu_model": "Some CPU", "machine": "0123456789abcdef", "allowed_cpus": [0, 1], "peaks": [{"isa": "avx2", "cpus": [0, 1], "alone_flop_per_s": [115e9, 115e9],
          "all_flop_per_s": 230e9, "read_all_byte_per_s": 20e9}]}]
        """

    static func quoted(_ text: String) -> String { String(decoding: try! JSONEncoder().encode(text), as: UTF8.self) }
}
