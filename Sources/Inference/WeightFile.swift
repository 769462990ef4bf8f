import Architecture

/// Where the weights of a network come from.
public enum WeightSource: Sendable {
    /// Drawn from the executable's seed: the latency does not depend on them.
    case random
    /// Given, to compare outputs with another engine.
    case file(WeightFile)
}

/// Weights in an .npz file, by the names of the network's layers, with batch normalization folded.
///
/// A convolution `name` has `name.weight` of shape [out, in / groups, kernel, kernel] and `name.bias` of shape [out]; a squeeze-and-excitation
/// layer has them for `name.reduce` and `name.expand`, with 1x1 kernels.
public struct WeightFile: Sendable {
    private let file: NPZFile

    /// - Throws: `InferenceError` `.missingFile` or `.malformedFile`.
    public init(path: String) throws(InferenceError) { file = try NPZFile(path: path) }

    /// Weights [out][fanIn] and biases of a convolution.
    func read(_ name: String, _ c: Convolution) throws(InferenceError) -> (weights: [Float], bias: [Float]) {
        (try file.read(name + ".weight", shape: c.weightShape), try file.read(name + ".bias", shape: [c.outChannels]))
    }

    /// Fails unless the file has what the program needs and nothing else.
    ///
    /// - Throws: `InferenceError` `.malformedFile` naming the array.
    func check(_ program: Program) throws(InferenceError) {
        var needed: Set<String> = []
        for (step, operands) in zip(program.steps, program.operands) {
            for (name, convolution) in step.weighted(operands.name) {
                try file.check(name + ".weight", shape: convolution.weightShape)
                try file.check(name + ".bias", shape: [convolution.outChannels])
                needed.formUnion([name + ".weight", name + ".bias"])
            }
        }
        if let surplus = file.names.first(where: { !needed.contains($0) }) {
            throw InferenceError(.malformedFile, "\(file.path): has an array '\(surplus)', which \(program.name) does not need: weights of another network?")
        }
    }
}

/// The weights of one step, convolution by convolution in a fixed order.
struct StepWeights {
    private var random: RandomWeights
    private let source: WeightSource
    private var names: [String]

    init(_ source: WeightSource, seed: UInt64, step index: Int, of program: Program) {
        random = RandomWeights(seed: seed, step: program.operands[index].layer)
        self.source = source
        names = program.steps[index].weighted(program.operands[index].name).map(\.name).reversed()
    }

    /// The weights of the step's next convolution.
    mutating func convolution(_ c: Convolution, residual: Bool) throws(InferenceError) -> (weights: [Float], bias: [Float]) {
        guard case .file(let file) = source else { return random.convolution(c, residual: residual) }
        return try file.read(names.removeLast(), c)
    }
}

extension Step {
    /// The convolutions that need weights, with their names, in the order in which operators ask for them.
    fileprivate func weighted(_ layer: String) -> [(name: String, convolution: Convolution)] {
        switch operation {
        case .convolution(let c): [(layer, c)]
        case .squeezeExcitation(let s):
            [
                ("\(layer).reduce", Convolution(s.channels, s.reducedChannels, kernelSize: 1)),
                ("\(layer).expand", Convolution(s.reducedChannels, s.channels, kernelSize: 1)),
            ]
        default: []
        }
    }
}

extension Convolution {
    fileprivate var weightShape: [Int] { [outChannels, inChannels / groups, kernelSize, kernelSize] }
}
