import Foundation
import TensorCore
import Testing

/// What the compiler made of the microkernels, read back from the binary that runs: speed that a change of compiler or of a flag would lose silently.
@Suite("Machine code of the microkernels")
struct CodeGenerationTests {
    static let objdump = ["/usr/bin/objdump", "/usr/bin/llvm-objdump"].first { FileManager.default.isExecutableFile(atPath: $0) }
    static let nm = ["/usr/bin/nm", "/usr/bin/llvm-nm"].first { FileManager.default.isExecutableFile(atPath: $0) }

    /// The innermost loops of a convolution tile that hold multiply-adds.
    struct Loop {
        var multiplies = 0
        var stack = 0
        var calls = 0
        /// The widest register used: x, y or z.
        var register: Character = "x"
    }

    @Test("Inner loops hold rows x vectors multiply-adds, no stack traffic and no call", .enabled(if: objdump != nil, "needs objdump (Debian: binutils)"))
    func innerLoops() throws {
        let functions = try Self.disassemble()
        var checked = 0
        for (module, register, maximum) in [("MicrokernelsBaseline", Character("x"), 6), ("MicrokernelsAVX2", "y", 5), ("MicrokernelsAVX512", "z", 14)] {
            for vectors in (register == "z" ? 1 : 2)...2 {
                for rows in 1...maximum {
                    let name = "convolutionTile\(rows)x\(vectors)"
                    let mangled = "$s\(module.count)\(module)\(name.count)\(name)"
                    let body = try #require(functions.first { $0.key.hasPrefix(mangled) }?.value, "\(module).\(name) is not in the binary")
                    let loops = Self.innermostLoops(body)
                    // Small tiles are unrolled over k as well: a multiple of the tile.
                    let main = try #require(loops.max { $0.multiplies < $1.multiplies }, "\(module).\(name) has no loop with multiply-adds")
                    #expect(main.multiplies >= rows * vectors && main.multiplies % (rows * vectors) == 0, "\(module).\(name): \(main)")
                    for loop in loops {
                        #expect(loop.stack == 0 && loop.calls == 0 && loop.register == register, "\(module).\(name): \(loop)")
                    }
                    checked += 1
                }
            }
        }
        #expect(checked == 6 + 5 + 2 * 14)
    }

    @Test("Objects of the kernel targets hold no weak code symbols", .enabled(if: nm != nil, "needs nm (Debian: binutils)"))
    func weakSymbols() throws {
        let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        var objects = 0
        for module in ["MicrokernelsBaseline", "MicrokernelsAVX2", "MicrokernelsAVX512"] {
            let build = folder.appendingPathComponent("\(module).build")
            let files = (try? FileManager.default.contentsOfDirectory(atPath: build.path)) ?? []
            for file in files where file.hasSuffix(".o") {
                let symbols = try Self.output(Self.nm!, [build.appendingPathComponent(file).path])
                let weak = symbols.split(separator: "\n").filter { $0.contains(" W ") }
                #expect(weak.isEmpty, "\(module)/\(file): the linker may take these from another instruction set: \(weak)")
                objects += 1
            }
        }
        #expect(objects >= 3, "no objects found beside \(folder.path)")
    }

    // MARK: Reading a disassembly

    struct Instruction {
        var address: UInt64
        var mnemonic: Substring
        var operands: Substring
    }

    static func disassemble() throws -> [String: [Instruction]] {
        let text = try output(objdump!, ["-d", "--no-show-raw-insn", "/proc/self/exe"])
        var functions: [String: [Instruction]] = [:]
        var current: String?
        for line in text.split(separator: "\n") {
            if line.hasSuffix(">:"), let open = line.firstIndex(of: "<") {
                let name = String(line[line.index(after: open)..<line.index(line.endIndex, offsetBy: -2)])
                current = name.contains("convolutionTile") ? name : nil
            } else if let name = current {
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2, let address = UInt64(parts[0].trimmingPrefix { $0 == " " }, radix: 16) else { continue }
                let words = parts[1].split(maxSplits: 1, whereSeparator: { $0 == " " || $0 == "\t" })
                guard let mnemonic = words.first else { continue }
                functions[name, default: []].append(Instruction(address: address, mnemonic: mnemonic, operands: words.count > 1 ? words[1].trimmingPrefix { $0 == " " } : ""))
            }
        }
        return functions
    }

    /// Stretches from the target of a backward jump to the jump, without another jump inside, that hold multiply-adds.
    static func innermostLoops(_ body: [Instruction]) -> [Loop] {
        let index = Dictionary(body.enumerated().map { ($1.address, $0) }, uniquingKeysWith: { a, _ in a })
        var loops: [Loop] = []
        for (end, jump) in body.enumerated() where jump.mnemonic.hasPrefix("j") {
            let digits = jump.operands.trimmingPrefix("0x").prefix { $0.isHexDigit }
            guard let target = UInt64(digits, radix: 16), let start = index[target], start <= end else { continue }
            let inside = body[start..<end]
            guard !inside.contains(where: { $0.mnemonic.hasPrefix("j") }) else { continue }
            var loop = Loop()
            for i in inside {
                let mnemonic = i.mnemonic
                if mnemonic.contains("fmadd") || mnemonic == "mulps" { loop.multiplies += 1 }
                if i.operands.contains("(%rsp") || i.operands.contains("(%rbp") { loop.stack += 1 }
                if mnemonic.hasPrefix("call") { loop.calls += 1 }
                if i.operands.contains("%zmm") { loop.register = "z" } else if i.operands.contains("%ymm"), loop.register == "x" { loop.register = "y" }
            }
            if loop.multiplies > 0 { loops.append(loop) }
        }
        return loops
    }

    static func output(_ tool: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: tool)
        // The child's own /proc/self/exe would be the tool.
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
        process.arguments = arguments.map { $0 == "/proc/self/exe" ? own : $0 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
