#if arch(x86_64)
import Foundation
import Testing

/// What the compiler made of the microkernels, read back from the binary that runs: speed that a change of compiler or of a flag would lose silently.
@Suite("Machine code of the microkernels")
struct CodeGenerationTests {
    static let objdump = Tool("/usr/bin/objdump", "/usr/bin/llvm-objdump")
    static let nm = Tool("/usr/bin/nm", "/usr/bin/llvm-nm")

    @Test("Inner loops hold rows x vectors multiply-adds, no stack traffic and no call", .enabled(if: objdump != nil, "needs objdump (Debian: binutils)"))
    func innerLoops() throws {
        let code = try Self.ownCode()
        var checked = 0
        // The most rows of a tile of so many vectors, and how many products of one sum a loop holds at least.
        let modules: [(String, String, [Int: Int], unrolled: Int)] = [
            ("MicrokernelsBaseline", "%xmm", [2: 6], 1), ("MicrokernelsAVX2", "%ymm", [2: 5, 3: 4], 4), ("MicrokernelsAVX512", "%zmm", [1: 14, 2: 14], 1),
        ]
        for (module, register, tiles, unrolled) in modules {
            for (vectors, maximum) in tiles {
                for rows in 1...maximum {
                    let name = "convolutionTile\(rows)x\(vectors)"
                    let body = try #require(code.body(module: module, function: name), "\(module).\(name) is not in the binary")
                    let loops = code.innermostLoops(body)
                    // Small tiles are unrolled over k as well: a multiple of the tile.
                    let most = try #require(loops.map(\.multiplyAdds).max(), "\(module).\(name) has no loop with multiply-adds")
                    #expect(most >= unrolled * rows * vectors && most % (rows * vectors) == 0, "\(module).\(name): \(most)")
                    for loop in loops {
                        let copies = loop.instructions.count { $0.mnemonic.hasPrefix("vmov") && !$0.operands.contains("(") }
                        #expect(copies == 0, "\(module).\(name) moves vectors from register to register: \(loop)")
                        #expect(loop.stackAccesses == 0 && loop.calls == 0, "\(module).\(name): \(loop)")
                        #expect(Self.widest(loop) == register, "\(module).\(name): \(loop)")
                    }
                    checked += 1
                }
            }
        }
        #expect(checked == 6 + 5 + 4 + 2 * 14)
    }

    @Test("Depthwise inner loops hold the multiply-adds of their tile, spill no vector and call nothing", .enabled(if: objdump != nil, "needs objdump"))
    func depthwiseLoops() throws {
        let code = try Self.ownCode()
        var checked = 0
        for (module, register) in [("MicrokernelsAVX2", "%ymm"), ("MicrokernelsAVX512", "%zmm")] {
            // Tiles that stand for two smaller ones where registers are few.
            let halved = register == "%ymm" ? ["3s2x8", "5s1x8", "5s2x8", "3s2x7", "5s1x7", "5s2x7"] : []
            for window in ["3s1", "3s2", "5s1", "5s2", "Any"] {
                for pixels in [8, 7, 4] where !halved.contains("\(window)x\(pixels)") {
                    let name = "depthwise\(window)x\(pixels)"
                    let body = try #require(code.body(module: module, function: name), "\(module).\(name) is not in the binary")
                    let loops = code.innermostLoops(body)
                    #expect(!loops.isEmpty, "\(module).\(name) has no loop with multiply-adds")
                    // A kernel row's taps for each pixel; one tap where the window may be any.
                    let each = pixels * (Int(window.prefix(1)) ?? 1)
                    for loop in loops {
                        // An address may come from the stack where general registers are few. A vector may not, but for the weights of two kernel rows
                        // that the compiler takes at once where it has sixteen registers.
                        let spills = loop.instructions.count { $0.operands.contains("(%rsp") && $0.operands.contains("mm") }
                        #expect(loop.multiplyAdds % each == 0 && 5 * spills <= (register == "%ymm" ? loop.multiplyAdds : 0) && loop.calls == 0, "\(module).\(name): \(loop)")
                        #expect(Self.widest(loop) == register, "\(module).\(name): \(loop)")
                    }
                    checked += 1
                }
            }
        }
        #expect(checked == 15 + 9)
    }

    @Test("Objects of the kernel targets hold no weak code symbols that another instruction set may have too", .enabled(if: nm != nil, "needs nm (Debian: binutils)"))
    func weakSymbols() throws {
        let nm = try #require(Self.nm)
        let folder = Tool.ownBinary.deletingLastPathComponent()
        var objects = 0
        for module in ["MicrokernelsBaseline", "MicrokernelsAVX2", "MicrokernelsAVX512"] {
            let build = folder.appendingPathComponent("\(module).build")
            let files = (try? FileManager.default.contentsOfDirectory(atPath: build.path)) ?? []
            for file in files where file.hasSuffix(".o") {
                let symbols = try nm.run([build.appendingPathComponent(file).path]).output
                // The C entry of a kernel is weak, but has the module's name in its own.
                let own = " W $s\(module.count)\(module)"
                let weak = symbols.split(separator: "\n").filter { $0.contains(" W ") && !($0.contains(own) && $0.hasSuffix("To")) }
                #expect(weak.isEmpty, "\(module)/\(file): the linker may take these from another instruction set: \(weak)")
                objects += 1
            }
        }
        #expect(objects >= 3, "no objects found beside \(folder.path)")
    }

    static func ownCode() throws -> MachineCode {
        let objdump = try #require(objdump)
        return MachineCode(try objdump.run(["-d", "--no-show-raw-insn", Tool.ownBinary.path]).output, .x86)
    }

    private static func widest(_ loop: MachineCode.Loop) -> String? {
        ["%zmm", "%ymm", "%xmm"].first { register in loop.instructions.contains { $0.operands.contains(register) } }
    }
}
#endif
