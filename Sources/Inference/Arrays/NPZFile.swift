#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Arrays in an .npz file as `numpy.savez` writes it: fp32, C order, not compressed.
///
/// Opening checks every name, size and place; values are read one array at a time, so that a file of weights is never in memory as a whole.
public final class NPZFile: Sendable {
    /// One array: where it lies and what it must look like.
    struct Entry: Sendable {
        var shape: [Int]
        var count: Int
        /// The .npy header's bytes, which the checksum covers too.
        var header: [UInt8]
        /// First byte of the data in the file.
        var offset: Int
        var checksum: UInt32
    }

    public let path: String
    private let descriptor: Int32
    private let entries: [String: Entry]

    /// - Throws: `InferenceError` `.missingFile` or `.malformedFile`, naming the file and the array.
    public init(path: String) throws(InferenceError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw InferenceError(.missingFile, "\(path): cannot be read: \(String(cString: strerror(errno)))") }
        do throws(InferenceError) {
            entries = try NPZDirectory(path: path, descriptor: descriptor).entries()
        } catch {
            close(descriptor)
            throw error
        }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Names in alphabetical order.
    public var names: [String] { entries.keys.sorted() }

    /// Shape of an array; nil where there is none of that name.
    public func shape(_ name: String) -> [Int]? { entries[name]?.shape }

    /// Values of an array of a known shape, in C order.
    ///
    /// - Throws: `InferenceError` `.malformedFile`: no such array, another shape, or data that do not match their checksum.
    public func read(_ name: String, shape: [Int]) throws(InferenceError) -> [Float] {
        try check(name, shape: shape)
        let entry = entries[name]!
        let bytes = 4 * entry.count
        var whole = true
        let values = [Float](unsafeUninitializedCapacity: entry.count) { buffer, initialized in
            whole = readFully(descriptor, UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<bytes]), at: entry.offset)
            initialized = whole ? entry.count : 0
        }
        guard whole else { throw InferenceError(.malformedFile, "\(path): array '\(name)' cannot be read to its end; did the file change?") }
        var checksum = CRC32()
        entry.header.withUnsafeBytes { checksum.update($0) }
        values.withUnsafeBytes { checksum.update($0) }
        guard checksum.value == entry.checksum else {
            throw InferenceError(.malformedFile, "\(path): array '\(name)' does not match its checksum; write the file again")
        }
        return values
    }

    /// - Throws: `InferenceError` `.malformedFile` unless there is an array of that name and shape.
    public func check(_ name: String, shape: [Int]) throws(InferenceError) {
        guard let found = entries[name] else {
            throw InferenceError(.malformedFile, "\(path): has no array '\(name)'; one of shape \(shape) is needed")
        }
        guard found.shape == shape else {
            throw InferenceError(.malformedFile, "\(path): array '\(name)' has shape \(found.shape); \(shape) is needed")
        }
    }
}

/// Fills a buffer from a place in a file; false when the file ends before or cannot be read.
func readFully(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Bool {
    var done = 0
    while done < buffer.count {
        let count = pread(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return false }
        done += count
    }
    return true
}
