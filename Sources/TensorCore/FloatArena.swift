/// Memory in large pages from which buffers are cut one behind the other; freed with the last of them.
///
/// A network has some dozens of weights, most of them smaller than a large page. Alone they lie in small pages, whose addresses are translated by the hundred in a layer and which fall
/// on the second-level cache's sets as chance will have it; side by side they fill large ones.
/// Buffers are cut by one thread at a time; one that does not fit gets memory of its own.
public final class FloatArena: @unchecked Sendable {
    private let base: UnsafeMutableRawPointer
    private let bytes: Int
    private var used = 0

    /// - Parameters:
    ///   - count: floats that buffers will take together.
    ///   - buffers: how many, at most: each may leave a page unused before it.
    public init(count: Int, buffers: Int = 1) {
        bytes = LargePages.wholePages(FloatBuffer.byteCount(count) + buffers * FloatBuffer.page)
        base = LargePages.map(bytes)
    }

    deinit { LargePages.unmap(base, bytes) }

    /// Memory that nobody else has, or nil where there is not that much left.
    func take(_ wanted: Int) -> UnsafeMutableRawPointer? {
        let alignment = FloatBuffer.alignment(wanted)
        let start = (used + alignment - 1) / alignment * alignment
        guard start <= bytes, wanted <= bytes - start else { return nil }
        used = start + wanted
        return base + start
    }
}
