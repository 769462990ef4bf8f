/// The header of NumPy's .npy format: fp32, little-endian, C order; nothing else is read or written.
///
/// Source: NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays", versions 1.0 to 3.0.
struct NPYHeader: Hashable {
    var shape: [Int]

    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    /// Headers are some 120 bytes; what claims to be longer than this is none.
    private static let longest = 1 << 16
    /// Bytes that tell how long the header is, with room for the longer form of version 2.
    static let prefixBytes = 12
    /// NumPy's own limit is 64.
    private static let mostDimensions = 64

    init(shape: [Int]) { self.shape = shape }

    /// The header's bytes; the data that follow are aligned to 64 bytes.
    var bytes: [UInt8] {
        let dimensions = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
        var text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(dimensions)), }"
        let unpadded = NPYHeader.magic.count + 4 + text.utf8.count + 1
        text += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
        var bytes = NPYHeader.magic + [1, 0]
        bytes.append(littleEndian: UInt16(text.utf8.count))
        return bytes + Array(text.utf8)
    }

    /// Bytes from the start of the file to the data, from the first ``prefixBytes`` bytes (fewer in a shorter file).
    ///
    /// - Throws: a message that says what was found and what would be right.
    static func length(prefix: [UInt8]) throws(Malformed) -> Int {
        guard prefix.count >= 10, prefix.starts(with: magic) else { throw Malformed("does not begin like a .npy file (\\x93NUMPY)") }
        let version = prefix[6]
        guard (1...3).contains(version) else { throw Malformed("has version \(version) of the .npy format; 1 to 3 are known") }
        guard version == 1 || prefix.count >= 12 else { throw Malformed("ends inside its header") }
        let text = version == 1 ? prefix.littleEndian16(8) : prefix.littleEndian32(8)
        guard text <= longest else { throw Malformed("claims a header of \(text) bytes; at most \(longest) make sense") }
        return (version == 1 ? 10 : 12) + text
    }

    /// Reads a whole header of the length that ``length(prefix:)`` told.
    init(_ bytes: [UInt8]) throws(Malformed) {
        let text = String(decoding: bytes.dropFirst(bytes.count > 6 && bytes[6] == 1 ? 10 : 12), as: UTF8.self)
        let type = try NPYHeader.field("descr", text)
        guard type.hasPrefix("'<f4'") else { throw Malformed("has the type \(type.prefix(8)); '<f4' (fp32, little-endian) is read") }
        let order = try NPYHeader.field("fortran_order", text)
        guard order.hasPrefix("False") else { throw Malformed("has fortran_order \(order.prefix(5)); only False (C order) is read") }
        let tuple = try NPYHeader.field("shape", text)
        guard tuple.hasPrefix("("), let end = tuple.firstIndex(of: ")") else { throw Malformed("has no tuple as its shape") }
        let inside = tuple[tuple.index(after: tuple.startIndex)..<end]
        shape = []
        for piece in inside.split(separator: ",") {
            let digits = piece.filter { $0 != " " }
            if digits.isEmpty { continue }
            guard let size = Int(digits), size >= 0 else { throw Malformed("has '\(piece.prefix(24))' in its shape; sizes are whole numbers") }
            shape.append(size)
        }
        guard shape.count <= NPYHeader.mostDimensions else { throw Malformed("has \(shape.count) dimensions; at most 64 make sense") }
    }

    /// Number of elements; nil where it does not fit an Int.
    var elementCount: Int? {
        var count = 1
        for size in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            if overflow { return nil }
            count = product
        }
        return count
    }

    /// What stands behind a key of the header's dictionary.
    private static func field(_ key: String, _ text: String) throws(Malformed) -> Substring {
        guard let range = text.firstRange(of: "'\(key)':") else { throw Malformed("has no '\(key)' in its header") }
        return text[range.upperBound...].drop { $0 == " " }
    }

    /// What is wrong, as the rest of a sentence whose subject is the array.
    struct Malformed: Error {
        var what: String
        init(_ what: String) { self.what = what }
    }
}
