import TensorCore
import Testing

@Suite("Work that a team divides")
struct ShareTests {
    @Test("Shares divide all units, each once, nearly equally")
    func shares() {
        for total in [0, 1, 2, 7, 64, 1000] {
            for count in 1...5 {
                let ranges = (0..<count).map { Share(member: $0, of: count).range(of: total) }
                #expect(ranges.flatMap(Array.init) == Array(0..<total))
                let sizes = ranges.map(\.count)
                #expect(sizes.max()! - sizes.min()! <= 1)
            }
        }
    }
}
