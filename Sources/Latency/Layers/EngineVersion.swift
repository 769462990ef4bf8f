#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Which build of the engine a layer was measured with.
///
/// A time measured with other kernels says nothing about these, and a version number does not change when a developer edits a kernel. So
/// the version is joined by the size and the time of the program's own file: every build measures for itself.
public enum EngineVersion {
    /// For example "0.1.0+1d3f0a8-66f2a1b3"; only the version where the program's file cannot be seen.
    public static let current: String = {
        var status = stat()
        guard stat("/proc/self/exe", &status) == 0 else { return ZenDetVersion.current }
        #if canImport(Glibc)
            let modified = status.st_mtim
        #else
            let modified = status.st_mtimespec
        #endif
        let time = UInt64(bitPattern: Int64(modified.tv_sec)) &* 1_000_000_000 &+ UInt64(modified.tv_nsec)
        return "\(ZenDetVersion.current)+\(String(UInt64(status.st_size), radix: 16))-\(String(time, radix: 16))"
    }()
}
