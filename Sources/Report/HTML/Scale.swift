#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// From values to places along an axis, with the values to mark.
struct Scale: Hashable, Sendable {
    let isLogarithmic: Bool
    let low: Double
    let high: Double
    let ticks: [Double]
    /// Digits after the point that tell the ticks apart.
    private let places: Int

    /// A scale over some values with room at both ends, marked at 1, 2 or 5 times a power of ten.
    ///
    /// - Parameter count: ticks to aim at.
    static func linear(_ values: [Double], count: Int, room: Double = 0.06) -> Scale {
        let finite = values.filter(\.isFinite)
        var low = finite.min() ?? 0
        var high = finite.max() ?? 1
        if high - low <= 0 { (low, high) = high == 0 ? (0, 1) : (low - abs(low) * 0.1, high + abs(high) * 0.1) }
        let pad = (high - low) * room
        high += pad
        low = low >= 0 ? max(0, low - pad) : low - pad
        let raw = (high - low) / Double(max(count, 1))
        let power = pow(10, floor(log10(raw)))
        let step = ([1, 2, 5].first { $0 * power >= raw * 0.999 } ?? 10) * power
        var ticks: [Double] = []
        var index = (low / step).rounded(.up)
        while index * step <= high + step * 1e-9, ticks.count < 100 {
            ticks.append(index * step)
            index += 1
        }
        return Scale(isLogarithmic: false, low: low, high: high, ticks: ticks, places: max(0, Int(-floor(log10(step) + 1e-9))))
    }

    /// A logarithmic scale over some values above zero, with room at both ends.
    static func logarithmic(_ values: [Double], count: Int, room: Double = 0.05) -> Scale {
        let positive = values.filter { $0.isFinite && $0 > 0 }
        var low = log10(positive.min() ?? 1)
        var high = log10(positive.max() ?? 10)
        if high - low < 0.3 { (low, high) = (low - 0.15, high + 0.15) }
        let pad = (high - low) * room
        (low, high) = (low - pad, high + pad)
        func marks(_ digits: [Double], every: Int) -> [Double] {
            var marks: [Double] = []
            for power in Int(low.rounded(.down))...Int(high.rounded(.up)) where power % every == 0 {
                marks += digits.map { $0 * pow(10, Double(power)) }
            }
            return marks.filter { (pow(10, low)...pow(10, high)).contains($0) }
        }
        let choices = [
            marks([1, 1.5, 2, 3, 5, 7], every: 1), marks([1, 2, 5], every: 1), marks([1, 3], every: 1), marks([1], every: 1), marks([1], every: 2),
            marks([1], every: 3),
        ]
        let ticks = choices.first { $0.count <= count + 1 } ?? choices[choices.count - 1]
        return Scale(isLogarithmic: true, low: pow(10, low), high: pow(10, high), ticks: ticks, places: 0)
    }

    /// Where a value lies, 0 at the low end and 1 at the high one.
    func fraction(_ value: Double) -> Double {
        isLogarithmic ? log(max(value, low * 1e-6) / low) / log(high / low) : (value - low) / (high - low)
    }

    /// A tick as it is read: "0.05", "1200", "20 k", "3 M".
    func text(_ tick: Double) -> String {
        for (unit, suffix) in [(1e9, " G"), (1e6, " M"), (1e4, " k")] where tick.magnitude >= unit * 0.9999 && high >= 1e4 {
            let divisor = suffix == " k" ? 1e3 : unit
            return Scale.short(tick / divisor) + suffix
        }
        return isLogarithmic ? Scale.short(tick) : NumberText.fixed(tick, places: places)
    }

    private static func short(_ value: Double) -> String {
        let text = NumberText.fixed(value, places: value.magnitude >= 100 ? 0 : value.magnitude >= 1 ? 2 : 5)
        guard text.contains(".") else { return text }
        let trimmed = text.reversed().drop { $0 == "0" }
        return String((trimmed.first == "." ? trimmed.dropFirst() : trimmed).reversed())
    }
}
