/// What can go wrong when a network is made ready to run.
public struct InferenceError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// The network does not make sense at this resolution, or its sizes overflow.
        case badNetwork
        /// The machine's free memory does not suffice.
        case notEnoughMemory
        /// The instruction set is not available here.
        case unavailable
        /// A file of arrays that is not there or may not be read.
        case missingFile
        /// A file of arrays that is damaged, or that holds something else than what is needed.
        case malformedFile
        /// More than a file format can hold.
        case tooLarge
    }

    public var code: Code
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
