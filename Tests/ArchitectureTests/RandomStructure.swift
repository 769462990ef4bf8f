import Architecture

extension Structure {
    /// A small valid structure with blocks of all classes.
    static func random(using random: inout some RandomNumberGenerator) -> Structure {
        var blocks: [Block] = []
        var channels = [1, 3, 12].randomElement(using: &random)!
        for _ in 0..<Int.random(in: 1...7, using: &random) {
            let kind = BlockKind.allCases.randomElement(using: &random)!
            // Equal channels often, for identity shortcuts.
            let out = Bool.random(using: &random) ? channels : 4 * Int.random(in: 1...12, using: &random)
            let isSuper = kind != .convKXBNRELU
            blocks.append(
                Block(
                    kind, in: channels, out: out, stride: Int.random(in: 1...2, using: &random),
                    kernelSize: [1, 3, 5, 7].randomElement(using: &random)!, depth: isSuper ? Int.random(in: 1...4, using: &random) : 1,
                    bottleneck: isSuper ? 4 * Int.random(in: 1...20, using: &random) : 0,
                    groups: channels % 4 == 0 && out % 4 == 0 && Int.random(in: 0..<4, using: &random) == 0 ? 4 : 1))
            channels = out
        }
        return Structure(name: "random", blocks: blocks)
    }
}
