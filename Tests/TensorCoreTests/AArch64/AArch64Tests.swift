import Ladder
import Testing

/// The kernels and TensorCore on a processor of another architecture: emulated, so it says whether they are right, nothing about their speed.
@Suite("AArch64 under emulation", .enabled(if: CrossBuild.missing.isEmpty, "needs \(CrossBuild.missing)"))
struct AArch64Tests {
    @Test("Every case of every ladder, compiled as Embedded Swift")
    func ladders() throws {
        let build = try CrossBuild.shared.get()
        let (output, status) = try #require(CrossBuild.emulator).run([build.program], withErrors: true)
        #expect(status == 0, "\(output)")
        let expected = Ladder.all.map { "neon \($0.cases) 0 \($0.name)" } + ["\(Ladder.all.reduce(0) { $0 + $1.cases }) cases, 0 failures"]
        #expect(output.split(separator: "\n").map(String.init) == expected)
    }

    @Test("Inner loops hold rows x vectors fmla, no stack traffic and no call")
    func innerLoops() throws {
        let code = try disassemble()
        let (rows, vectors) = (1...12, 2)
        for rows in rows {
            let name = "convolutionTile\(rows)x\(vectors)"
            let body = try #require(code.body(module: "MicrokernelsNEON", function: name, prefix: "$e"), "\(name) is not in the binary")
            let loops = code.innermostLoops(body)
            // One that asks for what comes next, one that does not.
            #expect(loops.count == 2, "\(name): \(loops)")
            for loop in loops {
                #expect(loop.multiplyAdds == rows * vectors && loop.stackAccesses == 0 && loop.calls == 0, "\(name): \(loop)")
            }
        }
        #expect(code.body(module: "MicrokernelsNEON", function: "convolutionTile13x2", prefix: "$e") == nil, "a tile that is not checked")
    }

    @Test("Winograd and depthwise kernels hold fmla over whole vectors and no call")
    func otherKernels() throws {
        let code = try disassemble()
        for (name, least) in winogradTransforms + [("depthwise3s1x8", 24), ("depthwise5s2x4", 20), ("depthwiseAnyx1", 1)] {
            let body = try #require(code.body(module: "MicrokernelsNEON", function: name, prefix: "$e"), "\(name) is not in the binary")
            #expect(code.calls(body) == 0, "\(name) calls something")
            #expect(body.count { $0.mnemonic == "fmla" && $0.operands.contains(".4s") } >= least, "\(name)")
            // Operands of one lane: what a vector operation becomes that the compiler does not know.
            let scalar = body.count { ["fadd", "fsub", "fmul", "fmadd", "fmsub", "fmax", "fmaxnm"].contains($0.mnemonic) && $0.operands.hasPrefix("s") }
            #expect(scalar == 0, "\(name): \(scalar) scalar operations")
        }
    }

    private func disassemble() throws -> MachineCode {
        let build = try CrossBuild.shared.get()
        return MachineCode(try #require(CrossBuild.objdump).run(["-d", "--no-show-raw-insn", build.program]).output, .aarch64)
    }
}
