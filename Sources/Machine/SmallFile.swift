import Glibc

/// The outcome of reading a small file of procfs, sysfs or a cgroup.
///
/// A file that is not there and a file that may not be read mean different things: no limit, and an unknown limit.
enum SmallFile: Hashable, Sendable {
    case text(String)
    case missing
    case unreadable(reason: String)

    /// Reads the whole file, at most `limit` bytes. These files have no size until they are read, so it reads until the end.
    static func read(_ path: String, limit: Int = 1 << 20) -> SmallFile {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let code = errno
            return code == ENOENT || code == ENOTDIR ? .missing : .unreadable(reason: "\(path): \(systemText(code))")
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        let chunk = 16384
        while bytes.count < limit {
            var code: Int32 = 0
            var got = 0
            let old = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: chunk))
            bytes.withUnsafeMutableBytes { buffer in
                repeat {
                    got = Glibc.read(descriptor, buffer.baseAddress! + old, chunk)
                    code = errno
                } while got < 0 && code == EINTR
            }
            bytes.removeLast(chunk - max(got, 0))
            if got < 0 { return .unreadable(reason: "\(path): \(systemText(code))") }
            if got == 0 { break }
        }
        return .text(String(decoding: bytes, as: UTF8.self))
    }

    /// The text, or nil for either failure.
    var text: String? {
        if case .text(let text) = self { text } else { nil }
    }

    /// The first line without surrounding blanks; nil when there is no text.
    static func line(_ path: String) -> String? {
        guard let text = read(path).text, let line = text.split(separator: "\n").first else { return nil }
        return trimmed(line)
    }

    /// The number that the file holds; nil when it is unreadable or holds something else.
    static func number(_ path: String) -> UInt64? { line(path).flatMap { UInt64($0) } }
}

/// Whether `path` is a directory.
func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// Names in a directory in ascending order; empty when it cannot be listed.
func directoryNames(_ path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
            tuple.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
        }
        if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
}

/// The system's words for an error number.
func systemText(_ code: Int32) -> String { String(cString: strerror(code)) }

/// A piece of text without blanks at either end.
func trimmed(_ text: some StringProtocol) -> String {
    let isBlank = { (c: Character) in c == " " || c == "\t" || c == "\n" || c == "\r" }
    guard let first = text.firstIndex(where: { !isBlank($0) }), let last = text.lastIndex(where: { !isBlank($0) }) else { return "" }
    return String(text[first...last])
}
