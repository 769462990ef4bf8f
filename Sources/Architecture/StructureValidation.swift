/// The ranges a structure may lie in. They are far beyond any published network; they keep a slip of the keyboard from
/// turning into a graph of a billion layers.
enum StructureLimits {
    static let channels = 1...131_072
    static let kernelSize = 1...63
    static let depth = 1...1_000
    static let blocks = 1...1_000
    static let innerBlocks = 10_000
}

/// What is wrong with a structure, and where: the reader adds line and column, ``Structure/validate()`` the name.
struct StructureFault {
    var block: Int
    /// The key of the structure file that holds the wrong value.
    var key: String
    /// What was found and what would be right.
    var message: String
}

extension Structure {
    /// Checks that the structure is one the reference would build: sizes in range, strides 1 or 2, odd kernels, channels that chain.
    ///
    /// - Throws: `ArchitectureError` (`.malformed`) that names the structure, the block and the key.
    public func validate() throws(ArchitectureError) {
        if let fault = firstFault() {
            let place =
                blocks.indices.contains(fault.block) ? "block[\(fault.block)] (\(blocks[fault.block].kind.rawValue))" : "the list of blocks"
            throw ArchitectureError(.malformed, "structure \(quoted(name)), \(place): \(fault.message)")
        }
    }

    /// The first thing that is wrong, in reading order; nil if nothing is.
    func firstFault() -> StructureFault? {
        guard StructureLimits.blocks.contains(blocks.count) else {
            return StructureFault(
                block: -1, key: "", message: "found \(blocks.count) blocks; a structure has 1 to \(StructureLimits.blocks.upperBound)")
        }
        var innerBlocks = 0
        for (index, block) in blocks.enumerated() {
            if let (key, message) = block.firstFault() { return StructureFault(block: index, key: key, message: message) }
            if index > 0, block.inChannels != blocks[index - 1].outChannels {
                return StructureFault(
                    block: index, key: "in",
                    message:
                        "'in' is \(block.inChannels), but block[\(index - 1)] has 'out' \(blocks[index - 1].outChannels); they must be equal"
                )
            }
            innerBlocks += block.depth
            if innerBlocks > StructureLimits.innerBlocks {
                return StructureFault(
                    block: index, key: "L",
                    message: "\(innerBlocks) inner blocks so far; a network has at most \(StructureLimits.innerBlocks)")
            }
        }
        return nil
    }
}

extension Block {
    func firstFault() -> (key: String, message: String)? {
        if let fault = Self.range("in", inChannels, StructureLimits.channels) { return fault }
        if let fault = Self.range("out", outChannels, StructureLimits.channels) { return fault }
        guard stride == 1 || stride == 2 else { return ("s", "'s' is \(stride); a stride is 1 or 2") }
        if let fault = Self.range("k", kernelSize, StructureLimits.kernelSize) { return fault }
        // An even kernel has no middle: with the reference's padding (k−1)/2 it would change the feature size.
        guard kernelSize % 2 == 1 else { return ("k", "'k' is \(kernelSize); a kernel size is odd (1, 3, 5, 7, …)") }
        if kind == .convKXBNRELU {
            guard depth == 1 else {
                return ("L", "'L' is \(depth); a ConvKXBNRELU is one convolution: leave 'L' out or write one block for each")
            }
        } else {
            if let fault = Self.range("L", depth, StructureLimits.depth) { return fault }
            if let fault = Self.range("btn", bottleneck, StructureLimits.channels) { return fault }
        }
        if let fault = Self.range("g", groups, StructureLimits.channels) { return fault }
        if groups > 1 {
            let widths =
                kind == .convKXBNRELU
                ? [("in", inChannels), ("out", outChannels)] : [("in", inChannels), ("out", outChannels), ("btn", bottleneck)]
            for (key, width) in widths where width % groups != 0 {
                return ("g", "'g' is \(groups), which does not divide '\(key)' \(width)")
            }
        }
        return nil
    }

    private static func range(_ key: String, _ value: Int, _ range: ClosedRange<Int>) -> (key: String, message: String)? {
        range.contains(value) ? nil : (key, "'\(key)' is \(value); it must be \(range.lowerBound) to \(range.upperBound)")
    }
}
