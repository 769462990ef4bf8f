/// Why a score cannot be computed as asked.
public struct EntropyError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// The list of stage weights is empty or holds a weight that is no weight.
        case badWeights
        /// A weight other than 0 has no stage in the network.
        case unusedWeights
    }

    public var code: Code
    /// One line: what was found, what would be right.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
