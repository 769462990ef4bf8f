import CMicrokernels
import Support
import TensorCore

// The transforms alone, against their matrices.
extension Ladder {
    private static let inputVariants = [WinogradVariant.f43, .f63]

    /// Input transforms: whole tiles and every clipping, without a read outside.
    static let winogradInput = Ladder("Winograd input transform", cases: inputVariants.reduce(0) { $0 + ($1.tile + 1) * ($1.tile + 1) }) { kernels, tally in
        for variant in inputVariants {
            for rows in 1...(variant.tile + 1) {
                for columns in 1...(variant.tile + 1) {
                    checkInputTransform(variant, rows, columns, kernels, &tally)
                    tally.count()
                }
            }
        }
    }

    private static func checkInputTransform(_ variant: WinogradVariant, _ rows: Int, _ columns: Int, _ kernels: KernelSet, _ tally: inout Tally) {
        let t = variant.tile
        let name = "\(kernels.isa.rawValue) tile \(t), \(rows)x\(columns)"
        guard let transform = kernels.winogradInput(t) else { return tally.expect(false, "\(name): no kernel") }
        let matrix = variant.inputMatrix
        var random = SplitMix64(seed: UInt64(rows * 100 + columns))
        let channels = 3 * kernels.isa.lanes
        let (height, width) = (min(rows, t), min(columns, t))
        // What is clipped does not exist: the memory ends with the last pixel.
        let pixelStep = channels + 5
        let rowStep = width * pixelStep + 3
        let memory = GuardedFloats(count: (height - 1) * rowStep + (width - 1) * pixelStep + channels, misalignment: 1)
        for y in 0..<height {
            for x in 0..<width {
                for c in 0..<channels { memory.base[y * rowStep + x * pixelStep + c] = random.floats(1)[0] }
            }
        }
        let plane = channels + 16
        let result = GuardedFloats(count: t * t * plane)
        let scratch = GuardedFloats(count: Int(ZD_WINOGRAD_SCRATCH))
        var call = zd_winograd_input()
        call.input = UnsafePointer(memory.base)
        (call.row_step, call.pixel_step) = (rowStep, pixelStep)
        (call.rows, call.columns, call.channels) = (rows, columns, channels)
        (call.output, call.plane_step, call.scratch) = (result.base, plane, scratch.base)
        transform(&call)
        tally.expect(result.isIntact && memory.isIntact && scratch.isIntact, "\(name) wrote outside")
        for i in 0..<t {
            for j in 0..<t {
                let point = result.base + (i * t + j) * plane
                for c in 0..<channels {
                    let (sum, magnitude) = product(matrix[i], matrix[j], height, width) { memory.base[$0 * rowStep + $1 * pixelStep + c] }
                    tally.expect(abs(Double(point[c]) - sum) <= 12 * epsilon * magnitude, "\(name): point \(i),\(j) channel \(c)")
                }
                tally.expect(point[channels].isNaN, "\(name): point \(i),\(j) beyond the channels")
            }
        }
    }

    private static let epilogues = [false, true].flatMap { added in [false, true].map { (added: added, rectified: $0) } }

    /// Output transforms: every number of rows and columns, with and without residual and ReLU.
    static let winogradOutput = Ladder(
        "Winograd output transform", cases: epilogues.count * WinogradVariant.allCases.reduce(0) { $0 + $1.outputs * $1.outputs }
    ) { kernels, tally in
        for variant in WinogradVariant.allCases {
            for rows in 1...variant.outputs {
                for columns in 1...variant.outputs {
                    for (added, rectified) in epilogues {
                        checkOutputTransform(variant, rows, columns, added: added, rectified: rectified, kernels, &tally)
                        tally.count()
                    }
                }
            }
        }
    }

    private static func checkOutputTransform(
        _ variant: WinogradVariant, _ rows: Int, _ columns: Int, added: Bool, rectified: Bool, _ kernels: KernelSet, _ tally: inout Tally
    ) {
        let (t, m) = (variant.tile, variant.outputs)
        let name = "\(kernels.isa.rawValue) \(variant.rawValue), \(rows)x\(columns)\(added ? " +res" : "")\(rectified ? " relu" : "")"
        guard let transform = kernels.winogradOutput(t, m) else { return tally.expect(false, "\(name): no kernel") }
        let matrix = variant.outputMatrix
        var random = SplitMix64(seed: UInt64(rows * 100 + columns))
        let channels = 2 * kernels.isa.lanes
        let plane = channels + 7
        let (pixelStep, rowStep) = (channels, columns * channels + 2)
        let points = random.guarded(t * t * plane)
        let bias = random.guarded(channels)
        let residual = random.guarded(rows * rowStep)
        let result = GuardedFloats(count: (rows - 1) * rowStep + columns * pixelStep)
        let scratch = GuardedFloats(count: Int(ZD_WINOGRAD_SCRATCH))
        var call = zd_winograd_output()
        (call.input, call.plane_step, call.bias) = (UnsafePointer(points.base), plane, UnsafePointer(bias.base))
        (call.output, call.row_step, call.pixel_step) = (result.base, rowStep, pixelStep)
        call.residual = added ? UnsafePointer(residual.base) : nil
        (call.residual_row_step, call.residual_pixel_step) = (rowStep, pixelStep)
        (call.rows, call.columns, call.channels) = (rows, columns, channels)
        (call.rectified, call.scratch) = (rectified ? 1 : 0, scratch.base)
        transform(&call)
        tally.expect(result.isIntact && scratch.isIntact && points.isIntact && residual.isIntact, "\(name) wrote outside")
        for y in 0..<rows {
            for x in 0..<columns {
                for c in 0..<channels {
                    let place = y * rowStep + x * pixelStep + c
                    var (sum, magnitude) = product(matrix[y], matrix[x], t, t) { points.base[($0 * t + $1) * plane + c] }
                    for term in [Double(bias.base[c]), added ? Double(residual.base[place]) : 0] {
                        sum += term
                        magnitude += abs(term)
                    }
                    let error = abs(Double(result.base[place]) - (rectified ? max(sum, 0) : sum))
                    tally.expect(error <= 14 * epsilon * magnitude, "\(name) at \(y),\(x) channel \(c)")
                }
            }
        }
    }

    /// Σ left[i]·value(i, j)·right[j] over i < rows and j < columns, and Σ|terms|.
    private static func product(
        _ left: [Double], _ right: [Double], _ rows: Int, _ columns: Int, _ value: (Int, Int) -> Float
    ) -> (sum: Double, magnitude: Double) {
        var (sum, magnitude) = (0.0, 0.0)
        for i in 0..<rows {
            for j in 0..<columns {
                let term = left[i] * Double(value(i, j)) * right[j]
                sum += term
                magnitude += abs(term)
            }
        }
        return (sum, magnitude)
    }
}

extension SplitMix64 {
    /// Guarded memory of `count` floats, uniform in −1 … 1.
    fileprivate mutating func guarded(_ count: Int) -> GuardedFloats {
        let memory = GuardedFloats(count: count)
        for (i, value) in floats(count).enumerated() { memory.base[i] = value }
        return memory
    }
}
