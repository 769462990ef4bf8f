import Support
import TensorCore

/// A batch of maps in NCHW, read by plain loops in double precision: what every kernel is held against.
struct Map {
    var batch: Int
    var channels: Int
    var height: Int
    var width: Int
    var values: [Float]

    init(batch: Int, channels: Int, height: Int, width: Int, random: inout SplitMix64) {
        (self.batch, self.channels, self.height, self.width) = (batch, channels, height, width)
        values = random.floats(batch * channels * height * width)
    }

    /// Zero outside the map.
    func at(_ n: Int, _ c: Int, _ y: Int, _ x: Int) -> Float {
        y < 0 || x < 0 || y >= height || x >= width ? 0 : values[((n * channels + c) * height + y) * width + x]
    }

    func layout(halo: Int, packed: Bool = false) -> TensorLayout {
        packed
            ? .packed(batch: batch, channels: channels, height: height, width: width, halo: halo)
            : TensorLayout(batch: batch, channels: channels, height: height, width: width, halo: halo)
    }

    /// Writes the map into a view: zeros in the halo, NaN in lanes and pads that no kernel may take for data.
    func write(to view: TensorView, count: Int) {
        for i in 0..<count { view.base[i] = .nan }
        for n in 0..<batch {
            for y in -view.layout.halo..<(height + view.layout.halo) {
                for x in -view.layout.halo..<(width + view.layout.halo) {
                    // Kernels work on whole vectors, so surplus lanes inside `paddedChannels` are finite by contract.
                    for c in 0..<min(view.layout.paddedChannels, view.layout.pixelStep) {
                        view.pixel(n, y, x)[c] = c < channels ? at(n, c, y, x) : 0
                    }
                }
            }
        }
    }
}

/// Value and Σ|terms| of one output of a convolution in double precision.
func convolutionOracle(
    _ s: ConvolutionShape, _ input: Map, weights: [Float], bias: [Float], residual: Map?, rectified: Bool, n: Int, o: Int, y: Int, x: Int
) -> (value: Double, magnitude: Double) {
    let groupInputs = s.inChannels / s.groups
    let first = o / (s.outChannels / s.groups) * groupInputs
    var sum = Double(bias[o])
    var magnitude = abs(sum)
    for i in 0..<groupInputs {
        for ky in 0..<s.kernelSize {
            for kx in 0..<s.kernelSize {
                let a = Double(input.at(n, first + i, y * s.stride - s.padding + ky, x * s.stride - s.padding + kx))
                let term = a * Double(weights[((o * groupInputs + i) * s.kernelSize + ky) * s.kernelSize + kx])
                sum += term
                magnitude += abs(term)
            }
        }
    }
    if let residual {
        let r = Double(residual.at(n, o, y, x))
        sum += r
        magnitude += abs(r)
    }
    return (rectified ? max(sum, 0) : sum, magnitude)
}

/// ε of fp32 rounding to nearest.
let epsilon = 0x1p-24
