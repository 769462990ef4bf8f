/// Weights in the Winograd domain, U = G·g·Gᵀ: panels of output channels, each [point][input channel][panel width], biases apart.
///
/// The panels are those of ``PackedWeights``, so that the same microkernels read them. They take (t / r)² times the memory of the weights.
/// Numerics: transformed in double precision and rounded once.
public final class WinogradWeights: Sendable {
    public let variant: WinogradVariant
    public let panels: [PackedWeights.Panel]
    let inChannels: Int
    let outChannels: Int
    let weights: FloatBuffer
    let bias: FloatBuffer

    /// Bytes of the transformed weights of a convolution.
    public static func byteCount(_ shape: ConvolutionShape, variant: WinogradVariant) -> Int {
        TensorLayout.padded(shape.outChannels) * shape.inChannels * variant.tile * variant.tile * 4
    }

    /// - Parameters:
    ///   - shape: the convolution's sizes.
    ///   - variant: the tile that the weights are transformed for.
    ///   - source: OIHW, `shape.weightCount` values.
    ///   - biasSource: one value per output channel.
    ///   - tiles: of the kernels that will read them.
    ///   - arena: what to cut their memory from.
    /// - Precondition: the variant suits the shape: stride 1, no groups, its kernel size.
    public init(
        _ shape: ConvolutionShape, variant: WinogradVariant, weights source: UnsafePointer<Float>, bias biasSource: UnsafePointer<Float>, tiles: ConvolutionTiles,
        in arena: FloatArena? = nil
    ) {
        precondition(
            shape.stride == 1 && shape.groups == 1 && shape.kernelSize == variant.kernelSize,
            "\(variant.rawValue) for a kernel of \(shape.kernelSize), stride \(shape.stride), \(shape.groups) groups")
        self.variant = variant
        inChannels = shape.inChannels
        outChannels = shape.outChannels
        let padded = TensorLayout.padded(shape.outChannels)
        let (tile, side) = (variant.tile, variant.kernelSize)
        let depth = tile * tile * shape.inChannels
        panels = PackedWeights.panels(padded, depth: depth, tiles: tiles)
        weights = FloatBuffer(count: padded * depth, in: arena)
        bias = FloatBuffer(count: padded, in: arena)
        bias.base.update(from: biasSource, count: shape.outChannels)

        let transform = KernelTransform(variant)
        for panel in panels {
            let width = panel.vectors * tiles.lanes
            let real = max(min(width, shape.outChannels - panel.firstChannel), 0)
            for i in 0..<shape.inChannels {
                let target = weights.base + panel.offset + i * width
                for lane in 0..<real {
                    let kernel = source + ((panel.firstChannel + lane) * shape.inChannels + i) * side * side
                    transform.apply(kernel, target + lane, step: shape.inChannels * width)
                }
            }
        }
    }
}

/// G·g·Gᵀ of one kernel in double precision.
struct KernelTransform {
    private let tile: Int
    private let side: Int
    private let g: [Double]

    init(_ variant: WinogradVariant) {
        tile = variant.tile
        side = variant.kernelSize
        g = variant.kernelMatrix.flatMap { $0 }
    }

    /// Point (i, j) is stored at `target + (i·t + j)·step`.
    func apply(_ kernel: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, step: Int) {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: tile * side) { half in
            g.withUnsafeBufferPointer { g in
                for i in 0..<tile {
                    for x in 0..<side {
                        var sum = 0.0
                        for y in 0..<side { sum += g[i &* side &+ y] * Double(kernel[y &* side &+ x]) }
                        half[i &* side &+ x] = sum
                    }
                }
                var p = target
                for i in 0..<tile {
                    for j in 0..<tile {
                        var sum = 0.0
                        for x in 0..<side { sum += g[j &* side &+ x] * half[i &* side &+ x] }
                        p.pointee = Float(sum)
                        p += step
                    }
                }
            }
        }
    }
}
