import Architecture
import Support

/// Runs a network layer by layer in double precision with the weights that an executable drew: no fusion, no layouts, no memory plan.
struct GraphOracle {
    /// NCHW values of every tensor.
    private(set) var tensors: [[Double]] = []

    /// - Parameter weights: weights (OIHW) and biases of a convolution layer, by layer index; squeeze-and-excitation has two pairs.
    init(_ network: Network, shapes: [Shape], batch: Int, input: [Float], weights: (Int) -> [(weights: [Float], bias: [Float])]) {
        tensors.append(input.map(Double.init))
        for (index, layer) in network.layers.enumerated() {
            let source = tensors[layer.inputs[0]]
            let (i, o) = (shapes[layer.inputs[0]], shapes[index + 1])
            switch layer.operation {
            case .convolution(let c):
                let (w, b) = weights(index)[0]
                tensors.append(Self.convolve(c, source, i, o, batch, w, b))
            case .relu:
                tensors.append(source.map { max($0, 0) })
            case .add:
                let other = tensors[layer.inputs[1]]
                tensors.append(zip(source, other).map(+))
            case .pooling(let p):
                tensors.append(Self.pool(p, source, i, o, batch))
            case .squeezeExcitation(let s):
                tensors.append(Self.squeeze(s, source, i, batch, weights(index)))
            case .globalAverage:
                tensors.append(Self.average(source, area: i.height * i.width))
            case .activation(.sigmoid):
                tensors.append(source.map { 1 / (1 + exponential(-$0)) })
            case .activation(.clampedLine(let scale, let shift, let low, let high)):
                tensors.append(source.map { min(max(Double(scale) * $0 + Double(shift), Double(low)), Double(high)) })
            case .multiply:
                tensors.append(zip(source, tensors[layer.inputs[1]]).map(*))
            case .scale:
                let gates = tensors[layer.inputs[1]]
                let area = i.height * i.width
                tensors.append(source.indices.map { source[$0] * gates[$0 / area] })
            case .concatenation:
                tensors.append(Self.concatenate(source, tensors[layer.inputs[1]], batch))
            case .groupNormalization(let n):
                let (w, b) = weights(index)[0]
                tensors.append(Self.normalize(n, source, i, batch, w, b))
            case .distributionStatistics(let s):
                tensors.append(Self.statistics(s, source, i, batch))
            case .scalePixels:
                let (other, area) = (tensors[layer.inputs[1]], i.height * i.width)
                tensors.append(source.indices.map { source[$0] * other[$0 / i.elementCount * area + $0 % area] })
            case .upsampling(let factor):
                tensors.append(Self.upsample(factor, source, i, batch))
            }
        }
    }

    private static func average(_ x: [Double], area: Int) -> [Double] {
        var result: [Double] = []
        for start in stride(from: 0, to: x.count, by: area) { result.append(x[start..<(start + area)].reduce(0, +) / Double(area)) }
        return result
    }

    private static func normalize(_ n: GroupNormalization, _ x: [Double], _ i: Shape, _ batch: Int, _ w: [Float], _ b: [Float]) -> [Double] {
        var result = x
        let area = i.height * i.width
        let count = n.channels / n.groups * area
        for group in 0..<(batch * n.groups) {
            let values = x[(group * count)..<((group + 1) * count)]
            let mean = values.reduce(0, +) / Double(count)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
            for place in values.indices {
                let channel = place / area % n.channels
                result[place] = (x[place] - mean) / (variance + 1e-5).squareRoot() * Double(w[channel]) + Double(b[channel])
            }
        }
        return result
    }

    private static func statistics(_ s: DistributionStatistics, _ x: [Double], _ i: Shape, _ batch: Int) -> [Double] {
        let area = i.height * i.width
        var result = [Double](repeating: 0, count: batch * s.outChannels * area)
        for side in 0..<(batch * s.sides) {
            for pixel in 0..<area {
                let values = (0..<s.bins).map { exponential(x[(side * s.bins + $0) * area + pixel]) }
                let sum = values.reduce(0, +)
                let kept = values.sorted(by: >).prefix(s.largest).map { $0 / sum }
                for (rank, value) in (kept + [kept.reduce(0, +) / Double(s.largest)]).enumerated() {
                    result[(side * (s.largest + 1) + rank) * area + pixel] = value
                }
            }
        }
        return result
    }

    private static func concatenate(_ a: [Double], _ b: [Double], _ batch: Int) -> [Double] {
        let (left, right) = (a.count / batch, b.count / batch)
        var result: [Double] = []
        for n in 0..<batch {
            result += a[(n * left)..<((n + 1) * left)]
            result += b[(n * right)..<((n + 1) * right)]
        }
        return result
    }

    private static func upsample(_ factor: Int, _ x: [Double], _ i: Shape, _ batch: Int) -> [Double] {
        var result: [Double] = []
        for plane in 0..<(batch * i.channels) {
            for y in 0..<(i.height * factor) {
                for xx in 0..<(i.width * factor) { result.append(x[(plane * i.height + y / factor) * i.width + xx / factor]) }
            }
        }
        return result
    }

    private static func convolve(_ c: Convolution, _ x: [Double], _ i: Shape, _ o: Shape, _ batch: Int, _ w: [Float], _ b: [Float]) -> [Double] {
        var result = [Double](repeating: 0, count: batch * o.elementCount)
        let (groupIn, groupOut, k) = (c.inChannels / c.groups, c.outChannels / c.groups, c.kernelSize)
        for n in 0..<batch {
            for oc in 0..<o.channels {
                for y in 0..<o.height {
                    for xx in 0..<o.width {
                        var sum = Double(b[oc])
                        for ic in 0..<groupIn {
                            let channel = oc / groupOut * groupIn + ic
                            for ky in 0..<k {
                                let v = y * c.stride - c.padding + ky
                                guard v >= 0, v < i.height else { continue }
                                for kx in 0..<k {
                                    let u = xx * c.stride - c.padding + kx
                                    guard u >= 0, u < i.width else { continue }
                                    sum += x[((n * i.channels + channel) * i.height + v) * i.width + u] * Double(w[((oc * groupIn + ic) * k + ky) * k + kx])
                                }
                            }
                        }
                        result[((n * o.channels + oc) * o.height + y) * o.width + xx] = sum
                    }
                }
            }
        }
        return result
    }

    private static func pool(_ p: Pooling, _ x: [Double], _ i: Shape, _ o: Shape, _ batch: Int) -> [Double] {
        var result: [Double] = []
        for plane in 0..<(batch * o.channels) {
            for y in 0..<o.height {
                for xx in 0..<o.width {
                    var values: [Double] = []
                    for v in (y * p.stride - p.padding)..<(y * p.stride - p.padding + p.kernelSize) where v >= 0 && v < i.height {
                        for u in (xx * p.stride - p.padding)..<(xx * p.stride - p.padding + p.kernelSize) where u >= 0 && u < i.width {
                            values.append(x[(plane * i.height + v) * i.width + u])
                        }
                    }
                    result.append(p.kind == .max ? values.max()! : values.reduce(0, +) / Double(values.count))
                }
            }
        }
        return result
    }

    private static func squeeze(
        _ s: SqueezeExcitation, _ x: [Double], _ i: Shape, _ batch: Int, _ w: [(weights: [Float], bias: [Float])]
    ) -> [Double] {
        let area = i.height * i.width
        var result = x
        for n in 0..<batch {
            let mean = (0..<s.channels).map { c in
                (0..<area).reduce(0.0) { $0 + x[(n * s.channels + c) * area + $1] } / Double(area)
            }
            let hidden = (0..<s.reducedChannels).map { r in
                max((0..<s.channels).reduce(Double(w[0].bias[r])) { $0 + mean[$1] * Double(w[0].weights[r * s.channels + $1]) }, 0)
            }
            for c in 0..<s.channels {
                let z = (0..<s.reducedChannels).reduce(Double(w[1].bias[c])) { $0 + hidden[$1] * Double(w[1].weights[c * s.reducedChannels + $1]) }
                for p in 0..<area { result[(n * s.channels + c) * area + p] *= 1 / (1 + exponential(-z)) }
            }
        }
        return result
    }
}

/// eˣ: e^(x/64) by its series, then six squarings.
private func exponential(_ x: Double) -> Double {
    var (term, sum) = (1.0, 1.0)
    for i in 1..<25 {
        term *= x / 64 / Double(i)
        sum += term
    }
    for _ in 0..<6 { sum *= sum }
    return sum
}
