import Testing

@testable import Latency

@Suite struct MemberSamplesTests {
    @Test func `undisturbed samples count by their lower end`() throws {
        var samples = MemberSamples()
        samples.add([10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 5], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0.6])
        #expect(abs(try #require(samples.time(needed: 5, ownShare: 0)) - (10 + 7.0 / 15)) < 1e-9)
        #expect(samples.time(needed: 12, ownShare: 0.9) == nil)
    }

    @Test func `of very many samples the fastest stand in for undisturbed ones`() {
        var samples = MemberSamples()
        samples.add((0..<99).map { 200 - $0 }, Array(repeating: 0.6, count: 99))
        #expect(samples.time(needed: 5, ownShare: 0.1) == nil)
        samples.add([150], [0.6])
        #expect(samples.time(needed: 5, ownShare: 0.1) == 106)
        // Beside a neighbour that never rests not even of these.
        #expect(samples.time(needed: 5, ownShare: 0) == nil && samples.time(needed: 5, ownShare: 0.09) == nil)
        // As soon as there are enough undisturbed ones, those.
        samples.add([120, 120, 120, 120, 120], [1, 1, 1, 1, 1])
        #expect(samples.time(needed: 5, ownShare: 0.1) == 120)
    }

    @Test func `halves take turns`() {
        var samples = MemberSamples()
        samples.add([1, 2, 3, 4, 5, 6], [1, 1, 0.5, 1, 1, 1])
        #expect(samples.half(0).own.values == [1, 4, 6] && samples.half(1).own.values == [2, 5])
        #expect(samples.half(0).all.values == [1, 3, 5] && samples.half(1).all.values == [2, 4, 6])
    }

    @Test func `joined passes are one`() {
        var (first, second) = (MemberSamples(), MemberSamples())
        first.add([3, 4], [1, 0.5])
        second.add([5], [nil])
        first.add(second)
        #expect(first.own.values == [3, 5] && first.all.values == [3, 4, 5])
    }

    /// Those that stay are from all of the time, and the quantiles stay near.
    @Test func `of many samples every second, fourth, and so on stays`() throws {
        var samples = ThinnedSamples()
        for pass in 0..<200 { samples.add((0..<10).map { UInt64(10 * pass + $0) }) }
        #expect(samples.count == 2000 && samples.values.count == 500 && samples.values == (0..<500).map { 4 * $0 })
        var few = ThinnedSamples()
        few.add(Array(0..<512))
        #expect(few.values == Array(0..<512))
    }
}
