/// Budgets as a person writes them: a number with its unit, or a baseline's name for latency.
extension LatencyBudget {
    /// Reads `45ms`, `300us`, `1.2s`, `resnet50` or `0.8xresnet50`. A name is not looked up here.
    public init(parsing text: String) throws(SearchError) {
        let remedy = "write a time with its unit, such as 45ms, 300us or 1.2s, or a network, such as resnet50 or 0.8xresnet50"
        guard let first = text.utf8.first else { throw SearchError(.malformedBudget, "latency budget is empty: \(remedy)") }
        guard isNumberStart(first) else {
            guard isName(text[...]) else { throw SearchError(.malformedBudget, "latency budget '\(text)' is not a network's name: \(remedy)") }
            self = .relative(factor: 1, baseline: text)
            return
        }
        let (number, rest) = try splitNumber(text, what: "latency", remedy: remedy)
        if rest.first == "x", isName(rest.dropFirst()) {
            self = .relative(factor: number, baseline: String(rest.dropFirst()))
            return
        }
        let nanoseconds: [Substring: Double] = ["ns": 1, "us": 1e3, "µs": 1e3, "μs": 1e3, "ms": 1e6, "s": 1e9]
        guard let scale = nanoseconds[rest] else { throw unitError(text, unit: rest, what: "latency", remedy: remedy) }
        self = .nanoseconds(number * scale)
    }
}

extension Budgets {
    /// Reads a count of reference FLOPs: `18.8G`, `600M`, `1.2T`.
    public static func parseReferenceFLOPs(_ text: String) throws(SearchError) -> Double {
        try parseCount(text, what: "FLOPs", example: "18.8G (TinyNAS' counting: multiply-accumulates plus element-wise terms)")
    }

    /// Reads a count of multiply-accumulates: `18.8G`.
    public static func parseMACs(_ text: String) throws(SearchError) -> Int {
        Int(try parseCount(text, what: "MACs", example: "18.8G"))
    }

    /// Reads a count of parameters: `25.8M`.
    public static func parseParams(_ text: String) throws(SearchError) -> Int {
        Int(try parseCount(text, what: "parameters", example: "25.8M"))
    }

    /// Reads a number of layers: a plain integer above zero.
    public static func parseLayers(_ text: String) throws(SearchError) -> Int {
        guard let layers = Int(text), layers > 0 else {
            throw SearchError(.malformedBudget, "layers budget '\(text)' is not a whole number above zero: write for example 91")
        }
        return layers
    }

    /// Reads a size in bytes: `64MiB`, `64MB`, `1.5GiB`, `4096B`. MiB is 2^20 bytes, MB is 10^6.
    public static func parseMemory(_ text: String) throws(SearchError) -> Int {
        let remedy = "write a size with its unit, such as 64MiB (2^20 bytes) or 64MB (10^6 bytes)"
        let (number, unit) = try splitNumber(text, what: "memory", remedy: remedy)
        let bytes: [Substring: Double] = [
            "B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
            "KiB": 1024, "MiB": 1_048_576, "GiB": 1_073_741_824, "TiB": 1_099_511_627_776,
        ]
        guard let scale = bytes[unit] else { throw unitError(text, unit: unit, what: "memory", remedy: remedy) }
        return Int(try bounded(number * scale, text: text, what: "memory"))
    }
}

private func parseCount(_ text: String, what: String, example: String) throws(SearchError) -> Double {
    let remedy = "write a number with k, M, G or T, such as \(example)"
    let (number, unit) = try splitNumber(text, what: what, remedy: remedy)
    let scales: [Substring: Double] = ["k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12]
    guard let scale = scales[unit] else { throw unitError(text, unit: unit, what: what, remedy: remedy) }
    // 25.8 * 1e6 is not 25800000 in binary; a count is a whole number.
    return try bounded((number * scale).rounded(), text: text, what: what)
}

/// Splits "18.8G" into 18.8 and "G". The number is plain decimal: no exponent, since `e` would be read as a unit by half the readers.
private func splitNumber(_ text: String, what: String, remedy: String) throws(SearchError) -> (Double, Substring) {
    let digits = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
    guard let number = Double(digits), number.isFinite else {
        throw SearchError(.malformedBudget, "\(what) budget '\(text)' does not begin with a number: \(remedy)")
    }
    guard number > 0 else { throw SearchError(.malformedBudget, "\(what) budget '\(text)' is not above zero: \(remedy)") }
    return (number, text[digits.endIndex...])
}

private func unitError(_ text: String, unit: Substring, what: String, remedy: String) -> SearchError {
    SearchError(
        .malformedBudget,
        unit.isEmpty
            ? "\(what) budget '\(text)' has no unit: \(remedy)" : "\(what) budget '\(text)' has the unknown unit '\(unit)': \(remedy)")
}

/// Below 2^62, so that counts fit an Int with room for sums.
private func bounded(_ value: Double, text: String, what: String) throws(SearchError) -> Double {
    guard value >= 1, value < 4.6e18 else {
        throw SearchError(.malformedBudget, "\(what) budget '\(text)' is out of range: it is \(value < 1 ? "less than one" : "more than any machine holds")")
    }
    return value
}

private func isNumberStart(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+")].contains(byte)
}

private func isName(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "/"): true
        default: false
        }
    }
}

extension BudgetKind {
    /// A value of this kind with its unit: "12.3 ms", "18.8 G", "64.0 MiB", "91".
    public func text(_ value: Double) -> String {
        switch self {
        case .latency:
            value >= 1e9 ? "\(decimal(value / 1e9, places: 3)) s"
                : value >= 1e6 ? "\(decimal(value / 1e6, places: 3)) ms" : "\(decimal(value / 1e3, places: 1)) us"
        case .memory:
            value >= 1_048_576 ? "\(decimal(value / 1_048_576, places: 2)) MiB" : "\(decimal(value / 1024, places: 1)) KiB"
        case .layers:
            decimal(value, places: 0)
        case .referenceFLOPs, .macs, .params:
            value >= 1e9 ? "\(decimal(value / 1e9, places: 3)) G"
                : value >= 1e6 ? "\(decimal(value / 1e6, places: 3)) M" : "\(decimal(value / 1e3, places: 3)) k"
        }
    }
}

extension LatencyBudget: CustomStringConvertible {
    public var description: String {
        switch self {
        case .nanoseconds(let value): BudgetKind.latency.text(value)
        case .relative(let factor, let baseline): factor == 1 ? baseline : "\(decimal(factor, places: 3))x\(baseline)"
        }
    }
}

/// A number with a fixed number of decimals, independent of locale.
func decimal(_ value: Double, places: Int) -> String {
    guard value.isFinite, value.magnitude < 1e15 else { return "\(value)" }
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = Int64((value.magnitude * scale).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard places > 0 else { return sign + "\(scaled)" }
    let unit = Int64(scale)
    let fraction = String(scaled % unit)
    return sign + "\(scaled / unit)." + String(repeating: "0", count: places - fraction.count) + fraction
}
