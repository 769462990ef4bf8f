import Foundation

/// A folder that goes away with this object, and everything in it.
public final class TemporaryFolder {
    public let path: String

    /// - Throws: `EngineError` `.storage`.
    public init() throws(EngineError) {
        var template = Array((FileManager.default.temporaryDirectory.path + "/zendet-XXXXXX").utf8CString)
        guard let made = mkdtemp(&template) else {
            throw EngineError(.storage, "\(FileManager.default.temporaryDirectory.path): no folder can be made there: \(String(cString: strerror(errno)))")
        }
        path = String(cString: made)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    public func path(_ name: String) -> String { path + "/" + name }

    /// Writes a file and gives its path.
    ///
    /// - Throws: `EngineError` `.storage`.
    public func write(_ bytes: [UInt8], to name: String) throws(EngineError) -> String {
        do { try Data(bytes).write(to: URL(fileURLWithPath: path(name))) } catch {
            throw EngineError(.storage, "\(path(name)): \(bytes.count) bytes cannot be written: \(error.localizedDescription)")
        }
        return path(name)
    }
}
