import Testing

/// The Winograd transforms, and how many multiply-adds each holds at least: both dimensions of each stand in the code once.
let winogradTransforms = [
    ("winogradInput6", 96), ("winogradInput8", 64), ("winogradOutput6to2", 4), ("winogradOutput6to4", 8), ("winogradOutput8to4", 12),
    ("winogradOutput8to6", 20),
]

#if arch(x86_64)
@Suite("Machine code of the Winograd transforms")
struct WinogradKernelTests {
    @Test("Whole vectors, multiply-adds and no call", .enabled(if: CodeGenerationTests.objdump != nil, "needs objdump (Debian: binutils)"))
    func machineCode() throws {
        let code = try CodeGenerationTests.ownCode()
        var checked = 0
        let modules = [("MicrokernelsBaseline", "%xmm", "mulps"), ("MicrokernelsAVX2", "%ymm", "fmadd"), ("MicrokernelsAVX512", "%zmm", "fmadd")]
        for (module, register, multiply) in modules {
            for (name, least) in winogradTransforms {
                let body = try #require(code.body(module: module, function: name), "\(module).\(name) is not in the binary")
                #expect(code.calls(body) == 0, "\(module).\(name) calls something")
                #expect(body.count { $0.mnemonic.contains(multiply) && $0.operands.contains(register) } >= least, "\(module).\(name)")
                // One lane at a time: what a vector operation becomes that the compiler does not know.
                let single = ["addss", "subss", "mulss", "fmadd132ss", "fmadd213ss", "fmadd231ss", "maxss"]
                let scalar = body.count { line in single.contains { line.mnemonic.contains($0) } }
                #expect(scalar == 0, "\(module).\(name): \(scalar) scalar operations")
                checked += 1
            }
        }
        #expect(checked == 3 * 6)
    }
}
#endif
