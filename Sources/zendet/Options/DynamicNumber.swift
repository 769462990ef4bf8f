import ArgumentParser

/// A number on the command line, or "dynamic" where each run brings its own.
enum DynamicNumber: Equatable, ExpressibleByArgument {
    case fixed(Int)
    case dynamic

    init?(argument: String) {
        if argument == "dynamic" {
            self = .dynamic
        } else if let number = Int(argument), (1...65536).contains(number) {
            self = .fixed(number)
        } else {
            return nil
        }
    }

    /// nil where it is dynamic.
    var number: Int? { if case .fixed(let number) = self { number } else { nil } }
}
