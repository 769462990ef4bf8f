#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Finds hardware profiles on the disk, wherever the binary is run from.
///
/// In this order: the path a person gave; the folder that the environment names; a folder `hardware-profiles` beside the executable or in
/// one of the folders above it (so a binary in a package's build folder finds the package's); the same in the current folder. What a person
/// named must be there: it is never passed over in silence.
public struct ProfileLocator: Sendable {
    /// Name of the environment variable.
    public static let variable = "ZENDET_PROFILES"
    /// Name of the folder.
    public static let folder = "hardware-profiles"

    /// A profile or a folder of profiles that a person named; nil if none.
    public var explicit: String?
    /// Value of ``variable``; nil if unset.
    public var environment: String?
    /// Full path of the running executable; nil if unknown.
    public var executable: String?
    public var currentFolder: String

    /// - Parameter explicit: a profile's file or a folder of profiles, as given on the command line.
    public init(explicit: String? = nil) {
        let value = getenv(Self.variable).map { String(cString: $0) }
        self.init(
            explicit: explicit, environment: value?.isEmpty == true ? nil : value, executable: Self.runningExecutable(), currentFolder: ".")
    }

    public init(explicit: String?, environment: String?, executable: String?, currentFolder: String) {
        self.explicit = explicit
        self.environment = environment
        self.executable = executable
        self.currentFolder = currentFolder
    }

    /// The file of a profile.
    ///
    /// - Parameter name: the profile's name without ".json".
    /// - Throws: `LatencyError` `.missingFile` that lists every place looked at.
    public func path(of name: String) throws(LatencyError) -> String {
        if let explicit {
            if Self.isFolder(explicit) { return try existing("\(explicit)/\(name).json") }
            return try existing(explicit)
        }
        if let environment {
            guard Self.isFolder(environment) else {
                throw LatencyError(.missingFile, "\(Self.variable)=\(environment): no such folder; a folder of hardware profiles was expected")
            }
            return try existing("\(environment)/\(name).json")
        }
        let candidates = folders.map { "\($0)/\(name).json" }
        if let found = candidates.first(where: Self.isFile) { return found }
        throw LatencyError(
            .missingFile,
            "no hardware profile \"\(name)\"; looked for \(candidates.joined(separator: ", ")); name its file, or its folder in \(Self.variable)")
    }

    /// The folder where profiles are read from and written to.
    ///
    /// - Throws: `LatencyError` `.missingFile` that lists every place looked at.
    public func folder() throws(LatencyError) -> String {
        if let named = explicit ?? environment {
            guard Self.isFolder(named) else {
                throw LatencyError(.missingFile, "\(named): no such folder; a folder of hardware profiles was expected")
            }
            return named
        }
        if let found = folders.first(where: Self.isFolder) { return found }
        throw LatencyError(
            .missingFile, "no folder of hardware profiles; looked for \(folders.joined(separator: ", ")); name one in \(Self.variable)")
    }

    /// The folders to look in when nobody named one, nearest to the executable first.
    private var folders: [String] {
        var all: [String] = []
        if let executable {
            var parts = executable.split(separator: "/").dropLast()
            while true {
                all.append(parts.map { "/" + $0 }.joined() + "/" + Self.folder)
                guard parts.popLast() != nil else { break }
            }
        }
        all.append(currentFolder == "." ? Self.folder : "\(currentFolder)/\(Self.folder)")
        return all
    }

    private func existing(_ path: String) throws(LatencyError) -> String {
        guard Self.isFile(path) else { throw LatencyError(.missingFile, "\(path): no such file; a hardware profile was expected") }
        return path
    }

    private static func mode(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }

    /// Anything that can be read: a file, or a pipe that a shell put in its place.
    private static func isFile(_ path: String) -> Bool { mode(path).map { $0 != S_IFDIR } ?? false }
    private static func isFolder(_ path: String) -> Bool { mode(path) == S_IFDIR }

    /// This program's own file; nil where the system does not tell.
    package static func runningExecutable() -> String? {
        #if os(Linux)
            guard let path = realpath("/proc/self/exe", nil) else { return nil }
            defer { free(path) }
            return String(cString: path)
        #else
            guard let first = CommandLine.arguments.first, let path = realpath(first, nil) else { return nil }
            defer { free(path) }
            return String(cString: path)
        #endif
    }
}
