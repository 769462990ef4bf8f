import Support
import TensorCore

extension Ladder {
    /// Squeeze and excitation without its layers: the mean over each map, the logistic function of it, and the map scaled with that.
    static let squeeze = Ladder("global average, gate and scale", cases: 1) { kernels, tally in
        var random = SplitMix64(seed: 3)
        let (channels, side) = (40, 6)
        let map = Map(batch: 2, channels: channels, height: side, width: side, random: &random)
        let input = GuardedMap(map, halo: 0)
        let gates = GuardedMap(TensorLayout(batch: 2, channels: channels, height: 1, width: 1))
        let mean = GlobalAverageOperator(input: input.view, output: gates.view, kernels: kernels)
        for member in 0..<3 { mean.run(Share(member: member, of: 3)) }
        let means = GuardedMap(gates.view.layout)
        means.view.base.update(from: gates.view.base, count: gates.view.layout.elementCount)
        SigmoidOperator(gates.view).run(.whole)
        let output = GuardedMap(input.view.layout)
        ScaleOperator(input: input.view, gates: gates.view, output: output.view, rectified: true, kernels: kernels).run(.whole)
        let isa = kernels.isa.rawValue
        tally.expect(gates.isIntact && output.isIntact && input.isIntact, "squeeze \(isa) wrote outside")
        forEachValue(gates.view.layout) { n, c, _, _ in
            var (sum, magnitude) = (0.0, 0.0)
            for y in 0..<side {
                for x in 0..<side {
                    sum += Double(map.at(n, c, y, x))
                    magnitude += abs(Double(map.at(n, c, y, x)))
                }
            }
            let count = Double(side * side)
            tally.expect(abs(Double(means.view.pixel(n, 0, 0)[c]) - sum / count) <= (count + 1) * epsilon * magnitude / count, "mean \(n),\(c) \(isa)")
            let gate = Double(gates.view.pixel(n, 0, 0)[c])
            tally.expect(abs(gate - 1 / (1 + exponential(-sum / count))) <= 64 * epsilon && gate > 0 && gate < 1, "gate \(n),\(c) \(isa)")
        }
        forEachValue(output.view.layout) { n, c, y, x in
            let expected = max(Double(map.at(n, c, y, x)) * Double(gates.view.pixel(n, 0, 0)[c]), 0)
            tally.expect(abs(Double(output.view.pixel(n, y, x)[c]) - expected) <= 2 * epsilon * expected + 1e-30, "scaled [\(n),\(c),\(y),\(x)] \(isa)")
        }
        tally.count()
    }

    /// eˣ by its series, for |x| ≤ 1.
    static func exponential(_ x: Double) -> Double {
        var (term, sum) = (1.0, 1.0)
        for i in 1..<30 {
            term *= x / 1024 / Double(i)
            sum += term
        }
        for _ in 0..<10 { sum *= sum }
        return sum
    }
}
