import CPlatform

/// Memory for floats, aligned to a cache line and zeroed, freed with the object.
public final class FloatBuffer: @unchecked Sendable {
    public let base: UnsafeMutablePointer<Float>
    public let count: Int

    /// - Precondition: count ≥ 0 and count · 4 does not overflow.
    public init(count: Int) {
        let (bytes, overflow) = count.multipliedReportingOverflow(by: 4)
        precondition(count >= 0 && !overflow, "a buffer of \(count) floats")
        self.count = count
        // A page where it is large: operators on different buffers then start at the same cache set whatever was allocated before.
        // A large page where it is larger still: 1x1 convolutions walk wide maps a page or more at a step, and waited for address translation.
        let alignment = bytes >= Self.largePage ? Self.largePage : bytes >= 4096 ? 4096 : 64
        let raw = UnsafeMutableRawPointer.allocate(byteCount: max(bytes, 64), alignment: alignment)
        if bytes >= Self.largePage { zd_prefer_large_pages(raw, bytes) }
        base = raw.bindMemory(to: Float.self, capacity: max(count, 16))
        base.update(repeating: 0, count: count)
    }

    /// Bytes of the large page of x86-64 and of AArch64 with pages of 4 KiB.
    private static let largePage = 2 << 20

    deinit { UnsafeMutableRawPointer(base).deallocate() }
}
