import CMicrokernels
import Support
import TensorCore
import Testing

@Suite("Winograd transforms against their matrices")
struct WinogradKernelTests {
    @Test("Input transform: whole tiles and every clipping, without a read outside", arguments: InstructionSet.available)
    func input(isa: InstructionSet) throws {
        let kernels = KernelSet.of(isa)
        var executed = 0
        for variant in [WinogradVariant.f43, .f63] {
            let t = variant.tile
            let transform = try #require(kernels.winogradInput(t))
            let matrix = variant.inputMatrix
            for rows in 1...(t + 1) {
                for columns in 1...(t + 1) {
                    var random = SplitMix64(seed: UInt64(rows * 100 + columns))
                    let channels = 3 * isa.lanes
                    let (height, width) = (min(rows, t), min(columns, t))
                    // What is clipped does not exist: the memory ends with the last pixel.
                    let pixelStep = channels + 5
                    let rowStep = width * pixelStep + 3
                    let memory = GuardedFloats(count: (height - 1) * rowStep + (width - 1) * pixelStep + channels, misalignment: 1)
                    for y in 0..<height { for x in 0..<width { for c in 0..<channels { memory.base[y * rowStep + x * pixelStep + c] = random.floats(1)[0] } } }
                    let plane = channels + 16
                    let result = GuardedFloats(count: t * t * plane)
                    let scratch = GuardedFloats(count: Int(ZD_WINOGRAD_SCRATCH))
                    var call = zd_winograd_input()
                    call.input = UnsafePointer(memory.base)
                    (call.row_step, call.pixel_step) = (rowStep, pixelStep)
                    (call.rows, call.columns, call.channels) = (rows, columns, channels)
                    (call.output, call.plane_step, call.scratch) = (result.base, plane, scratch.base)
                    transform(&call)
                    #expect(result.isIntact && memory.isIntact && scratch.isIntact)
                    for c in 0..<channels {
                        for i in 0..<t {
                            for j in 0..<t {
                                var (sum, magnitude) = (0.0, 0.0)
                                for y in 0..<height {
                                    for x in 0..<width {
                                        let term = matrix[i][y] * Double(memory.base[y * rowStep + x * pixelStep + c]) * matrix[j][x]
                                        sum += term
                                        magnitude += abs(term)
                                    }
                                }
                                let actual = Double(result.base[(i * t + j) * plane + c])
                                #expect(abs(actual - sum) <= 12 * epsilon * magnitude, "\(isa) tile \(t), \(rows)x\(columns): point \(i),\(j) channel \(c)")
                            }
                        }
                        #expect((0..<t * t).allSatisfy { result.base[$0 * plane + channels].isNaN })
                    }
                    executed += 1
                }
            }
        }
        #expect(executed == 7 * 7 + 9 * 9)
    }

    @Test("Output transform: every number of rows and columns, with and without residual and ReLU", arguments: InstructionSet.available)
    func output(isa: InstructionSet) throws {
        let kernels = KernelSet.of(isa)
        var executed = 0
        for variant in WinogradVariant.allCases {
            let (t, m) = (variant.tile, variant.outputs)
            let transform = try #require(kernels.winogradOutput(t, m))
            let matrix = variant.outputMatrix
            for rows in 1...m {
                for columns in 1...m {
                    for (added, rectified) in [(false, false), (false, true), (true, false), (true, true)] {
                        var random = SplitMix64(seed: UInt64(rows * 100 + columns))
                        let channels = 2 * isa.lanes
                        let plane = channels + 7
                        let points = random.floats(t * t * plane)
                        let bias = random.floats(channels)
                        let (pixelStep, rowStep) = (channels, columns * channels + 2)
                        let residual = random.floats(rows * rowStep)
                        let result = GuardedFloats(count: (rows - 1) * rowStep + columns * pixelStep)
                        let scratch = GuardedFloats(count: Int(ZD_WINOGRAD_SCRATCH))
                        points.withUnsafeBufferPointer { points in
                            bias.withUnsafeBufferPointer { bias in
                                residual.withUnsafeBufferPointer { residual in
                                    var call = zd_winograd_output()
                                    (call.input, call.plane_step, call.bias) = (points.baseAddress, plane, bias.baseAddress)
                                    (call.output, call.row_step, call.pixel_step) = (result.base, rowStep, pixelStep)
                                    call.residual = added ? residual.baseAddress : nil
                                    (call.residual_row_step, call.residual_pixel_step) = (rowStep, pixelStep)
                                    (call.rows, call.columns, call.channels) = (rows, columns, channels)
                                    (call.rectified, call.scratch) = (rectified ? 1 : 0, scratch.base)
                                    transform(&call)
                                }
                            }
                        }
                        #expect(result.isIntact && scratch.isIntact)
                        for c in 0..<channels {
                            for y in 0..<rows {
                                for x in 0..<columns {
                                    let r = added ? Double(residual[y * rowStep + x * pixelStep + c]) : 0
                                    var (sum, magnitude) = (Double(bias[c]) + r, abs(Double(bias[c])) + abs(r))
                                    for i in 0..<t {
                                        for j in 0..<t {
                                            let term = matrix[y][i] * Double(points[(i * t + j) * plane + c]) * matrix[x][j]
                                            sum += term
                                            magnitude += abs(term)
                                        }
                                    }
                                    let actual = Double(result.base[y * rowStep + x * pixelStep + c])
                                    let expected = rectified ? max(sum, 0) : sum
                                    #expect(abs(actual - expected) <= 14 * epsilon * magnitude, "\(isa) \(variant.rawValue) at \(y),\(x) channel \(c)")
                                }
                            }
                        }
                        executed += 1
                    }
                }
            }
        }
        #expect(executed == 4 * (4 + 16 + 16 + 36))
    }

    @Test("Machine code: whole vectors, multiply-adds and no call", .enabled(if: CodeGenerationTests.objdump != nil, "needs objdump (Debian: binutils)"))
    func machineCode() throws {
        let text = try CodeGenerationTests.output(CodeGenerationTests.objdump!, ["-d", "--no-show-raw-insn", "/proc/self/exe"])
        // Every transform holds both dimensions: this many multiply-adds at least if each stands once.
        let transforms = [
            ("winogradInput6", 96), ("winogradInput8", 64), ("winogradOutput6to2", 4), ("winogradOutput6to4", 8), ("winogradOutput8to4", 12),
            ("winogradOutput8to6", 20),
        ]
        var bodies: [String: [Substring]] = [:]
        var current: String?
        for line in text.split(separator: "\n") {
            if line.hasSuffix(">:") {
                current = transforms.flatMap { t in ["Baseline", "AVX2", "AVX512"].map { ("Microkernels\($0)", t.0) } }
                    .first { line.contains("<$s\($0.0.count)\($0.0)\($0.1.count)\($0.1)") }.map { "\($0.0).\($0.1)" }
            } else if let current {
                bodies[current, default: []].append(line)
            }
        }
        var checked = 0
        let modules = [("MicrokernelsBaseline", "%xmm", "mulps"), ("MicrokernelsAVX2", "%ymm", "fmadd"), ("MicrokernelsAVX512", "%zmm", "fmadd")]
        for (module, register, multiply) in modules {
            for (name, least) in transforms {
                let body = try #require(bodies["\(module).\(name)"], "\(module).\(name) is not in the binary")
                #expect(!body.contains { $0.contains("call") }, "\(module).\(name) calls something")
                #expect(body.count { $0.contains(multiply) && $0.contains(register) } >= least, "\(module).\(name)")
                // One lane at a time: what a vector operation becomes that the compiler does not know.
                let single = ["addss", "subss", "mulss", "fmadd132ss", "fmadd213ss", "fmadd231ss", "maxss"]
                let scalar = body.count { line in single.contains { line.contains($0) } }
                #expect(scalar == 0, "\(module).\(name): \(scalar) scalar operations")
                checked += 1
            }
        }
        #expect(checked == 3 * 6)
    }
}
