import TensorCore
import Testing

/// An exact fraction; the matrices' entries fit 128 bits by far.
struct Fraction: Equatable {
    var numerator: Int128
    var denominator: Int128

    init(_ numerator: Int128, _ denominator: Int128 = 1) {
        var (a, b) = (abs(numerator), abs(denominator))
        while b != 0 { (a, b) = (b, a % b) }
        let sign: Int128 = denominator < 0 ? -1 : 1
        self.numerator = sign * numerator / a
        self.denominator = sign * denominator / a
    }

    /// A double whose fraction has at most 32 bits.
    init(exactly value: Double) { self.init(Int128(value * 0x1p32), 1 << 32) }

    var double: Double { Double(numerator) / Double(denominator) }
    static func + (a: Self, b: Self) -> Self { Self(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator) }
    static func - (a: Self, b: Self) -> Self { a + Self(-b.numerator, b.denominator) }
    static func * (a: Self, b: Self) -> Self { Self(a.numerator * b.numerator, a.denominator * b.denominator) }
    static func / (a: Self, b: Self) -> Self { Self(a.numerator * b.denominator, a.denominator * b.numerator) }
}

/// The matrices of Cook and Toom from the points, in fractions: written apart from the ones under test.
struct ExactMatrices {
    var input: [[Fraction]]
    var kernel: [[Fraction]]
    var output: [[Fraction]]

    init(_ v: WinogradVariant) {
        let points = v.points.map(Fraction.init(exactly:))
        func power(_ x: Fraction, _ n: Int) -> Fraction { (0..<n).reduce(Fraction(1)) { p, _ in p * x } }
        /// Coefficient of xᵏ in ∏ (x − p): by elementary symmetric functions.
        func coefficient(_ roots: [Fraction], _ k: Int) -> Fraction {
            var symmetric = [Fraction(1)] + [Fraction](repeating: Fraction(0), count: roots.count)
            for r in roots { for i in stride(from: roots.count, to: 0, by: -1) { symmetric[i] = symmetric[i] + symmetric[i - 1] * r } }
            guard k <= roots.count else { return Fraction(0) }
            return (roots.count - k) % 2 == 0 ? symmetric[roots.count - k] : Fraction(0) - symmetric[roots.count - k]
        }
        let last = points.count
        input = (0...last).map { i in (0...last).map { coefficient(points.enumerated().filter { $0.offset != i }.map(\.element), $0) } }
        kernel = (0...last).map { i in
            (0..<v.kernelSize).map { k in
                guard i < last else { return Fraction(k == v.kernelSize - 1 ? 1 : 0) }
                let scale = points.enumerated().filter { $0.offset != i }.reduce(Fraction(1)) { $0 * (points[i] - $1.element) }
                return power(points[i], k) / scale
            }
        }
        output = (0..<v.outputs).map { y in (0...last).map { $0 < last ? power(points[$0], y) : Fraction(y == v.outputs - 1 ? 1 : 0) } }
    }
}

@Suite("Matrices of Winograd convolution")
struct WinogradMatrixTests {
    @Test("Σᵢ Aᵀ[y,i]·G[i,k]·Bᵀ[i,j] is 1 where j = y + k and 0 elsewhere, exactly", arguments: WinogradVariant.allCases)
    func identity(variant: WinogradVariant) {
        let m = ExactMatrices(variant)
        #expect(m.input.count == variant.tile && m.output.count == variant.outputs)
        for y in 0..<variant.outputs {
            for k in 0..<variant.kernelSize {
                for j in 0..<variant.tile {
                    let sum = (0..<variant.tile).reduce(Fraction(0)) { $0 + m.output[y][$1] * m.kernel[$1][k] * m.input[$1][j] }
                    #expect(sum == Fraction(j == y + k ? 1 : 0), "\(variant.rawValue) at \(y), \(k), \(j)")
                }
            }
        }
    }

    @Test("The matrices in double precision are those in fractions", arguments: WinogradVariant.allCases)
    func doubles(variant: WinogradVariant) {
        let m = ExactMatrices(variant)
        #expect(variant.inputMatrix == m.input.map { $0.map(\.double) })
        #expect(variant.outputMatrix == m.output.map { $0.map(\.double) })
        for (row, exact) in zip(variant.kernelMatrix, m.kernel) {
            for (a, b) in zip(row, exact) { #expect(abs(a - b.double) <= 0x1p-50 * abs(b.double)) }
        }
    }

    @Test("Amplification factors are the documented ones")
    func amplification() {
        for (variant, expected) in [(WinogradVariant.f25, 40.2), (.f43, 55.0), (.f45, 301.2), (.f63, 508.8)] {
            #expect(abs(variant.amplification - expected) < 0.1, "\(variant.rawValue): \(variant.amplification)")
        }
        #expect(WinogradVariant.f43.reduction == 4 && WinogradVariant.f63.reduction == 5.0625 && WinogradVariant.f45.reduction == 6.25)
    }
}
