#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Writes files that are either the old or the new ones, never half of either.
enum AtomicFile {
    /// Replaces the file at `path` by `text`: written beside it, flushed to the disk, then renamed.
    ///
    /// A link is followed, so that it stays a link. A device or pipe is written to as it stands.
    /// - Throws: `CommandError` naming the file.
    static func write(_ text: String, to path: String) throws(CommandError) { try write(Array(text.utf8), to: path) }

    static func write(_ bytes: [UInt8], to path: String) throws(CommandError) {
        var status = stat()
        let exists = stat(path, &status) == 0
        let target = exists ? resolved(path) : path
        if exists, status.st_mode & S_IFMT != S_IFREG {
            guard status.st_mode & S_IFMT != S_IFDIR else { throw CommandError(.failure, "\(path): is a folder; name a file to write to") }
            try put(bytes, into: target, shown: path, flags: O_WRONLY, mode: 0)
            return
        }
        let (folder, name) = split(target)
        let temporary = "\(folder)/.\(name).\(getpid()).tmp"
        do throws(CommandError) {
            try put(bytes, into: temporary, shown: path, flags: O_WRONLY | O_CREAT | O_EXCL, mode: exists ? status.st_mode & 0o777 : 0o666)
            guard rename(temporary, target) == 0 else { throw failure(path, "cannot be replaced") }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Whether there is anything at a path.
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0
    }

    /// Fails early, before minutes of measuring, where ``write(_:to:)`` would fail late.
    static func check(_ path: String) throws(CommandError) {
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT != S_IFDIR else { throw CommandError(.failure, "\(path): is a folder; name a file to write to") }
            if status.st_mode & S_IFMT != S_IFREG { return }
        }
        let (folder, _) = split(path)
        guard access(folder, W_OK | X_OK) == 0 else { throw failure(path, "cannot be written: its folder \(folder)") }
    }

    private static func put(_ bytes: [UInt8], into path: String, shown: String, flags: Int32, mode: mode_t) throws(CommandError) {
        let descriptor = open(path, flags | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failure(shown, "cannot be written") }
        defer { close(descriptor) }
        guard bytes.withUnsafeBufferPointer({ Terminal.write($0, to: descriptor) }) else { throw failure(shown, "cannot be written") }
        // Devices and pipes cannot be flushed; that is no failure.
        if fsync(descriptor) != 0, errno != EINVAL, errno != EROFS, errno != ENOTSUP { throw failure(shown, "cannot be written") }
    }

    private static func failure(_ path: String, _ what: String) -> CommandError {
        CommandError(.failure, "\(path): \(what): \(String(cString: strerror(errno)))")
    }

    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let folder = String(path[..<slash])
        return (folder.isEmpty ? "/" : folder, String(path[path.index(after: slash)...]))
    }
}
