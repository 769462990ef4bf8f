/// What went wrong while measuring, storing or predicting a latency.
///
/// Bad conditions during a measurement are not errors: they are a ``Verdict`` with reasons.
public struct LatencyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of fault, for exit codes and tests.
    public enum Code: String, Hashable, Sendable {
        /// A file that should be there is not.
        case missingFile
        /// A file is damaged or not what it should be.
        case malformed
        /// A file was written by a newer version.
        case tooNew
        /// Stored values could not be read or written.
        case storage
        /// A layer could not be run, for example for want of memory.
        case cannotMeasure
        /// A value is outside of what is allowed.
        case outOfRange
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
