/// How far an engine's outputs lie from the tensor core's.
public struct Agreement: Hashable, Sendable, Codable {
    /// Of each output C2, C3, …: the norm of the difference over the norm of the output.
    public var relativeL2: [Double]
    /// Of each output: the largest difference over the largest value.
    public var relativeMax: [Double]

    /// fp32 with Winograd stays well below these through a hundred layers; another network, other weights or a lower precision does not.
    public static let toleranceL2 = 1e-3
    public static let toleranceMax = 1e-2

    /// - Precondition: as many outputs of the same counts on both sides.
    public init(_ found: [[Float]], with expected: [[Float]]) {
        precondition(found.map(\.count) == expected.map(\.count), "outputs of the same shapes are compared")
        relativeL2 = []
        relativeMax = []
        for (a, b) in zip(found, expected) {
            var difference = 0.0, norm = 0.0, most = 0.0, largest = 0.0
            for (x, y) in zip(a, b) {
                let (x, y) = (Double(x), Double(y))
                difference += (x - y) * (x - y)
                norm += y * y
                // A NaN is kept: no comparison with it holds.
                most = (x - y).isNaN || abs(x - y) > most ? abs(x - y) : most
                largest = max(largest, abs(y))
            }
            relativeL2.append(difference == 0 ? 0 : Agreement.finite((difference / norm).squareRoot()))
            relativeMax.append(most == 0 ? 0 : Agreement.finite(most / largest))
        }
    }

    /// True where every output is within both tolerances.
    public var isWithinTolerance: Bool {
        relativeL2.allSatisfy { $0 <= Agreement.toleranceL2 } && relativeMax.allSatisfy { $0 <= Agreement.toleranceMax }
    }

    public var worstL2: Double { relativeL2.max() ?? 0 }

    /// The largest number there is in the place of NaN and infinity, which JSON has no words for.
    private static func finite(_ value: Double) -> Double { value.isFinite ? value : .greatestFiniteMagnitude }

    enum CodingKeys: String, CodingKey {
        case relativeL2 = "relative_l2"
        case relativeMax = "relative_max"
    }
}
