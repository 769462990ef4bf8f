import Support
import TensorCore

// What stands between the convolutions of networks from other tools.
extension Ladder {
    private static let functions: [ActivationOperator.Function] = [
        .sigmoid, .clampedLine(scale: 1 / 6, shift: 0.5, low: 0, high: 1), .clampedLine(scale: 1, shift: 0, low: -0.5, high: .infinity),
    ]

    /// Runs an operator as two members and hands its output to a check.
    static func runByTwo(_ op: some Operator, _ output: GuardedMap, _ inputs: [GuardedMap], _ name: String, _ tally: inout Tally) {
        for member in 0..<2 { op.run(Share(member: member, of: 2)) }
        tally.expect(output.isIntact && inputs.allSatisfy { $0.isIntact }, "\(name) wrote outside")
    }

    static let activation = Ladder("activation", cases: functions.count) { kernels, tally in
        var random = SplitMix64(seed: 8)
        let map = Map(batch: 2, channels: 19, height: 3, width: 5, random: &random)
        for function in functions {
            let (input, output) = (GuardedMap(map, halo: 1), GuardedMap(map.layout(halo: 2)))
            runByTwo(ActivationOperator(function, input: input.view, output: output.view, kernels: kernels), output, [input], "activation", &tally)
            forEachValue(output.view.layout) { n, c, y, x in
                let (value, found) = (Double(map.at(n, c, y, x)), Double(output.view.pixel(n, y, x)[c]))
                switch function {
                case .sigmoid:
                    tally.expect(abs(found - 1 / (1 + exponential(-value))) <= 64 * epsilon, "sigmoid [\(n),\(c),\(y),\(x)]")
                case .clampedLine(let scale, let shift, let low, let high):
                    let line = min(max(Double(scale) * value + Double(shift), Double(low)), Double(high))
                    tally.expect(abs(found - line) <= 4 * epsilon, "clamped line [\(n),\(c),\(y),\(x)]")
                }
            }
            tally.count()
        }
    }

    static let product = Ladder("product", cases: 1) { kernels, tally in
        var random = SplitMix64(seed: 9)
        let a = Map(batch: 2, channels: 24, height: 3, width: 5, random: &random)
        let b = Map(batch: 2, channels: 24, height: 3, width: 5, random: &random)
        let (first, second, output) = (GuardedMap(a, halo: 0), GuardedMap(b, halo: 2), GuardedMap(a.layout(halo: 1)))
        runByTwo(MultiplyOperator(first.view, second.view, output: output.view), output, [first, second], "product", &tally)
        forEachValue(output.view.layout) { n, c, y, x in
            tally.expect(output.view.pixel(n, y, x)[c] == a.at(n, c, y, x) * b.at(n, c, y, x), "product [\(n),\(c),\(y),\(x)]")
        }
        tally.count()
    }

    private static let joined = [(16, 16), (5, 19), (1, 1), (33, 2)]

    /// Channels that do and do not fill whole vectors.
    static let concatenation = Ladder("concatenation", cases: joined.count) { kernels, tally in
        for (left, right) in joined {
            var random = SplitMix64(seed: UInt64(left))
            let a = Map(batch: 2, channels: left, height: 3, width: 4, random: &random)
            let b = Map(batch: 2, channels: right, height: 3, width: 4, random: &random)
            let (first, second) = (GuardedMap(a, halo: 1), GuardedMap(b, halo: 0))
            let output = GuardedMap(TensorLayout(batch: 2, channels: left + right, height: 3, width: 4, halo: 1))
            runByTwo(ConcatenationOperator(first.view, second.view, output: output.view), output, [first, second], "concatenation", &tally)
            forEachValue(output.view.layout) { n, c, y, x in
                let expected = c < left ? a.at(n, c, y, x) : b.at(n, c - left, y, x)
                tally.expect(output.view.pixel(n, y, x)[c] == expected, "\(left) and \(right) joined [\(n),\(c),\(y),\(x)]")
            }
            tally.count()
        }
    }

    private static let factors = [2, 3]

    static let upsampling = Ladder("upsampling", cases: factors.count) { kernels, tally in
        for factor in factors {
            var random = SplitMix64(seed: UInt64(factor))
            let map = Map(batch: 2, channels: 7, height: 2, width: 3, random: &random)
            let input = GuardedMap(map, halo: 1)
            let output = GuardedMap(TensorLayout(batch: 2, channels: 7, height: 2 * factor, width: 3 * factor, halo: 1))
            runByTwo(UpsamplingOperator(factor: factor, input: input.view, output: output.view), output, [input], "upsampling", &tally)
            forEachValue(output.view.layout) { n, c, y, x in
                tally.expect(output.view.pixel(n, y, x)[c] == map.at(n, c, y / factor, x / factor), "upsampled [\(n),\(c),\(y),\(x)]")
            }
            tally.count()
        }
    }
}
