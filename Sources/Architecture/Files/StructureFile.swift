/// TinyNAS structure files: Python literals as published, or the same as JSON.
///
/// A file holds one structure (a list of blocks), a list of structures, or a dictionary with `best_structures`. Other keys of the
/// dictionary, and keys of a block that do not change the network (such as `inner_class`), are ignored.
public enum StructureFile {
    /// The structures in `bytes`.
    ///
    /// They are named after the file ("maedet_s.txt" gives "maedet_s"); several are numbered from 0 ("found[0]", "found[1]").
    ///
    /// - Parameters:
    ///   - bytes: a file's contents: the Python literal that is published, or JSON.
    ///   - source: the file's path, for names and errors; "-" is standard input.
    /// - Throws: `ArchitectureError` (`.malformed`, `.unsupported`) with file, line, column, block and key in the message.
    public static func parse(_ bytes: [UInt8], source: String) throws(ArchitectureError) -> [Structure] {
        let text = SourceText(name: sourceName(path: source), bytes: bytes)
        return try StructureReader(source: text, baseName: baseName(source)).structures(LiteralParser.parse(text))
    }

    /// The structures in the file at `path`; "-" is standard input.
    ///
    /// - Throws: as ``parse(_:source:)``, and `.missingFile` if the file cannot be read.
    public static func read(path: String) throws(ArchitectureError) -> [Structure] {
        try parse(readBytes(path: path), source: path)
    }

    /// "some/dir/maedet_s.txt" → "maedet_s"; "-" → "stdin".
    private static func baseName(_ path: String) -> String {
        if path == "-" { return "stdin" }
        let file = path.split(separator: "/").last.map(String.init) ?? path
        guard let dot = file.lastIndex(of: "."), dot != file.startIndex else { return file }
        return String(file[..<dot])
    }
}
