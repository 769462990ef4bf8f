#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads a whole file, or standard input for "-", up to the parser's size limit.
///
/// - Throws: `ArchitectureError` (`.missingFile`) with the system's reason; (`.malformed`) if the file is too large.
func readBytes(path: String) throws(ArchitectureError) -> [UInt8] {
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
        guard bytes.count <= LiteralParser.mostBytes else {
            throw ArchitectureError(.malformed, "\(name): more than \(LiteralParser.mostBytes) bytes; a structure file has a few thousand")
        }
    }
}

/// The name under which a path appears in errors.
func sourceName(path: String) -> String { path == "-" ? "<standard input>" : path }

private func unreadable(_ name: String) -> ArchitectureError {
    ArchitectureError(.missingFile, "\(name): cannot be read: \(String(cString: strerror(errno)))")
}
