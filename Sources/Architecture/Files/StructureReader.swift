/// Turns a parsed literal into structures.
struct StructureReader {
    let source: SourceText
    let baseName: String

    func structures(_ literal: Literal) throws(ArchitectureError) -> [Structure] {
        let list = try listOfBlocksOrStructures(literal)
        guard case .list(let items) = list.value, let first = items.first else {
            throw source.error(
                .malformed, list.offset,
                "found \(list.kindText == "a list" ? "an empty list" : list.kindText) where a list of blocks should stand")
        }
        guard case .list = first.value else {
            return [try structure(items, at: list.offset, name: baseName, place: "")]
        }
        var structures: [Structure] = []
        for (index, item) in items.enumerated() {
            guard case .list(let blocks) = item.value else {
                throw source.error(
                    .malformed, item.offset, "structure[\(index)]: found \(item.kindText) where a list of blocks should stand")
            }
            structures.append(
                try structure(
                    blocks, at: item.offset, name: items.count == 1 ? baseName : "\(baseName)[\(index)]",
                    place: items.count == 1 ? "" : "structure[\(index)], "))
        }
        return structures
    }

    private func listOfBlocksOrStructures(_ literal: Literal) throws(ArchitectureError) -> Literal {
        switch literal.value {
        case .list:
            return literal
        case .dictionary(let entries):
            if let best = entries.first(where: { $0.key == "best_structures" }) { return best.value }
            let keys = entries.prefix(8).map { quoted($0.key, limit: 30) }.joined(separator: ", ")
            throw source.error(
                .malformed, literal.offset,
                "a dictionary without the key 'best_structures' (found \(keys.isEmpty ? "no keys" : keys)); "
                    + "write a list of blocks or {'best_structures': [...]}")
        default:
            throw source.error(.malformed, literal.offset, "found \(literal.kindText); a structure file holds a list of blocks")
        }
    }

    private func structure(_ items: [Literal], at offset: Int, name: String, place: String) throws(ArchitectureError) -> Structure {
        var readers: [BlockReader] = []
        // All classes first: "quantized blocks are not supported" says more than the first odd key of such a file.
        for (index, item) in items.enumerated() {
            readers.append(try BlockReader(source, item, place: "\(place)block[\(index)]"))
        }
        var blocks: [Block] = []
        for reader in readers { blocks.append(try reader.block()) }
        let structure = Structure(name: name, blocks: blocks)
        if let fault = structure.firstFault() {
            guard blocks.indices.contains(fault.block) else { throw source.error(.malformed, offset, "\(place)\(fault.message)") }
            throw readers[fault.block].error(.malformed, fault.key, fault.message)
        }
        for (reader, block) in zip(readers, blocks) { try reader.refuseWhatChangesTheNetwork(block) }
        return structure
    }
}

/// Reads one block's dictionary.
struct BlockReader {
    private let source: SourceText
    private let literal: Literal
    private let entries: [Literal.Entry]
    private let kind: BlockKind
    private let place: String

    init(_ source: SourceText, _ literal: Literal, place: String) throws(ArchitectureError) {
        guard case .dictionary(let entries) = literal.value else {
            throw source.error(
                .malformed, literal.offset,
                "\(place): found \(literal.kindText) where a block should stand, such as {'class': 'ConvKXBNRELU', …}")
        }
        guard let entry = entries.first(where: { $0.key == "class" }) else {
            throw source.error(
                .malformed, literal.offset, "\(place): the key 'class' is missing; it names the kind of block: \(Self.knownClasses)")
        }
        guard case .string(let name) = entry.value.value else {
            throw source.error(
                .malformed, entry.value.offset, "\(place): 'class' is \(entry.value.kindText); it is a string: \(Self.knownClasses)")
        }
        guard let kind = BlockKind(rawValue: name) else {
            let reason = name.hasPrefix("SuperQuant") ? "is a quantized block, which is not supported" : "is an unknown block class"
            throw source.error(.unsupported, entry.value.offset, "\(place): \(quoted(name)) \(reason); known are \(Self.knownClasses)")
        }
        self.source = source
        self.literal = literal
        self.entries = entries
        self.kind = kind
        self.place = "\(place) (\(name))"
    }

    private static let knownClasses = BlockKind.allCases.map(\.rawValue).joined(separator: ", ")

    func block() throws(ArchitectureError) -> Block {
        let isSuper = kind != .convKXBNRELU
        return Block(
            kind, in: try integer("in"), out: try integer("out"),
            stride: try integer("s", default: 1),  // as in the reference
            kernelSize: try integer("k"), depth: try isSuper ? integer("L") : integer("L", default: 1),
            bottleneck: try isSuper ? integer("btn") : 0,
            groups: try integer("g", default: 1))
    }

    /// Refuses keys that the reference understands and that would make another network than `block`, which is valid.
    func refuseWhatChangesTheNetwork(_ block: Block) throws(ArchitectureError) {
        for entry in entries {
            switch entry.key {
            case "nbitsA", "nbitsW":
                throw error(.unsupported, entry.key, "'\(entry.key)' asks for quantized arithmetic, which is not supported; remove it")
            case "act":
                if case .string("relu") = entry.value.value { continue }
                throw error(.unsupported, "act", "'act' is \(entry.value.kindText); only 'relu' is supported")
            case "p":
                let same = (block.kernelSize - 1) / 2
                guard try integer("p") == same else {
                    throw error(.unsupported, "p", "'p' is \(entry.value.kindText); only (k - 1) / 2 = \(same) is supported")
                }
            default: continue
            }
        }
    }

    private func integer(_ key: String, default fallback: Int? = nil) throws(ArchitectureError) -> Int {
        guard let entry = entries.first(where: { $0.key == key }) else {
            if let fallback { return fallback }
            throw source.error(.malformed, literal.offset, "\(place): the key '\(key)' is missing; it is \(Self.meaning(key))")
        }
        guard case .integer(let value) = entry.value.value else {
            throw error(.malformed, key, "'\(key)' is \(entry.value.kindText); it is a whole number, \(Self.meaning(key))")
        }
        return value
    }

    private static func meaning(_ key: String) -> String {
        switch key {
        case "in": "the number of input channels"
        case "out": "the number of output channels"
        case "s": "the stride, 1 or 2"
        case "k": "the kernel size, odd"
        case "L": "the number of inner blocks"
        case "btn": "the number of channels inside an inner block"
        case "g": "the number of groups"
        default: "the padding"
        }
    }

    /// An error at the value of `key`, or at the block where that key is missing.
    func error(_ code: ArchitectureError.Code, _ key: String, _ message: String) -> ArchitectureError {
        let offset = entries.first { $0.key == key }?.value.offset ?? literal.offset
        return source.error(code, offset, "\(place): \(message)")
    }
}
