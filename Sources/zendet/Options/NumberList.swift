import ArgumentParser

/// A list of whole numbers above zero: "480,640", "1-4", "1,2,4-8".
struct NumberList: ExpressibleByArgument, Equatable {
    var values: [Int]

    init(_ values: [Int]) { self.values = values }

    init?(argument: String) {
        var values: [Int] = []
        for piece in argument.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = piece.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard ends.count <= 2, let low = ends[0], let high = ends[ends.count - 1], low >= 1, low <= high, high <= 1 << 24, high - low < 4096
            else { return nil }
            values += low...high
        }
        // The same number twice would measure the same thing twice.
        var seen: Set<Int> = []
        self.values = values.filter { seen.insert($0).inserted }
    }

    var defaultValueDescription: String { values.map(String.init).joined(separator: ",") }
}
