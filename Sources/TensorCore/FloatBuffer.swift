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
        let alignment = bytes >= 4096 ? 4096 : 64
        let raw = UnsafeMutableRawPointer.allocate(byteCount: max(bytes, 64), alignment: alignment)
        base = raw.bindMemory(to: Float.self, capacity: max(count, 16))
        base.update(repeating: 0, count: count)
    }

    deinit { UnsafeMutableRawPointer(base).deallocate() }
}
