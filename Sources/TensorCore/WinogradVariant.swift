/// A Winograd convolution F(m x m, r x r): tiles of m x m outputs of an r x r kernel from (m + r − 1)² products a channel instead of m²·r².
///
/// Numerics: the transforms amplify rounding errors; see ``amplification`` for the bound. In a simulation in fp32 over uniform data with 64 channels,
/// the error's root mean square is 1.8 (f43), 7.5 (f63), 1.25 (f25) and 4.5 (f45) times that of direct convolution.
/// Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2016; the points of tiles of 6 are an own choice (see
/// WinogradTile6.swift), after the observation of Barabasz et al., "Error Analysis and Improving the Accuracy of Winograd Convolution", 2020.
public enum WinogradVariant: String, CaseIterable, Hashable, Sendable {
    /// F(2x2,5x5)
    case f25 = "F(2x2,5x5)"
    /// F(4x4,3x3)
    case f43 = "F(4x4,3x3)"
    /// F(4x4,5x5)
    case f45 = "F(4x4,5x5)"
    /// F(6x6,3x3)
    case f63 = "F(6x6,3x3)"

    /// m: pixels of an output tile on a side.
    public var outputs: Int {
        switch self {
        case .f25: 2
        case .f43, .f45: 4
        case .f63: 6
        }
    }

    /// r: the kernel's side.
    public var kernelSize: Int {
        switch self {
        case .f43, .f63: 3
        case .f25, .f45: 5
        }
    }

    /// t = m + r − 1: pixels of an input tile on a side, and of points, the last of which is infinity.
    public var tile: Int { outputs + kernelSize - 1 }

    /// The finite points: polynomials are evaluated at them. Exact in binary.
    public var points: [Double] { tile == 6 ? [0, 0.625, -0.625, 1.625, -1.625] : [0, 0.5, -0.5, 1, -1, 2, -2] }

    /// Multiplications of direct convolution for each of this variant, over maps that tiles cover without waste.
    public var reduction: Double { Double(outputs * outputs * kernelSize * kernelSize) / Double(tile * tile) }

    /// The variants that can compute a convolution: stride 1, dense, 3x3 or 5x5, over maps whose pixels hold whole vectors.
    public static func variants(for shape: ConvolutionShape, input: TensorLayout) -> [WinogradVariant] {
        guard shape.stride == 1, shape.groups == 1, input.pixelStep >= input.paddedChannels else { return [] }
        return allCases.filter { $0.kernelSize == shape.kernelSize }
    }

    /// Output tiles of one image.
    public func tiles(height: Int, width: Int) -> (rows: Int, columns: Int) { ((height + outputs - 1) / outputs, (width + outputs - 1) / outputs) }

    // MARK: Matrices

    /// Bᵀ, t x t: row i holds the coefficients of ∏ (x − pⱼ) over all finite points but pᵢ, the last row those of the product over all.
    public var inputMatrix: [[Double]] {
        (0..<tile).map { i in
            var polynomial = [1.0]
            for (j, p) in points.enumerated() where j != i {
                var next = [Double](repeating: 0, count: polynomial.count + 1)
                for (k, c) in polynomial.enumerated() {
                    next[k] -= p * c
                    next[k + 1] += c
                }
                polynomial = next
            }
            return polynomial + [Double](repeating: 0, count: tile - polynomial.count)
        }
    }

    /// G, t x r: row i holds the powers of pᵢ over ∏ (pᵢ − pⱼ), the last row the leading coefficient alone.
    public var kernelMatrix: [[Double]] {
        points.enumerated().map { i, p in
            let scale = points.enumerated().reduce(1.0) { $1.offset == i ? $0 : $0 * (p - $1.element) }
            return Self.powers(p, kernelSize).map { $0 / scale }
        } + [(0..<kernelSize).map { $0 == kernelSize - 1 ? 1 : 0 }]
    }

    /// Aᵀ, m x t: column i holds the powers of pᵢ, the last column the leading coefficient alone.
    public var outputMatrix: [[Double]] {
        (0..<outputs).map { y in points.map { Self.powers($0, outputs)[y] } + [y == outputs - 1 ? 1 : 0] }
    }

    /// The factor by which rounding errors may exceed those of direct convolution: with γ this factor and K input channels,
    /// |error| ≤ γ·(2K + 32)·ε·r²·K·max|x|·max|w|, ε = 2⁻²⁴.
    ///
    /// γ = (maxᵧ Σᵢ |Aᵀ[y,i]|·Σⱼ|G[i,j]|·Σⱼ|Bᵀ[i,j]|)² / r². The tests hold every output against the sharper |Aᵀ|·(Σ |U|∘(|Bᵀ||d||B|))·|A|.
    public var amplification: Double {
        func sums(_ m: [[Double]]) -> [Double] { m.map { $0.reduce(0) { $0 + abs($1) } } }
        let (g, b) = (sums(kernelMatrix), sums(inputMatrix))
        let worst = outputMatrix.map { row in (0..<tile).reduce(0.0) { $0 + abs(row[$1]) * g[$1] * b[$1] } }.max() ?? 0
        return worst * worst / Double(kernelSize * kernelSize)
    }

    private static func powers(_ x: Double, _ count: Int) -> [Double] {
        var result = [1.0]
        while result.count < count { result.append(result[result.count - 1] * x) }
        return result
    }
}
