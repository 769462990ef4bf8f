import Latency

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Profiles by name or path.
enum ProfileFiles {
    /// The file that a person means: a path that there is, or a name in the folder of profiles.
    ///
    /// - Throws: `LatencyError` `.missingFile`.
    static func path(of nameOrPath: String) throws(LatencyError) -> String {
        if nameOrPath.contains("/") || nameOrPath.hasSuffix(".json") || access(nameOrPath, F_OK) == 0 { return nameOrPath }
        return try ProfileLocator().path(of: nameOrPath)
    }

    /// Every ".json" file of a folder, by name.
    static func all(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            // schema.json describes the profiles and is none.
            if name.hasSuffix(".json"), !name.hasPrefix("."), !name.hasSuffix("schema.json") { names.append(name) }
        }
        return names.sorted().map { folder + "/" + $0 }
    }
}
