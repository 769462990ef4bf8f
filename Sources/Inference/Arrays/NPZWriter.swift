/// Writes arrays as NumPy's .npz: an uncompressed ZIP archive of .npy files, which `numpy.load` reads.
///
/// The same arrays give the same bytes: every file carries the earliest time that ZIP can express.
/// Source: PKWARE, ".ZIP File Format Specification" (APPNOTE 6.3.10), sections 4.3.7, 4.3.12 and 4.3.16.
public struct NPZWriter {
    private var archive: [UInt8] = []
    private var directory: [UInt8] = []
    private var count = 0

    /// 1980-01-01 in MS-DOS form: month 1, day 1.
    private static let earliestDate: UInt16 = 1 << 5 | 1
    /// Version 2.0 of the format.
    private static let version: UInt16 = 20

    public init() {}

    /// Appends an array in C order.
    ///
    /// - Throws: `InferenceError` `.tooLarge` where the archive would pass the 4 GiB or the 65535 files of plain ZIP.
    /// - Precondition: as many values as the shape has elements.
    public mutating func append(_ name: String, shape: [Int], _ values: [Float]) throws(InferenceError) {
        let header = NPYHeader(shape: shape)
        precondition(header.elementCount == values.count, "\(values.count) values for an array of shape \(shape)")
        let file = Array((name + ".npy").utf8)
        let headerBytes = header.bytes
        let size = headerBytes.count + 4 * values.count
        guard archive.count + directory.count + size + 2 * file.count + 128 <= Int(UInt32.max), count < 65535, file.count <= 65535 else {
            throw InferenceError(.tooLarge, "array '\(name)' with \(size) bytes makes the .npz archive larger than 4 GiB; write fewer or smaller arrays")
        }
        var checksum = CRC32()
        headerBytes.withUnsafeBytes { checksum.update($0) }
        values.withUnsafeBytes { checksum.update($0) }

        // What the local header and the central directory have in common.
        var common: [UInt8] = []
        for field in [NPZWriter.version, 0, 0, 0, NPZWriter.earliestDate] { common.append(littleEndian: field) }
        for field in [checksum.value, UInt32(size), UInt32(size)] { common.append(littleEndian: field) }
        common.append(littleEndian: UInt16(file.count))
        common.append(littleEndian: UInt16(0))

        directory += [0x50, 0x4B, 1, 2]
        directory.append(littleEndian: NPZWriter.version)
        directory += common
        // Comment, disk, internal attributes; external attributes; place of the local header.
        for _ in 0..<3 { directory.append(littleEndian: UInt16(0)) }
        directory.append(littleEndian: UInt32(0))
        directory.append(littleEndian: UInt32(archive.count))
        directory += file

        archive += [0x50, 0x4B, 3, 4]
        archive += common
        archive += file
        archive += headerBytes
        values.withUnsafeBytes { archive.append(contentsOf: $0) }
        count += 1
    }

    /// The whole archive.
    public var bytes: [UInt8] {
        var end: [UInt8] = [0x50, 0x4B, 5, 6]
        for field in [0, 0, UInt16(count), UInt16(count)] { end.append(littleEndian: field) }
        end.append(littleEndian: UInt32(directory.count))
        end.append(littleEndian: UInt32(archive.count))
        end.append(littleEndian: UInt16(0))
        return archive + directory + end
    }
}
