import Architecture

/// One quantity of all blocks at one position, as a sum of tables over pairs of fields.
///
/// quantity = first[in, btn] + last[btn, out] + across[in, out] + kernel[btn, k] + (depth − 1) · (more[btn, out] + moreKernel[btn, k]):
/// a layer's figures depend on its own input and output channels and its kernel, and all inner blocks but the first are alike. Where input
/// and output are equal the first inner block may be built otherwise (no projection, a fused residual), so `square[btn, out]` stands for
/// first + last + across there. If a kernel's size matters to another pair too, each size has tables of its own.
///
/// Source: own derivation; `check` compares with the blocks themselves.
struct SeparatedTable: Sendable {
    /// By (kernel group, input, bottleneck).
    var first: [Double]
    /// By (kernel group, row place).
    var last: [Double]
    var square: [Double]
    var more: [Double]
    /// By (output, input).
    var across: [Double]
    /// By (kernel, bottleneck).
    var kernel: [Double]
    var moreKernel: [Double]

    init(_ axes: BlockAxes) {
        let groups = axes.kernelGroups.count
        first = Array(repeating: 0, count: groups * axes.inputs.count * axes.bottlenecks.count + SeparatedTable.padding)
        last = Array(repeating: 0, count: groups * axes.admitted.count)
        square = last
        more = last
        across = Array(repeating: 0, count: axes.outputs.count * axes.inputs.count)
        kernel = Array(repeating: 0, count: axes.kernels.count * axes.bottlenecks.count)
        moreKernel = kernel
    }

    /// Vectors of bottlenecks may be read this far beyond the end.
    static let padding = 8

    /// The quantity of one block.
    func value(_ axes: BlockAxes, input: Int, output: Int, bottleneck: Int, kernel: Int, depth: Int) -> Double {
        let group = axes.group(kernel)
        let row = group * axes.admitted.count + axes.place(output, bottleneck)
        let own = kernel * axes.bottlenecks.count + bottleneck
        let head =
            axes.equals[output] == input
            ? square[row]
            : first[(group * axes.inputs.count + input) * axes.bottlenecks.count + bottleneck] + last[row] + across[output * axes.inputs.count + input]
        return head + self.kernel[own] + Double(depth - 1) * (more[row] + moreKernel[own])
    }
}

extension SeparatedTable {
    /// Tables of up to eight quantities, from the figures of whole blocks: each table is a difference of blocks that share all other fields.
    ///
    /// With foreign channel counts i*, o* and the least bottleneck b*: first = F(i, b, o*) − F(i*, b, o*), last = F(i*, b, o),
    /// across = F(i, b*, o) − F(i, b*, o*) − F(i*, b*, o) + F(i*, b*, o*), more = F(depth 2) − F(depth 1).
    ///
    /// - Throws: what `figures` throws, the first in the order of the tables.
    static func tabulate(
        _ axes: BlockAxes, quantities: Int, threads: Int, _ figures: @Sendable (Block) throws -> SIMD8<Double>
    ) throws -> [SeparatedTable] {
        var tables = Array(repeating: SeparatedTable(axes), count: quantities)
        let (i, o) = axes.foreignChannels
        let b = axes.bottlenecks[0]
        let groups = axes.kernelGroups
        @Sendable func figure(_ input: Int, _ bottleneck: Int, _ output: Int, _ kernel: Int, depth: Int = 1) throws -> SIMD8<Double> {
            try figures(axes.block(inChannels: input, outChannels: output, bottleneck: bottleneck, kernel: kernel, depth: depth))
        }

        let base = try axes.bottlenecks.map { try figure(i, $0, o, 0) }
        for (kernel, _) in axes.kernels.enumerated() where axes.kernelStandsAlone && kernel > 0 {
            for (place, bottleneck) in axes.bottlenecks.enumerated() {
                let one = try figure(i, bottleneck, o, kernel) - base[place]
                // A block that cannot be repeated has no second inner block to ask for.
                let two = axes.depths == 1 ? one : try figure(i, bottleneck, o, kernel, depth: 2) - figure(i, bottleneck, o, 0, depth: 2)
                for quantity in 0..<quantities {
                    tables[quantity].kernel[kernel * axes.bottlenecks.count + place] = one[quantity]
                    tables[quantity].moreKernel[kernel * axes.bottlenecks.count + place] = two[quantity] - one[quantity]
                }
            }
        }
        for (group, kernels) in groups.enumerated() {
            let kernel = kernels.lowerBound
            let base = group == 0 ? base : try axes.bottlenecks.map { try figure(i, $0, o, kernel) }
            let rows = try concurrentRows(axes.inputs.count, threads) { input in
                try axes.bottlenecks.enumerated().map { try figure(axes.inputs[input], $1, o, kernel) - base[$0] }
            }
            for (input, row) in rows.enumerated() {
                let start = (group * axes.inputs.count + input) * axes.bottlenecks.count
                for quantity in 0..<quantities {
                    for (place, value) in row.enumerated() { tables[quantity].first[start + place] = value[quantity] }
                }
            }
            let outputs = try concurrentRows(axes.outputs.count, threads) { output in
                try axes.bottleneckRanges[output].flatMap { place in
                    let (bottleneck, channels) = (axes.bottlenecks[place], axes.outputs[output])
                    let last = try figure(i, bottleneck, channels, kernel)
                    return [
                        last, axes.depths == 1 ? .zero : try figure(i, bottleneck, channels, kernel, depth: 2) - last,
                        axes.equals[output] == nil ? .zero : try figure(channels, bottleneck, channels, kernel),
                    ]
                }
            }
            for (output, row) in outputs.enumerated() {
                let start = group * axes.admitted.count + axes.rows[output]
                for quantity in 0..<quantities {
                    for place in 0..<row.count / 3 {
                        tables[quantity].last[start + place] = row[3 * place][quantity]
                        tables[quantity].more[start + place] = row[3 * place + 1][quantity]
                        tables[quantity].square[start + place] = row[3 * place + 2][quantity]
                    }
                }
            }
        }
        let acrossRows = try concurrentRows(axes.outputs.count, threads) { output in
            let corner = try figure(i, b, o, 0) - figure(i, b, axes.outputs[output], 0)
            return try axes.inputRanges[output].map { input in
                try figure(axes.inputs[input], b, axes.outputs[output], 0) - figure(axes.inputs[input], b, o, 0) + corner
            }
        }
        for (output, row) in acrossRows.enumerated() {
            for quantity in 0..<quantities {
                for (place, input) in axes.inputRanges[output].enumerated() {
                    tables[quantity].across[output * axes.inputs.count + input] = row[place][quantity]
                }
            }
        }
        return tables
    }

    private static func concurrentRows(
        _ count: Int, _ threads: Int, _ row: @Sendable (Int) throws -> [SIMD8<Double>]
    ) throws -> [[SIMD8<Double>]] {
        var rows = [Result<[SIMD8<Double>], any Error>](repeating: .success([]), count: count)
        rows.withUnsafeMutableBufferPointer { buffer in
            guard count > 0 else { return }
            let shared = SharedBuffer(buffer)
            concurrently(count, threads: threads) { index, _ in shared[index] = Result { try row(index) } }
        }
        return try rows.map { try $0.get() }
    }
}
