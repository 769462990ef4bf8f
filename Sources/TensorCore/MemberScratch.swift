/// Memory that operators use while they run, a region for each member of a team: the points of Winograd tiles, the rows of a chain.
///
/// Operators that never run at the same time share one. Reserving is part of building operators: never while one runs.
public final class MemberScratch: @unchecked Sendable {
    public let members: Int
    private var region: Int
    private var memory: FloatBuffer

    public init(members: Int) {
        precondition(members > 0, "a team has members")
        self.members = members
        region = 0
        memory = FloatBuffer(count: 0)
    }

    /// Bytes in all.
    public var byteCount: Int { memory.count * 4 }

    /// Makes every region hold at least `count` floats.
    func reserve(_ count: Int) {
        guard count > region else { return }
        // Whole pages: members do not share a line, and regions start at the same cache set.
        region = (count + 1023) / 1024 * 1024
        memory = FloatBuffer(count: region * members, in: FloatArena(count: region * members))
    }

    @inline(__always)
    func base(_ member: Int) -> UnsafeMutablePointer<Float> { memory.base + member * region }
}
