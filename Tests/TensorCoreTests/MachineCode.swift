/// A disassembly by objdump, function by function, and what the tests look for in it.
struct MachineCode {
    struct Instruction {
        var address: UInt64
        var mnemonic: Substring
        var operands: Substring
    }

    /// A loop without another jump inside.
    struct Loop {
        var multiplyAdds = 0
        var stackAccesses = 0
        var calls = 0
        var instructions: ArraySlice<Instruction>
    }

    /// How an architecture spells what is counted.
    struct Dialect: Sendable {
        var isJump: @Sendable (Instruction) -> Bool
        var isCall: @Sendable (Instruction) -> Bool
        var isMultiplyAdd: @Sendable (Instruction) -> Bool
        /// How operands on the stack start.
        var stack: [String]

        static let x86 = Dialect(
            isJump: { $0.mnemonic.hasPrefix("j") }, isCall: { $0.mnemonic.hasPrefix("call") },
            isMultiplyAdd: { $0.mnemonic.contains("fmadd") || $0.mnemonic == "mulps" }, stack: ["(%rsp", "(%rbp"])

        static let aarch64 = Dialect(
            isJump: { $0.mnemonic == "b" || ["b.", "cb", "tb"].contains(String($0.mnemonic.prefix(2))) },
            isCall: { $0.mnemonic == "bl" || $0.mnemonic == "blr" },
            isMultiplyAdd: { $0.mnemonic == "fmla" }, stack: ["[sp", "[x29"])
    }

    private let dialect: Dialect
    private var functions: [String: [Instruction]] = [:]

    /// - Parameter text: what `objdump -d --no-show-raw-insn` prints.
    init(_ text: String, _ dialect: Dialect) {
        self.dialect = dialect
        var current: String?
        for line in text.split(separator: "\n") {
            if line.hasSuffix(">:"), let open = line.firstIndex(of: "<") {
                let name = String(line[line.index(after: open)..<line.index(line.endIndex, offsetBy: -2)])
                current = name.contains("Microkernels") ? name : nil
            } else if let name = current {
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2, let address = UInt64(parts[0].trimmingPrefix { $0 == " " }, radix: 16) else { continue }
                let words = parts[1].split(maxSplits: 1, whereSeparator: { $0 == " " || $0 == "\t" })
                guard let mnemonic = words.first else { continue }
                let operands = words.count > 1 ? words[1].trimmingPrefix { $0 == " " || $0 == "\t" } : ""
                functions[name, default: []].append(Instruction(address: address, mnemonic: mnemonic, operands: operands))
            }
        }
    }

    /// The instructions of a function of a module, by its mangled name without what follows the name proper; nil if it is not there. Not those of its C
    /// entry, whose name ends in "To".
    ///
    /// - Parameter prefix: `$s`, in Embedded Swift `$e`.
    func body(module: String, function: String, prefix: String = "$s") -> [Instruction]? {
        let mangled = "\(prefix)\(module.utf8.count)\(module)\(function.utf8.count)\(function)"
        return functions.first { $0.key.hasPrefix(mangled) && !$0.key.hasSuffix("To") }?.value
    }

    func calls(_ body: [Instruction]) -> Int { body.count(where: dialect.isCall) }

    /// Stretches from the target of a backward jump to the jump, without another jump inside, that hold multiply-adds.
    func innermostLoops(_ body: [Instruction]) -> [Loop] {
        let index = Dictionary(body.enumerated().map { ($1.address, $0) }, uniquingKeysWith: { a, _ in a })
        var loops: [Loop] = []
        for (end, jump) in body.enumerated() where dialect.isJump(jump) {
            guard let target = Self.target(jump), let start = index[target], start <= end else { continue }
            let inside = body[start..<end]
            guard !inside.contains(where: dialect.isJump) else { continue }
            var loop = Loop(instructions: inside)
            for i in inside {
                if dialect.isMultiplyAdd(i) { loop.multiplyAdds += 1 }
                if dialect.stack.contains(where: { i.operands.contains($0) }) { loop.stackAccesses += 1 }
                if dialect.isCall(i) { loop.calls += 1 }
            }
            if loop.multiplyAdds > 0 { loops.append(loop) }
        }
        return loops
    }

    /// The address a jump names: the last operand, before the symbol in angle brackets.
    private static func target(_ jump: Instruction) -> UInt64? {
        guard let operands = jump.operands.split(separator: "<").first, let last = operands.split(separator: ",").last else { return nil }
        let digits = last.trimmingPrefix { $0 == " " || $0 == "\t" }.trimmingPrefix("0x").prefix { $0.isHexDigit }
        return UInt64(digits, radix: 16)
    }
}
