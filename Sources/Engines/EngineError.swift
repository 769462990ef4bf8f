/// Why another runtime could not be asked, or its answer not be used.
///
/// The message is one line: the engine, what was found, what would be right. A command prints it as it stands.
public struct EngineError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// No engine of that name.
        case unknownEngine
        /// A command for an engine that cannot be understood.
        case malformedCommand
        /// The program, or a package that it needs, is not here.
        case notInstalled
        /// The engine says that it cannot run the network.
        case cannotRun
        /// The process ended, or cannot be started or spoken to.
        case gone
        /// An answer that the protocol does not know, or that cannot be true.
        case badAnswer
        /// A thread of the engine runs on CPUs that it was not given.
        case notBound
        /// A file for the engine, or of it, cannot be written or read.
        case storage
    }

    public var code: Code
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
