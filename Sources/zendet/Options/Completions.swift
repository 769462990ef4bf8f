import Architecture
import ArgumentParser
import Latency

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a shell offers where a value is wanted.
extension CompletionKind {
    /// Networks of the zoo, and files: a structure may have any ending.
    static let network = CompletionKind.custom { _, _, word in Completions.names(Zoo.entries.map(\.name), word) + Completions.files(word) }

    /// The same behind a factor, as in `0.8xresnet50`; a time is for the person to write.
    static let latencyBudget = CompletionKind.custom { _, _, word in
        let factor = word.prefix { $0.isNumber || $0 == "." }
        let isFactor = !factor.isEmpty && word.dropFirst(factor.count).first == "x"
        return Completions.names(Zoo.entries.map { isFactor ? "\(factor)x\($0.name)" : $0.name }, word)
    }

    /// Profiles by name, and files.
    static let profile = CompletionKind.custom { _, _, word in
        let names = (try? ProfileLocator().folder()).map { ProfileFiles.all(in: $0) } ?? []
        return Completions.names(names.compactMap { $0.split(separator: "/").last.map { String($0.dropLast(".json".count)) } }, word) + Completions.files(word)
    }
}

enum Completions {
    static func names(_ names: [String], _ word: String) -> [String] { names.filter { $0.hasPrefix(word) } }

    /// Files and folders that begin with a word, as a shell would list them; hidden ones only where asked for.
    static func files(_ word: String) -> [String] {
        let slash = word.lastIndex(of: "/")
        let folder = slash.map { String(word[...$0]) } ?? ""
        let start = slash.map { String(word[word.index(after: $0)...]) } ?? word
        guard let directory = opendir(folder.isEmpty ? "." : folder) else { return [] }
        defer { closedir(directory) }
        var found: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            guard name.hasPrefix(start), !name.hasPrefix(".") || start.hasPrefix(".") && name != "." && name != ".." else { continue }
            var status = stat()
            let isFolder = stat(folder + name, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
            found.append(folder + name + (isFolder ? "/" : ""))
        }
        return found.sorted()
    }
}
