#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The bytes of a profile on the disk: read whole, or replaced whole.
enum ProfileFile {
    /// Files beyond this are refused; a full layer grid stays far below.
    static let largestBytes = 256 << 20

    /// - Throws: `LatencyError` `.missingFile` when the file cannot be read, `.malformed` when it is too long for a profile.
    static func load(_ path: String) throws(LatencyError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, "cannot be read", .missingFile) }
        defer { close(descriptor) }
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path, "cannot be read", .missingFile) }
            if count == 0 { return all }
            all += chunk[..<count]
            guard all.count <= largestBytes else {
                throw LatencyError(.malformed, "\(path): longer than \(largestBytes >> 20) MiB, no profile is")
            }
        }
    }

    /// Writes beside the target, flushes, and renames over it: an older file stays as it is on failure.
    ///
    /// - Throws: `LatencyError` `.storage` naming the file and the cause.
    static func replace(_ path: String, with content: [UInt8]) throws(LatencyError) {
        let temporary = "\(path).\(getpid()).tmp"
        // O_EXCL: never write through somebody's link.
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path, "cannot be written") }
        var cause: Int32 = 0
        if !put(content, into: descriptor) || fsync(descriptor) != 0 { cause = errno }
        // Some file systems report a full disk only here.
        if close(descriptor) != 0, cause == 0 { cause = errno }
        if cause == 0, rename(temporary, path) != 0 { cause = errno }
        guard cause != 0 else { return }
        unlink(temporary)
        errno = cause
        throw failure(path, "cannot be written")
    }

    private static func put(_ content: [UInt8], into descriptor: Int32) -> Bool {
        var done = 0
        while done < content.count {
            let count = content.withUnsafeBytes { write(descriptor, $0.baseAddress! + done, $0.count - done) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    private static func failure(_ path: String, _ what: String, _ code: LatencyError.Code = .storage) -> LatencyError {
        LatencyError(code, "\(path): \(what): \(String(cString: strerror(errno)))")
    }
}

extension HardwareProfile {
    /// Reads and checks a profile.
    ///
    /// - Throws: `LatencyError` `.missingFile` when the file cannot be read, and what ``parse(_:source:)`` throws.
    public static func read(path: String) throws(LatencyError) -> HardwareProfile {
        try parse(ProfileFile.load(path), source: path)
    }

    /// Writes the profile whole or not at all; an older file stays as it is on failure.
    ///
    /// - Throws: `LatencyError` `.storage` naming the file and the cause; what ``validate(source:)`` throws.
    public func write(path: String) throws(LatencyError) {
        try ProfileFile.replace(path, with: [UInt8](text().utf8))
    }
}
