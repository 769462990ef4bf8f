import TensorCore

/// The largest error of a Winograd convolution in units of its bound; infinite where a value is no number.
///
/// The bound is (2K + 32)·ε·(|Aᵀ|·(Σ |U|∘(|Bᵀ||d||B|))·|A| + |bias| + |residual|):
/// 1 rounding in U, at most 12 in Bᵀ·d·B, 2K + 2 in the chain over K channels, 12 in Aᵀ·M·A, 2 in the epilogue, and a few for products of these.
func worstWinogradError(_ operands: ConvolutionOperands, _ v: WinogradVariant, _ output: TensorView) -> Double {
    let s = operands.rung.shape
    let (t, m) = (v.tile, v.outputs)
    let a = v.outputMatrix.map { $0.map { abs($0) } }
    let b = v.inputMatrix.map { $0.map { abs($0) } }
    let magnitudes = kernelMagnitudes(v, operands.weights, s)
    let (h, w) = (output.layout.height, output.layout.width)
    let tiles = v.tiles(height: h, width: w)
    var worst = 0.0
    for n in 0..<output.layout.batch {
        for ty in 0..<tiles.rows {
            for tx in 0..<tiles.columns {
                let points = inputMagnitudes(b, operands.input, n, ty * m - s.padding, tx * m - s.padding)
                for o in 0..<s.outChannels {
                    var products = [Double](repeating: 0, count: t * t)
                    for c in 0..<s.inChannels {
                        for p in 0..<(t * t) { products[p] += points[c * t * t + p] * magnitudes[(o * s.inChannels + c) * t * t + p] }
                    }
                    for y in 0..<min(m, h - ty * m) {
                        for x in 0..<min(m, w - tx * m) {
                            var bound = 0.0
                            for i in 0..<t { for j in 0..<t { bound += a[y][i] * products[i * t + j] * a[x][j] } }
                            let (py, px) = (ty * m + y, tx * m + x)
                            bound += abs(Double(operands.bias[o])) + abs(Double(operands.residual?.at(n, o, py, px) ?? 0))
                            bound *= (2 * Double(s.inChannels) + 32) * epsilon
                            let error = abs(Double(output.pixel(n, py, px)[o]) - operands.oracle(n, o, py, px).value)
                            if error.isNaN { return .infinity }
                            worst = max(worst, error / bound)
                        }
                    }
                }
            }
        }
    }
    return worst
}

/// |Bᵀ|·|d|·|B| of every channel, for the tile whose first pixel is (top, left).
private func inputMagnitudes(_ b: [[Double]], _ input: Map, _ n: Int, _ top: Int, _ left: Int) -> [Double] {
    let t = b.count
    var points = [Double](repeating: 0, count: input.channels * t * t)
    for c in 0..<input.channels {
        var half = [Double](repeating: 0, count: t * t)
        for y in 0..<t {
            for x in 0..<t {
                let d = abs(Double(input.at(n, c, top + y, left + x)))
                if d != 0 { for i in 0..<t { half[i * t + x] += b[i][y] * d } }
            }
        }
        for i in 0..<t {
            for j in 0..<t {
                for x in 0..<t { points[(c * t + i) * t + j] += half[i * t + x] * b[j][x] }
            }
        }
    }
    return points
}

/// |G·g·Gᵀ| of every pair of channels.
private func kernelMagnitudes(_ v: WinogradVariant, _ weights: [Float], _ s: ConvolutionShape) -> [Double] {
    let g = v.kernelMatrix
    let (t, r) = (v.tile, v.kernelSize)
    var result: [Double] = []
    for pair in 0..<(s.outChannels * s.inChannels) {
        for i in 0..<t {
            for j in 0..<t {
                var sum = 0.0
                for y in 0..<r { for x in 0..<r { sum += g[i][y] * Double(weights[(pair * r + y) * r + x]) * g[j][x] } }
                result.append(abs(sum))
            }
        }
    }
    return result
}
