import CPlatform

/// Memory for floats, aligned to a cache line and zeroed, freed with the object.
///
/// A buffer of a page or more starts at one: operators on different buffers then start at the same cache set whatever was allocated before. One of a large page or more lies in large
/// pages: 1x1 convolutions walk wide maps a page or more at a step, and waited for address translation.
public final class FloatBuffer: @unchecked Sendable {
    public let base: UnsafeMutablePointer<Float>
    public let count: Int
    private let memory: Memory

    private enum Memory {
        case arena(FloatArena)
        case largePages
        case heap
    }

    /// - Parameter arena: what to cut the memory from while it has some.
    /// - Precondition: count ≥ 0 and count · 4 does not overflow.
    public init(count: Int, in arena: FloatArena? = nil) {
        let bytes = Self.byteCount(count)
        self.count = count
        let raw: UnsafeMutableRawPointer
        if let arena, let taken = arena.take(bytes) {
            (raw, memory) = (taken, .arena(arena))
        } else if bytes >= LargePages.pageBytes {
            (raw, memory) = (LargePages.map(bytes), .largePages)
        } else {
            (raw, memory) = (.allocate(byteCount: max(bytes, Self.line), alignment: Self.alignment(bytes)), .heap)
        }
        base = raw.bindMemory(to: Float.self, capacity: max(count, 1))
        // Also where the system gave zeros: pages that are only read would all be the one page of zeros that it keeps.
        base.update(repeating: 0, count: count)
    }

    deinit {
        switch memory {
        case .arena: break
        case .largePages: LargePages.unmap(base, count * 4)
        case .heap: UnsafeMutableRawPointer(base).deallocate()
        }
    }

    private static let line = 64
    static let page = 4096

    static func byteCount(_ count: Int) -> Int {
        let (bytes, overflow) = count.multipliedReportingOverflow(by: 4)
        precondition(count >= 0 && !overflow, "a buffer of \(count) floats")
        return bytes
    }

    /// Of a buffer of so many bytes.
    static func alignment(_ bytes: Int) -> Int { bytes >= page ? page : line }
}
