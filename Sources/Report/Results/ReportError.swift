/// Why a report cannot be made of a file.
public struct ReportError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of fault, for exit codes and tests.
    public enum Code: String, Hashable, Sendable {
        /// A file is not readable as JSON, or a field of it is not what it should be.
        case malformed
        /// A file is JSON, but no result of this tool.
        case foreign
        /// A newer version wrote the file.
        case tooNew
    }

    public var code: Code
    /// One line: the file, the place, what was found and what would be right.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
