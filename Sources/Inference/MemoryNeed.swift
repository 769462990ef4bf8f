import Machine
import TensorCore

/// What a program would allocate, computed before anything is allocated and without overflow.
package struct MemoryNeed {
    /// Bytes; `Double`, since a hostile structure's sizes need not fit an Int.
    package let bytes: Double

    package init(_ program: Program, _ choice: ConvolutionChoice) {
        let maps = program.values.map { value in
            guard !value.isBand else { return 0.0 }
            let s = value.shape
            let side = 2 * Double(value.halo)
            return Double(program.batch) * (Double(s.height) + side) * (Double(s.width) + side) * (Double(s.channels) + 32) * 4
        }
        // Values share memory, but never less than the largest step's operands.
        let live = program.operands.map { o in maps[o.input] + maps[o.output] + (o.second.map { maps[$0] } ?? 0) }.max() ?? 0
        let weights = 4 * program.weightCount(choice)
        let largest = program.steps.indices.map { program.weightCount(ofStep: $0, .direct) }.max() ?? 0
        bytes = live + weights + largest * 4
    }

    /// - Throws: `.notEnoughMemory` when the machine's available memory, less a tenth, is smaller. Unknown memory passes.
    ///   Programs that need less than 64 MiB pass unasked.
    package func check(_ program: Program, copies: Int = 1) throws(InferenceError) {
        let bytes = bytes * Double(copies)
        guard bytes > 64 * 1_048_576 else { return }
        guard let available = MachineMemory.detect().availableBytes, bytes > Double(available) * 0.9 else { return }
        throw InferenceError(
            .notEnoughMemory,
            "\(program.name) at \(program.resolution) px and batch \(program.batch) needs \(gibibytes(bytes)) of memory; \(gibibytes(Double(available))) are available: use a smaller resolution, batch or network")
    }

    private func gibibytes(_ bytes: Double) -> String {
        let tenths = (bytes / Double(1 << 30) * 10).rounded(.up)
        return tenths < 1e15 ? "\(Int(tenths) / 10).\(Int(tenths) % 10) GiB" : "more than 10^14 GiB"
    }
}

extension Program {
    /// Weights and biases of a step as stored, channels padded; Winograd stores (t / r)² times as many, and gates scale a copy.
    func weightCount(ofStep index: Int, _ choice: ConvolutionChoice) -> Double {
        switch steps[index].operation {
        case .convolution(let c):
            let outs = Double(c.outChannels) + 16
            let side = Double(choice.variant(ofStep: index, in: self)?.tile ?? c.kernelSize)
            let copies = operands[index].gates == nil ? 1.0 : 2.0
            return copies * (outs * Double(c.isDepthwise ? 1 : c.inChannels) * side * side + outs)
        case .groupNormalization(let n): return 2 * Double(n.channels)
        case .squeezeExcitation(let s): return 2 * (Double(s.channels) + 16) * (Double(s.reducedChannels) + 16)
        default: return 0
        }
    }

    /// The sum over all steps; what is shared in one form is counted once.
    func weightCount(_ choice: ConvolutionChoice) -> Double {
        var seen: Set<SharedForm> = []
        return steps.indices.reduce(0) { sum, index in
            let weights = operands[index].weights
            let form = SharedForm(weights, choice.variant(ofStep: index, in: self))
            guard !weights.isShared || seen.insert(form).inserted else { return sum }
            return sum + weightCount(ofStep: index, choice)
        }
    }
}
