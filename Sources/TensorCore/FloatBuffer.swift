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
        // Operators on different buffers start at the same cache set whatever was allocated before: a page where they are large.
        if bytes >= Self.largePage {
            // A large page where they are larger still: 1x1 convolutions walk wide maps a page or more at a step, and waited for address translation.
            guard let pages = zd_map_pages(bytes, Self.largePage) else { preconditionFailure("no memory for \(bytes) bytes") }
            base = pages.bindMemory(to: Float.self, capacity: count)
        } else {
            let raw = UnsafeMutableRawPointer.allocate(byteCount: max(bytes, 64), alignment: bytes >= 4096 ? 4096 : 64)
            base = raw.bindMemory(to: Float.self, capacity: max(count, 16))
        }
        // Also where the system gave zeros: pages that are only read would all be the one page of zeros that it keeps.
        base.update(repeating: 0, count: count)
    }

    /// Bytes of the large page of x86-64 and of AArch64 with pages of 4 KiB.
    private static let largePage = 2 << 20

    deinit {
        if count * 4 >= Self.largePage {
            zd_unmap_pages(base, count * 4)
        } else {
            UnsafeMutableRawPointer(base).deallocate()
        }
    }
}
