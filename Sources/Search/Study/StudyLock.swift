#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The right to write a study: a lock on `STUDY.lock`, which the kernel takes back when the process ends in whatever way.
///
/// Not on the study itself: closing any descriptor of a file gives up SQLite's own locks on it.
final class StudyLock {
    private let descriptor: Int32
    private let path: String

    /// - Throws: `SearchError` with `.studyInUse` if another process, or another study of this one, holds it; `.studyStorage`.
    init(study: String) throws(SearchError) {
        path = study + ".lock"
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
            guard descriptor >= 0 else {
                throw SearchError(.studyStorage, "\(path): cannot be written: \(String(cString: strerror(errno)))")
            }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                let refusal = errno
                defer { close(descriptor) }
                guard refusal == EWOULDBLOCK else {
                    throw SearchError(.studyStorage, "\(path): cannot be locked: \(String(cString: strerror(refusal)))")
                }
                let owner = Self.owner(descriptor).map { " (process \($0))" } ?? ""
                throw SearchError(
                    .studyInUse,
                    "\(study): another search\(owner) is writing this study; wait for its end, or name another file. Reading it is safe meanwhile")
            }
            // Its last owner may have removed the file between our opening and our locking it.
            var locked = stat(), present = stat()
            if fstat(descriptor, &locked) == 0, stat(path, &present) == 0, locked.st_ino == present.st_ino, locked.st_dev == present.st_dev {
                self.descriptor = descriptor
                break
            }
            close(descriptor)
        }
        let text = "\(getpid())\n"
        _ = ftruncate(descriptor, 0)
        _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
    }

    deinit {
        unlink(path)
        close(descriptor)
    }

    /// Whether a process writes the study now, and which; for readers.
    static func writer(study: String) -> String? {
        let descriptor = open(study + ".lock", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
        return owner(descriptor) ?? "unknown"
    }

    private static func owner(_ descriptor: Int32) -> String? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        return String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: "\n").first.map(String.init)
    }
}
