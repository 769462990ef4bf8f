import Latency

extension Table {
    /// Measured peaks, a line for each instruction set.
    public static func peaks(_ peaks: [MachinePeaks]) -> Table {
        func rate(_ title: String, _ unit: String, _ key: String) -> Column {
            .number(title, unit: unit, key: key, digits: .places(1), scale: 1e9)
        }
        var table = Table([
            .text("isa", key: "isa"), .number("CPUs", key: "threads"), rate("one core", "GFLOP/s", "one_flop_per_s"),
            rate("slowest core", "GFLOP/s", "slowest_flop_per_s"), rate("all", "GFLOP/s", "all_flop_per_s"),
            rate("read, one", "GB/s", "read_one_byte_per_s"), rate("read, all", "GB/s", "read_all_byte_per_s"),
            rate("copy, one", "GB/s", "copy_one_byte_per_s"), rate("copy, all", "GB/s", "copy_all_byte_per_s"),
        ])
        for peak in peaks {
            table.append([
                .text(peak.isa), .integer(peak.cpus.count), .real(optional: peak.flopPerSecondAlone.first),
                .real(optional: peak.flopPerSecondAlone.min()), .real(peak.flopPerSecondAll), .real(peak.readBytesPerSecondAlone),
                .real(peak.readBytesPerSecondAll), .real(peak.copyBytesPerSecondAlone), .real(peak.copyBytesPerSecondAll),
            ])
        }
        return table
    }
}
