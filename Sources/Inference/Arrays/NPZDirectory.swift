#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Finds the arrays of an .npz file from the central directory at its end, trusting no number that it has not checked.
///
/// Source: PKWARE, ".ZIP File Format Specification" (APPNOTE 6.3.10), sections 4.3.7, 4.3.12 and 4.3.16.
struct NPZDirectory {
    let path: String
    let descriptor: Int32

    private static let endBytes = 22
    private static let longestComment = 65535

    func entries() throws(InferenceError) -> [String: NPZFile.Entry] {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw InferenceError(.missingFile, "\(path): is no ordinary file; an .npz file is needed")
        }
        let size = Int(status.st_size)
        let end = try findEnd(size)
        let (count, length, start) = (end.littleEndian16(10), end.littleEndian32(12), end.littleEndian32(16))
        guard count < 0xFFFF, length < 0xFFFF_FFFF, start < 0xFFFF_FFFF else { throw malformed("is larger than 4 GiB (ZIP64), which is not read") }
        guard start + length <= size - NPZDirectory.endBytes else { throw malformed("its table of contents lies beyond its end; is it cut off?") }
        let table = try read(start, length)
        var result: [String: NPZFile.Entry] = [:]
        var index = 0
        for number in 0..<count {
            guard index + 46 <= table.count, table[index..<index + 4].elementsEqual([0x50, 0x4B, 1, 2]) else {
                throw malformed("entry \(number + 1) of \(count) in its table of contents is damaged")
            }
            let nameLength = table.littleEndian16(index + 28)
            let next = index + 46 + nameLength + table.littleEndian16(index + 30) + table.littleEndian16(index + 32)
            guard next <= table.count else { throw malformed("entry \(number + 1) of \(count) in its table of contents is cut off") }
            let file = String(decoding: table[(index + 46)..<(index + 46 + nameLength)], as: UTF8.self)
            guard file.hasSuffix(".npy") else { throw malformed("holds '\(file)'; an .npz file holds .npy files only") }
            let name = String(file.dropLast(4))
            guard result[name] == nil else { throw malformed("holds two arrays '\(name)'") }
            result[name] = try entry(name, Array(table[index..<(index + 46)]), dataEnd: start)
            index = next
        }
        return result
    }

    /// The record at the end of the archive: the last place where its signature stands and its comment fills the rest.
    private func findEnd(_ size: Int) throws(InferenceError) -> [UInt8] {
        let tail = min(size, NPZDirectory.endBytes + NPZDirectory.longestComment)
        let bytes = try read(size - tail, tail)
        var index = tail - NPZDirectory.endBytes
        while index >= 0 {
            if bytes[index] == 0x50, bytes[index + 1] == 0x4B, bytes[index + 2] == 5, bytes[index + 3] == 6,
                index + NPZDirectory.endBytes + bytes.littleEndian16(index + 20) == tail
            {
                return Array(bytes[index..<(index + NPZDirectory.endBytes)])
            }
            index -= 1
        }
        throw malformed("is no .npz file, or it is cut off: the end of a ZIP archive was not found")
    }

    /// - Parameters:
    ///   - record: the fixed part of its record in the table of contents.
    ///   - dataEnd: where the table of contents begins: no data lie behind it.
    private func entry(_ name: String, _ record: [UInt8], dataEnd: Int) throws(InferenceError) -> NPZFile.Entry {
        let (flags, method) = (record.littleEndian16(8), record.littleEndian16(10))
        guard flags & 1 == 0 else { throw malformed(name, "is encrypted") }
        guard method == 0 else { throw malformed(name, "is compressed; write it with numpy.savez, not savez_compressed") }
        let (packed, size, local) = (record.littleEndian32(20), record.littleEndian32(24), record.littleEndian32(42))
        guard packed == size, size < 0xFFFF_FFFF, local < 0xFFFF_FFFF else {
            throw malformed(name, "has sizes that contradict one another (\(packed) and \(size))")
        }
        guard local + 30 <= dataEnd else { throw malformed(name, "lies beyond the end of the data") }
        let header = try read(local, 30)
        guard header.starts(with: [0x50, 0x4B, 3, 4]) else { throw malformed(name, "is not where the table of contents says") }
        let data = local + 30 + header.littleEndian16(26) + header.littleEndian16(28)
        guard data + size <= dataEnd else { throw malformed(name, "claims \(size) bytes, more than the file has there; is it cut off?") }

        let npy: [UInt8]
        let parsed: NPYHeader
        do {
            let length = try NPYHeader.length(prefix: try read(data, min(size, NPYHeader.prefixBytes)))
            guard length <= size else { throw NPYHeader.Malformed("ends inside its header") }
            npy = try read(data, length)
            parsed = try NPYHeader(npy)
        } catch let error as NPYHeader.Malformed {
            throw malformed(name, error.what)
        } catch {
            throw error as? InferenceError ?? malformed(name, "cannot be read")
        }
        guard let count = parsed.elementCount, count <= Int(UInt32.max) / 4, npy.count + 4 * count == size else {
            throw malformed(name, "has shape \(parsed.shape), which does not fit its \(size - npy.count) bytes of data")
        }
        return NPZFile.Entry(shape: parsed.shape, count: count, header: npy, offset: data + npy.count, checksum: UInt32(record.littleEndian32(16)))
    }

    private func read(_ offset: Int, _ count: Int) throws(InferenceError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let whole = bytes.withUnsafeMutableBytes { readFully(descriptor, $0, at: offset) }
        guard whole else { throw malformed("cannot be read to its end") }
        return bytes
    }

    private func malformed(_ what: String) -> InferenceError { InferenceError(.malformedFile, "\(path): \(what)") }

    private func malformed(_ array: String, _ what: String) -> InferenceError {
        InferenceError(.malformedFile, "\(path): array '\(array)' \(what)")
    }
}
