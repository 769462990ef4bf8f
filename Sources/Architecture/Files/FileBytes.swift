#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads a whole file, or standard input for "-", up to a size limit.
///
/// - Throws: `ArchitectureError` (`.missingFile`) with the system's reason; (`.malformed`) if the file is too large.
package func readBytes(path: String, noun: String = "a structure file", mostBytes: Int = 4 << 20) throws(ArchitectureError) -> [UInt8] {
    let name = sourceName(path: path)
    let descriptor = path == "-" ? 0 : open(path, O_RDONLY)
    guard descriptor >= 0 else { throw unreadable(name) }
    defer { if descriptor != 0 { close(descriptor) } }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count == 0 { return bytes }
        guard count > 0 else {
            if errno == EINTR { continue }
            throw unreadable(name)
        }
        bytes += buffer[..<count]
        guard bytes.count <= mostBytes else {
            throw ArchitectureError(.malformed, "\(name): more than \(mostBytes) bytes; \(noun) has fewer")
        }
    }
}

/// The name under which a path appears in errors.
package func sourceName(path: String) -> String { path == "-" ? "<standard input>" : path }

private func unreadable(_ name: String) -> ArchitectureError {
    ArchitectureError(.missingFile, "\(name): cannot be read: \(String(cString: strerror(errno)))")
}
