import Architecture
import Foundation

/// Weights that an ONNX file keeps in other files: those beside it, never anything outside of its folder.
///
/// Source: ONNX, "External Data": the keys location, offset and length of a tensor.
struct ONNXExternalData {
    /// The model's path, for errors; its folder holds the data.
    let source: String

    /// - Throws: `ExportError`: a place outside the model's folder, a file that is not there or too short.
    func read(_ tensor: ONNXTensorProto, bytes: Int) throws(ExportError) -> Data {
        var entries: [String: String] = [:]
        for entry in tensor.externalData { entries[entry.key] = entry.value }
        guard let location = entries["location"], !location.isEmpty else { throw malformed(tensor, "names no file") }
        // ONNX demands a relative path below the model's folder; a link that leads out of it counts as outside too.
        guard !location.hasPrefix("/"), !location.split(separator: "/").contains(".."), !location.utf8.contains(0) else {
            throw malformed(tensor, "are said to be in \(quoted(location)), outside of the model's folder")
        }
        let folder = URL(fileURLWithPath: source).deletingLastPathComponent().resolvingSymlinksInPath().standardizedFileURL
        let file = folder.appendingPathComponent(location).resolvingSymlinksInPath().standardizedFileURL
        guard file.path.hasPrefix(folder.path == "/" ? "/" : folder.path + "/") else {
            throw malformed(tensor, "are said to be in \(quoted(location)), which leads out of the model's folder")
        }
        guard let offset = UInt64(entries["offset"] ?? "0"), offset < UInt64(Int64.max / 2) else { throw malformed(tensor, "have no number as their offset") }
        if let length = entries["length"], Int(length) != bytes {
            throw malformed(tensor, "are said to be \(quoted(length)) bytes; their shape needs \(bytes)")
        }
        // A pipe would never answer.
        guard (try? FileManager.default.attributesOfItem(atPath: file.path)[.type] as? FileAttributeType) == .typeRegular,
            let handle = FileHandle(forReadingAtPath: file.path)
        else { throw ExportError(.missingFile, "\(source): the weights \(quoted(tensor.name)) are in \(quoted(location)), which cannot be read") }
        defer { try? handle.close() }
        do {
            guard try handle.seekToEnd() >= offset + UInt64(bytes) else { throw malformed(tensor, "end behind the end of \(quoted(location))") }
            try handle.seek(toOffset: offset)
            return try handle.read(upToCount: bytes) ?? Data()
        } catch let error as ExportError { throw error } catch { throw malformed(tensor, "cannot be read from \(quoted(location))") }
    }

    private func malformed(_ tensor: ONNXTensorProto, _ what: String) -> ExportError {
        ExportError(.malformed, "\(source): the weights \(quoted(tensor.name)) \(what)")
    }
}
