/// What this module refuses, with a message that names the place, what was found, and what would be right.
public struct MachineError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of fault; the command line turns it into an exit code.
    public enum Code: String, Hashable, Sendable {
        /// A file that was named does not exist or cannot be read.
        case missingFile
        /// Text that does not follow its format.
        case malformed
        /// A CPU that this process may not use, or that does not exist.
        case outsideAllowedSet
        /// More threads than there are CPUs to give them.
        case tooManyThreads
        /// The same CPU twice.
        case duplicate
        /// The system or hwloc refused a request.
        case unavailable
        /// A thread was not bound to the CPU it was asked onto.
        case notBound
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
