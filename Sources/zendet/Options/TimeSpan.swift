import ArgumentParser

/// A time with its unit: "500ms", "3s", "250us".
struct TimeSpan: ExpressibleByArgument, Equatable {
    var nanoseconds: UInt64

    init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    init?(argument: String) {
        let number = argument.prefix { $0.isASCII && $0.isNumber || $0 == "." }
        let scales: [Substring: Double] = ["ns": 1, "us": 1e3, "µs": 1e3, "ms": 1e6, "s": 1e9, "min": 60e9]
        guard let value = Double(number), let scale = scales[argument[number.endIndex...]], value * scale <= 86_400e9, value * scale >= 1
        else { return nil }
        nanoseconds = UInt64(value * scale)
    }

    var defaultValueDescription: String {
        nanoseconds % 1_000_000_000 == 0 ? "\(nanoseconds / 1_000_000_000)s" : "\(Double(nanoseconds) / 1e6)ms"
    }
}

/// How long to warm up: a number of runs, or a time.
enum WarmUp: ExpressibleByArgument, Equatable {
    case runs(Int)
    case time(TimeSpan)

    init?(argument: String) {
        if let runs = Int(argument) {
            guard (0...1_000_000).contains(runs) else { return nil }
            self = .runs(runs)
        } else if let time = TimeSpan(argument: argument) {
            self = .time(time)
        } else {
            return nil
        }
    }
}
