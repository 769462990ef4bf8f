internal import CPlatform
import Glibc

/// The settings of the operating system that can move a measurement; every field nil ("unknown") when unreadable.
public struct OperatingSystem: Hashable, Sendable, Codable {
    /// "Linux 6.1.0-18-amd64".
    public let kernel: String?
    /// "glibc 2.36".
    public let libc: String?
    public let pageBytes: Int?
    /// The chosen word of /sys/kernel/mm/transparent_hugepage/enabled: "always", "madvise" or "never".
    public let transparentHugePages: String?
    /// /proc/sys/kernel/randomize_va_space: 0 off, 2 full. Address layout moves timings between processes.
    public let addressRandomization: Int?

    /// Reads the settings of this system.
    public static func detect() -> OperatingSystem {
        var name = utsname()
        let kernel = uname(&name) == 0 ? "\(text(name.sysname)) \(text(name.release))" : nil
        let page = sysconf(Int32(_SC_PAGESIZE))
        let libc = String(cString: zd_libc_version())
        return OperatingSystem(
            kernel: kernel, libc: libc.isEmpty ? nil : libc, pageBytes: page > 0 ? page : nil,
            transparentHugePages: SmallFile.line("/sys/kernel/mm/transparent_hugepage/enabled").flatMap(chosenWord),
            addressRandomization: SmallFile.number("/proc/sys/kernel/randomize_va_space").map { Int($0) })
    }

    /// The word in brackets: "madvise" of "always [madvise] never".
    package static func chosenWord(_ line: String) -> String? {
        line.split(separator: " ").first { $0.hasPrefix("[") && $0.hasSuffix("]") }.map { String($0.dropFirst().dropLast()) }
    }

    private static func text<T>(_ array: T) -> String {
        withUnsafeBytes(of: array) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
