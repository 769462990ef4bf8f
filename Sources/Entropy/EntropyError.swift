/// Why a score cannot be computed as asked.
public struct EntropyError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// The list of stage weights is empty or holds a weight that is no weight.
        case badWeights
        /// A weight other than 0 has no stage in the network.
        case unusedWeights
        /// An option of a forward pass makes no sense.
        case badOption
        /// The network and the resolution do not go together, or it has no main branch.
        case badNetwork
        /// A layer's values left the range of fp32; the message names the layer.
        case overflow
        /// A layer's output is constant, so that nothing can be divided by its standard deviation; the message names the layer.
        case zeroVariance
        /// The machine lacks the memory or the instruction set.
        case unavailable
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
