import Architecture
import Entropy

/// Forward passes in double precision by plain loops over NCHW, written from the definition alone: the oracle of `ForwardEntropy`.
struct PlainForward {
    var stream: GaussianStream

    init(seed: UInt64) { stream = GaussianStream(seed: seed) }

    struct Map {
        var channels: Int
        var side: Int
        var values: [Double]

        func at(_ c: Int, _ y: Int, _ x: Int) -> Double {
            y < 0 || x < 0 || y >= side || x >= side ? 0 : values[(c * side + y) * side + x]
        }
    }

    /// Numbers rounded to fp32, as the weights of the network under test are.
    mutating func draw(_ count: Int) -> [Double] { (0..<count).map { _ in Double(Float(stream.next())) } }

    mutating func convolve(_ input: Map, _ c: Convolution) -> Map {
        let side = c.outputSide(input.side)
        let (groupInputs, groupOutputs) = (c.inChannels / c.groups, c.outChannels / c.groups)
        let weights = draw(c.outChannels * c.fanIn)
        var output = Map(channels: c.outChannels, side: side, values: [])
        output.values.reserveCapacity(c.outChannels * side * side)
        for o in 0..<c.outChannels {
            for y in 0..<side {
                for x in 0..<side {
                    var sum = 0.0
                    var index = o * c.fanIn
                    for i in 0..<groupInputs {
                        for v in 0..<c.kernelSize {
                            for u in 0..<c.kernelSize {
                                sum += weights[index] * input.at(o / groupOutputs * groupInputs + i, y * c.stride + v - c.padding, x * c.stride + u - c.padding)
                                index += 1
                            }
                        }
                    }
                    output.values.append(sum)
                }
            }
        }
        return output
    }

    static func deviation(_ map: Map) -> Double {
        let count = Double(map.values.count)
        let mean = map.values.reduce(0, +) / count
        return (map.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)).squareRoot()
    }

    static func pool(_ input: Map, _ p: Pooling) -> Map {
        let side = p.outputSide(input.side)
        var output = Map(channels: input.channels, side: side, values: [])
        for c in 0..<input.channels {
            for y in 0..<side {
                for x in 0..<side {
                    var values: [Double] = []
                    for v in 0..<p.kernelSize {
                        for u in 0..<p.kernelSize {
                            let (row, column) = (y * p.stride + v - p.padding, x * p.stride + u - p.padding)
                            if (0..<input.side).contains(row), (0..<input.side).contains(column) { values.append(input.at(c, row, column)) }
                        }
                    }
                    output.values.append(p.kind == .max ? values.max()! : values.reduce(0, +) / Double(values.count))
                }
            }
        }
        return output
    }

    /// ln σ of each convolution of the main branch.
    ///
    /// - Parameters:
    ///   - network: under `deployed` the whole graph, its convolutions drawn in the order of `order`; else a chain.
    ///   - order: names of the convolutions in the order in which their weights are drawn.
    mutating func logDeviations(_ network: Network, resolution: Int, deployed: Bool) -> [Double] {
        let input = Map(channels: network.inputChannels, side: resolution, values: draw(network.inputChannels * resolution * resolution))
        var tensors = [input]
        var found: [Double] = []
        for layer in network.layers {
            let source = tensors[layer.inputs[0]]
            switch layer.operation {
            case .convolution(let c):
                guard deployed || layer.isMainBranch else {
                    tensors.append(source)
                    continue
                }
                var output = convolve(source, c)
                let deviation = Self.deviation(output)
                output.values = output.values.map { $0 / deviation }
                if layer.isMainBranch { found.append(scalarLog(deviation)) }
                tensors.append(output)
            case .relu:
                tensors.append(deployed ? Map(channels: source.channels, side: source.side, values: source.values.map { max($0, 0) }) : source)
            case .add:
                let other = tensors[layer.inputs[1]]
                // Without residual links the main branch, whose layers stand behind the shortcut's, passes on.
                let main = layer.inputs[0] > layer.inputs[1] ? source : other
                tensors.append(deployed ? Map(channels: source.channels, side: source.side, values: zip(source.values, other.values).map(+)) : main)
            case .pooling(let p):
                tensors.append(Self.pool(source, p))
            default:
                // Nothing else stands in the networks under test but squeeze-and-excitation, which the main branch leaves out.
                tensors.append(source)
            }
        }
        return found
    }
}
