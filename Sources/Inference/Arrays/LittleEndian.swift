/// Numbers in the byte order of ZIP archives and .npy files.
extension Array<UInt8> {
    mutating func append(littleEndian value: UInt16) { Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) } }

    mutating func append(littleEndian value: UInt32) { Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) } }

    /// - Precondition: two bytes at `offset`.
    func littleEndian16(_ offset: Int) -> Int { Int(self[offset]) | Int(self[offset + 1]) << 8 }

    /// - Precondition: four bytes at `offset`.
    func littleEndian32(_ offset: Int) -> Int { littleEndian16(offset) | littleEndian16(offset + 2) << 16 }
}
