/// The networks that are known by name.
public enum Zoo {
    /// A network of the zoo.
    public struct Entry: Sendable {
        /// Lower case, with '-'; looked up without regard to case and with '_' for '-'.
        public var name: String
        /// One line for a person.
        public var summary: String
        /// Where the structure comes from.
        public var source: String
        /// Average precision in percent with GFLV2 on COCO val, as published by the authors of MAE-DET; nil if they published none.
        public var publishedAP: Double?
        /// Builds the network; the same one each time.
        public var build: @Sendable () -> Network
    }

    /// All entries: ResNets, MAE-DET, DeepMAD, Zen-NAS, DAMO-YOLO, MobileNetV2, starts of searches.
    public static let entries: [Entry] = resNets + maeDet + deepMAD + zenNAS + damoYOLO + mobileNet + starts

    private static let byKey = Dictionary(uniqueKeysWithValues: entries.map { (key($0.name), $0) })

    /// The entry of that name; nil if there is none.
    public static func entry(named name: String) -> Entry? { byKey[key(name)] }

    /// The network of that name; nil if there is none.
    public static func network(named name: String) -> Network? { entry(named: name)?.build() }

    /// The network of that name.
    ///
    /// - Throws: `ArchitectureError` (`.unknownName`) that suggests the nearest name.
    public static func find(_ name: String) throws(ArchitectureError) -> Network {
        if let network = network(named: name) { return network }
        throw ArchitectureError(
            .unknownName,
            "no network is named \(quoted(name)); the nearest name is '\(nearestName(to: name))' ('zendet models' lists them all)")
    }

    /// The network that a person means: a name of the zoo, or a structure file ("-" is standard input; a file may hold several).
    ///
    /// A name of the zoo comes first; write ./NAME for a file of the same name.
    ///
    /// - Throws: `ArchitectureError`: what ``StructureFile/read(path:)`` throws, `.unknownName` for something that is neither.
    public static func networks(_ nameOrPath: String) throws(ArchitectureError) -> [Network] {
        if nameOrPath != "-", let network = network(named: nameOrPath) { return [network] }
        let looksLikePath = nameOrPath == "-" || nameOrPath.contains("/") || nameOrPath.contains(".")
        let structures: [Structure]
        do throws(ArchitectureError) {
            structures = try StructureFile.read(path: nameOrPath)
        } catch {
            guard error.code == .missingFile, !looksLikePath else { throw error }
            throw ArchitectureError(
                .unknownName,
                "\(quoted(nameOrPath)) is neither a file nor a network's name; the nearest name is '\(nearestName(to: nameOrPath))' "
                    + "('zendet models' lists them all)")
        }
        var networks: [Network] = []
        for structure in structures { networks.append(try structure.network()) }
        return networks
    }

    /// The name with the fewest letters to change.
    static func nearestName(to name: String) -> String {
        let wanted = Array(key(name).utf8.prefix(64))
        return entries.min { editDistance(wanted, Array($0.name.utf8)) < editDistance(wanted, Array($1.name.utf8)) }?.name ?? ""
    }

    private static func key(_ name: String) -> String { String(name.lowercased().map { $0 == "_" ? "-" : $0 }) }

    /// Levenshtein distance: insertions, deletions and substitutions.
    private static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var row = Array(0...b.count)
        for (i, letter) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let substituted = diagonal + (letter == b[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[b.count]
    }
}

extension Zoo.Entry {
    /// An entry that is a structure.
    init(_ structure: Structure, summary: String, source: String, publishedAP: Double? = nil) {
        self.init(name: structure.name, summary: summary, source: source, publishedAP: publishedAP) {
            // The data stands in this module and a test builds every entry, so failing here would be a slip of ours.
            do throws(ArchitectureError) { return try structure.network() } catch { preconditionFailure(error.message) }
        }
    }
}

extension Structure {
    /// A row of a published structure: output channels, stride, kernel size, inner blocks, bottleneck channels.
    typealias Row = (out: Int, stride: Int, kernelSize: Int, depth: Int, bottleneck: Int)

    /// The shape that all published structures have: a stem convolution, super blocks of one class, and perhaps a last 1x1 convolution.
    ///
    /// Input channels follow from the row before.
    init(
        _ name: String, _ kind: BlockKind, input: Int = 3, stem: (out: Int, stride: Int, kernelSize: Int), _ rows: [Row], head: Int? = nil
    ) {
        var blocks = [Block(.convKXBNRELU, in: input, out: stem.out, stride: stem.stride, kernelSize: stem.kernelSize)]
        for row in rows {
            blocks.append(
                Block(
                    kind, in: blocks[blocks.count - 1].outChannels, out: row.out, stride: row.stride, kernelSize: row.kernelSize,
                    depth: row.depth, bottleneck: row.bottleneck))
        }
        if let head { blocks.append(Block(.convKXBNRELU, in: blocks[blocks.count - 1].outChannels, out: head, stride: 1, kernelSize: 1)) }
        self.init(name: name, blocks: blocks)
    }
}
