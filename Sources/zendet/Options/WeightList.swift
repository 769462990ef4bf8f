import ArgumentParser

/// A list of real numbers: "0,0,1,1,6".
struct WeightList: ExpressibleByArgument, Equatable {
    var values: [Double]

    init(_ values: [Double]) { self.values = values }

    init?(argument: String) {
        let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
        let values = numbers.compactMap(\.self)
        guard values.count == numbers.count, values.allSatisfy(\.isFinite) else { return nil }
        self.values = values
    }

    var defaultValueDescription: String {
        values.map { $0 == $0.rounded() ? "\(Int($0))" : "\($0)" }.joined(separator: ",")
    }
}
