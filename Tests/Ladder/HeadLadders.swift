import CMicrokernels
import Support
import TensorCore

// What a detector's head has between its convolutions.
extension Ladder {
    private static let powers: [(low: Float, high: Float)] = [(-1, 1), (-20, 20), (-87, 88), (-1e-6, 1e-6)]

    /// The vector exponential and logistic function over the range of fp32, and beyond it.
    static let exponentials = Ladder("exponentials", cases: 2 * powers.count + 1) { kernels, tally in
        let count = 256
        let (input, output) = (FloatBuffer(count: count), FloatBuffer(count: count))
        var call = zd_exponential()
        call.input = UnsafePointer(input.base)
        call.output = output.base
        call.count = count
        for (low, high) in powers {
            var random = SplitMix64(seed: 5)
            let drawn = random.floats(count)
            for i in 0..<count { input.base[i] = low + (high - low) * (drawn[i] + 1) / 2 }
            for logistic in [0, 1] {
                call.logistic = logistic
                kernels.exponentials(&call)
                for i in 0..<count {
                    let (x, found) = (Double(input.base[i]), Double(output.base[i]))
                    if logistic == 0 {
                        tally.expect(abs(found / exponential(x) - 1) <= 4 * epsilon, "e^\(x) is not \(found), \(kernels.isa.rawValue)")
                    } else {
                        tally.expect(abs(found - 1 / (1 + exponential(-x))) <= 4 * epsilon, "the logistic function of \(x) is not \(found)")
                    }
                }
                tally.count()
            }
        }
        // Beyond the range it saturates; nothing is infinite or a NaN.
        for i in 0..<count { input.base[i] = [-Float.infinity, -1000, 1000, .infinity][i % 4] }
        call.logistic = 0
        kernels.exponentials(&call)
        for i in 0..<count { tally.expect(output.base[i].isFinite && (output.base[i] > 1) == (i % 4 > 1), "e^\(input.base[i]) is \(output.base[i])") }
        call.logistic = 1
        kernels.exponentials(&call)
        for i in 0..<count { tally.expect(abs(output.base[i] - (i % 4 > 1 ? 1 : 0)) < 1e-37, "the logistic function ends at \(output.base[i])") }
        tally.count()
        withExtendedLifetime((input, output)) {}
    }

    private static let normalized = [(1, 8, 1, 3, 2), (2, 96, 5, 7, 32), (1, 40, 40, 30, 8), (3, 64, 4, 4, 1), (1, 20, 2, 1100, 20)]

    /// Groups that fill vectors and that do not, one group for all and one for each channel; far from zero, and the same bits for any number of members.
    static let groupNormalization = Ladder("group normalization", cases: 4 * normalized.count) { kernels, tally in
        for (batch, channels, height, width, groups) in normalized {
            for offset in [Float(0), 100] {
                for rectified in [false, true] {
                    var random = SplitMix64(seed: UInt64(channels))
                    var map = Map(batch: batch, channels: channels, height: height, width: width, random: &random)
                    for i in map.values.indices { map.values[i] += offset }
                    let (weights, bias) = (random.floats(channels), random.floats(channels))
                    let name = "group normalization of \(batch)x\(channels)x\(height)x\(width) in \(groups), \(kernels.isa.rawValue)"
                    var first: [UInt32]?
                    for members in [1, 2, 5] {
                        let (input, output) = (GuardedMap(map, halo: 0), GuardedMap(map.layout(halo: 1)))
                        let moments = MomentsOperator(input.view, kernels: kernels)
                        let op = GroupNormalizationOperator(
                            moments, groups: groups, epsilon: 1e-5, weights: weights, bias: bias, output: output.view, rectified: rectified,
                            scratch: MemberScratch(members: members), kernels: kernels)
                        for part in [moments, op] as [any Operator] {
                            for member in 0..<members { part.run(Share(member: member, of: members)) }
                        }
                        let bits = output.view.nchw.map { $0.bitPattern }
                        tally.expect(first == nil || first! == bits, "\(name): \(members) members")
                        first = bits
                        tally.expect(output.isIntact && input.isIntact && output.view.pixel(0, -1, -1)[0] == 0, "\(name) wrote outside")
                        guard members == 1 else { continue }
                        let size = channels / groups
                        for n in 0..<batch {
                            for group in 0..<groups {
                                var values: [Double] = []
                                for c in (group * size)..<((group + 1) * size) {
                                    for y in 0..<height { for x in 0..<width { values.append(Double(map.at(n, c, y, x))) } }
                                }
                                var mean = 0.0
                                for value in values { mean += value }
                                mean /= Double(values.count)
                                var variance = 0.0
                                for value in values { variance += (value - mean) * (value - mean) }
                                let deviation = (variance / Double(values.count) + 1e-5).squareRoot()
                                for c in (group * size)..<((group + 1) * size) {
                                    for y in 0..<height {
                                        for x in 0..<width {
                                            let factor = Double(weights[c]) / deviation
                                            let (product, shift) = (Double(map.at(n, c, y, x)) * factor, Double(bias[c]) - mean * factor)
                                            let expected = rectified ? max(product + shift, 0) : product + shift
                                            let found = Double(output.view.pixel(n, y, x)[c])
                                            tally.expect(abs(found - expected) <= 4 * epsilon * (abs(product) + abs(shift)), "\(name): [\(n),\(c),\(y),\(x)]")
                                        }
                                    }
                                }
                            }
                        }
                    }
                    tally.count()
                }
            }
        }
    }

    private static let distributed = [(4, 17, 4), (1, 1, 1), (2, 5, 5), (3, 16, 1)]

    /// Softmax, its largest and their mean; also with equal values, and with values whose exponentials overflow.
    static let distributions = Ladder("distributions", cases: 3 * distributed.count) { kernels, tally in
        for (sides, bins, largest) in distributed {
            for scale in [Float(1), 0, 300] {
                var random = SplitMix64(seed: UInt64(bins))
                var map = Map(batch: 2, channels: sides * bins, height: 3, width: 5, random: &random)
                for i in map.values.indices { map.values[i] *= scale }
                let input = GuardedMap(map, halo: 1)
                let output = GuardedMap(TensorLayout(batch: 2, channels: sides * (largest + 1), height: 3, width: 5, halo: 1))
                let op = DistributionOperator(
                    sides: sides, bins: bins, largest: largest, input: input.view, output: output.view, scratch: MemberScratch(members: 2), kernels: kernels)
                runByTwo(op, output, [input], "distributions", &tally)
                for n in 0..<2 {
                    for y in 0..<3 {
                        for x in 0..<5 {
                            for side in 0..<sides {
                                var values = (0..<bins).map { Double(map.at(n, side * bins + $0, y, x)) }
                                values.sort { $0 > $1 }
                                let top = values[0]
                                values = values.map { exponential($0 - top) }
                                var sum = 0.0
                                for value in values { sum += value }
                                var mean = 0.0
                                for rank in 0...largest {
                                    let expected = rank < largest ? values[rank] / sum : mean / Double(largest)
                                    if rank < largest { mean += expected }
                                    let found = Double(output.view.pixel(n, y, x)[side * (largest + 1) + rank])
                                    tally.expect(abs(found - expected) <= Double(bins + 8) * epsilon, "\(bins) bins, rank \(rank) at [\(n),\(side),\(y),\(x)]: \(found)")
                                }
                            }
                        }
                    }
                }
                tally.count()
            }
        }
    }

    private static let weighted = [1, 19, 80]

    static let pixelScale = Ladder("scale of pixels", cases: weighted.count) { kernels, tally in
        for channels in weighted {
            var random = SplitMix64(seed: UInt64(channels))
            let map = Map(batch: 2, channels: channels, height: 3, width: 5, random: &random)
            let factors = Map(batch: 2, channels: 1, height: 3, width: 5, random: &random)
            let (input, weights, output) = (GuardedMap(map, halo: 1), GuardedMap(factors, halo: 0), GuardedMap(map.layout(halo: 2)))
            runByTwo(PixelScaleOperator(input: input.view, weights: weights.view, output: output.view), output, [input, weights], "scale of pixels", &tally)
            forEachValue(output.view.layout) { n, c, y, x in
                tally.expect(output.view.pixel(n, y, x)[c] == map.at(n, c, y, x) * factors.at(n, 0, y, x), "scaled [\(n),\(c),\(y),\(x)]")
            }
            tally.count()
        }
    }
}
