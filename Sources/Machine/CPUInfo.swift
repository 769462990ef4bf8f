/// The first processor of a /proc/cpuinfo text; every field nil when the text does not have it.
package struct CPUInfo: Hashable, Sendable {
    package var name: String?
    package var vendor: String?
    package var family: Int?
    package var model: Int?
    package var stepping: Int?
    package var microcode: String?

    /// Reads x86's and ARM's keys. Lines of any other form are passed over, as the format differs between architectures.
    package static func parse(_ text: String) -> CPUInfo {
        var fields: [String: String] = [:]
        for line in text.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let key = trimmed(line[..<colon])
            if fields[key] == nil { fields[key] = trimmed(line[line.index(after: colon)...]) }
        }
        var info = CPUInfo()
        info.name = fields["model name"] ?? fields["Model"] ?? fields["Hardware"]
        info.vendor = fields["vendor_id"] ?? fields["CPU implementer"].map { implementers[$0] ?? "implementer \($0)" }
        info.family = number(fields["cpu family"] ?? fields["CPU architecture"])
        info.model = number(fields["model"] ?? fields["CPU part"])
        info.stepping = number(fields["stepping"] ?? fields["CPU revision"])
        info.microcode = fields["microcode"]
        return info
    }

    /// Decimal, or hexadecimal with 0x.
    private static func number(_ text: String?) -> Int? {
        guard let text else { return nil }
        return text.hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : Int(text)
    }

    /// Codes of the MIDR register's implementer field (Arm Architecture Reference Manual, MIDR_EL1).
    private static let implementers = [
        "0x41": "ARM", "0x42": "Broadcom", "0x43": "Cavium", "0x46": "Fujitsu", "0x48": "HiSilicon", "0x4e": "NVIDIA", "0x51": "Qualcomm",
        "0x53": "Samsung", "0x61": "Apple", "0xc0": "Ampere",
    ]
}
