/// Why a network could not be written, or a file not be understood.
///
/// The message is one line: file, place, what was found, what would be right. A command prints it as it stands.
public struct ExportError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// The format cannot express the network, or not at that size.
        case cannotExpress
        /// The network and the resolution do not go together, or the weights do not fit it.
        case badNetwork
        /// A file that is not there or cannot be read.
        case missingFile
        /// A damaged file, or one that contradicts itself.
        case malformed
        /// A well-formed file with something that is not run here.
        case unsupported
    }

    public var code: Code
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
