import Testing

@testable import Latency

@Suite struct MemberSamplesTests {
    @Test func `undisturbed samples count by their lower end`() {
        var samples = MemberSamples()
        samples.add([10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 5], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0.6])
        #expect(samples.time(needed: 5, ownShare: 0) == 11)
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
        #expect(samples.half(0).own == [1, 4, 6] && samples.half(1).own == [2, 5])
        #expect(samples.half(0).all == [1, 3, 5] && samples.half(1).all == [2, 4, 6])
    }

    @Test func `joined passes are one`() {
        var (first, second) = (MemberSamples(), MemberSamples())
        first.add([3, 4], [1, 0.5])
        second.add([5], [nil])
        first.add(second)
        #expect(first.own == [3, 5] && first.all == [3, 4, 5])
    }
}
