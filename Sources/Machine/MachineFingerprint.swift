/// A stable identity of a kind of machine, so that measurements are only reused where they hold.
///
/// Made of what decides speed: processor model, usable features, caches, cores, core kinds, hypervisor. Not of the host's name,
/// the kernel, the memory's size, the microcode, or the CPUs that happen to be allowed.
public struct MachineFingerprint: Hashable, Sendable, Codable {
    /// Readable parts, joined by "; ".
    public let text: String
    /// FNV-1a of the text, 64 bits. Source: G. Fowler, L. C. Noll, P. Vo, D. Eastlake, "The FNV Non-Cryptographic Hash Algorithm",
    /// RFC 9923.
    public let hash: UInt64

    /// The hash as 16 hexadecimal digits.
    public var identifier: String {
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    public init(model: CPUModel, topology: Topology) {
        func number(_ value: Int?) -> String { value.map { "\($0)" } ?? "unknown" }
        let virtual =
            switch model.isVirtual {
            case .some(true): "yes (\(model.hypervisor ?? "unnamed"))"
            case .some(false): "no"
            case nil: "unknown"
            }
        text = [
            "cpu \(model.name)", "vendor \(model.vendor)",
            "family \(number(model.family)) model \(number(model.model)) stepping \(number(model.stepping))",
            "features \(model.features.joined(separator: " "))", "caches \(Self.caches(topology))",
            "packages \(topology.packages.count) nodes \(topology.numaNodes.count) cores \(topology.cores.count) cpus \(topology.cpus.count)",
            "kinds \(Self.kinds(topology))", "hypervisor \(virtual)",
        ].joined(separator: "; ")
        hash = Self.fnv1a(text)
    }

    /// The fingerprint of this machine.
    ///
    /// - Throws: `MachineError` when its topology cannot be read.
    public static func detect() throws(MachineError) -> MachineFingerprint {
        MachineFingerprint(model: .detect(), topology: try .detect())
    }

    /// "2x32 KiB L1 data", equal caches counted.
    private static func caches(_ topology: Topology) -> String {
        var counts: [(name: String, count: Int)] = []
        for cache in topology.caches {
            let name = "\(cache.bytes / 1024) KiB L\(cache.level) \(cache.kind.rawValue) for \(cache.pus.count)"
            if let index = counts.firstIndex(where: { $0.name == name }) { counts[index].count += 1 } else { counts.append((name, 1)) }
        }
        return counts.isEmpty ? "unknown" : counts.map { "\($0.count)x\($0.name)" }.joined(separator: ", ")
    }

    /// Sizes of the kinds, slowest first.
    private static func kinds(_ topology: Topology) -> String {
        topology.coreKinds.count < 2 ? "1" : topology.coreKinds.map { "\($0.cpus.count)" }.joined(separator: "+")
    }

    /// FNV-1a with the 64-bit offset basis and prime.
    package static func fnv1a(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
