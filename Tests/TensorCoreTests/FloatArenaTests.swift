import Testing

@testable import TensorCore

@Suite struct FloatArenaTests {
    @Test func `buffers of an arena lie side by side, at lines and at pages`() {
        let arena = FloatArena(count: 5000, buffers: 3)
        let (small, next, page) = (FloatBuffer(count: 3, in: arena), FloatBuffer(count: 16, in: arena), FloatBuffer(count: 4000, in: arena))
        #expect(next.base - small.base == 16)
        #expect(page.base - small.base == 1024)
        #expect(UInt(bitPattern: small.base) % UInt(LargePages.pageBytes) == 0)
    }

    @Test func `a buffer that does not fit has memory of its own, and the arena goes on`() {
        let arena = FloatArena(count: 16)
        let first = FloatBuffer(count: 16, in: arena)
        let own = FloatBuffer(count: LargePages.pageBytes / 4, in: arena)
        let second = FloatBuffer(count: 16, in: arena)
        let distance = own.base - first.base
        #expect(!(0..<LargePages.pageBytes / 4).contains(distance))
        #expect(second.base - first.base == 16)
        own.base.update(repeating: 1, count: own.count)
        #expect(first.base[0] == 0 && second.base[15] == 0)
    }

    @Test func `buffers outlive the arena's last name and are zero`() {
        func made() -> [FloatBuffer] {
            let arena = FloatArena(count: 3 * 2048, buffers: 3)
            return (0..<3).map { _ in FloatBuffer(count: 2048, in: arena) }
        }
        for buffer in made() {
            #expect((0..<buffer.count).allSatisfy { buffer.base[$0] == 0 })
            buffer.base.update(repeating: 2, count: buffer.count)
            #expect(buffer.base[buffer.count - 1] == 2)
        }
    }

    @Test(arguments: [0, 1, 1023, 1024, 524_287, 524_288, 524_289])
    func `an arena has room for what was asked`(count: Int) {
        let arena = FloatArena(count: count)
        let buffer = FloatBuffer(count: count, in: arena)
        #expect(buffer.count == count)
        #expect(UInt(bitPattern: buffer.base) % UInt(LargePages.pageBytes) == 0)
    }
}
