/// The tables of all quantities of one position, summed with their factors: what the inner maximum runs over.
struct WeightedTable: Sendable {
    var sum: SeparatedTable
    /// By (kernel group, depth − 1, bottleneck): the best of the group's kernel sizes.
    var kernels: [Double]

    init(_ model: ExactModel, position: Int, factors: [Double]) {
        let parts = factors.enumerated().compactMap { quantity, factor in factor == 0 ? nil : (model.tables[quantity]![position], factor) }
        self.init(model.axes[position], parts)
    }

    init(_ axes: BlockAxes, _ parts: [(table: SeparatedTable, factor: Double)]) {
        sum = SeparatedTable(axes)
        for part in parts { sum.add(part.table, times: part.factor) }
        // A bottleneck that the space does not hold must never be the best.
        for place in sum.last.indices {
            let admitted = axes.admitted[place % axes.admitted.count]
            sum.last[place] += admitted
            sum.square[place] += admitted
        }
        let count = axes.bottlenecks.count
        kernels = Array(repeating: -.infinity, count: axes.kernelGroups.count * axes.depths * count)
        for (group, members) in axes.kernelGroups.enumerated() {
            for depth in 0..<axes.depths {
                for bottleneck in 0..<count {
                    let place = (group * axes.depths + depth) * count + bottleneck
                    for kernel in members {
                        let value = sum.kernel[kernel * count + bottleneck] + Double(depth) * sum.moreKernel[kernel * count + bottleneck]
                        kernels[place] = max(kernels[place], value)
                    }
                }
            }
        }
    }
}

extension SeparatedTable {
    mutating func add(_ other: SeparatedTable, times factor: Double) {
        func add(_ sum: inout [Double], _ values: [Double]) {
            sum.withUnsafeMutableBufferPointer { sum in
                values.withUnsafeBufferPointer { values in
                    for index in values.indices { sum[index] += factor * values[index] }
                }
            }
        }
        add(&first, other.first)
        add(&last, other.last)
        add(&square, other.square)
        add(&more, other.more)
        add(&across, other.across)
        add(&kernel, other.kernel)
        add(&moreKernel, other.moreKernel)
    }
}
