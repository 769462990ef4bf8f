/// Numbers as people and programs read them, the same in every locale.
public enum NumberText {
    /// A number with exactly `places` digits after the point, rounded half away from zero on its decimal expansion to 15 digits.
    public static func fixed(_ value: Double, places: Int) -> String {
        guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
        let places = max(0, min(places, 9))
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = value.magnitude * scale
        // Beyond 2^53 there are no digits after the point to show.
        guard scaled < 9e15 else { return exact(value) ?? "" }
        let digits = Int64(scaled.rounded())
        let sign = value < 0 && digits > 0 ? "-" : ""
        guard places > 0 else { return sign + "\(digits)" }
        let unit = Int64(scale)
        let fraction = String(digits % unit)
        return sign + "\(digits / unit)." + String(repeating: "0", count: places - fraction.count) + fraction
    }

    /// Digits after the point that show `digits` significant digits of `value`; between 0 and 6.
    public static func places(significant digits: Int, of value: Double) -> Int {
        var whole = 0
        var rest = value.magnitude
        guard rest.isFinite, rest > 0 else { return max(0, digits - 1) }
        while rest >= 1 { (rest, whole) = (rest / 10, whole + 1) }
        if whole == 0 {
            // Zeros after the point are not significant.
            while rest < 0.1, whole > -6 { (rest, whole) = (rest * 10, whole - 1) }
        }
        return max(0, min(6, digits - whole))
    }

    /// A number with `digits` significant digits.
    public static func significant(_ value: Double, _ digits: Int = 4) -> String {
        fixed(value, places: places(significant: digits, of: value))
    }

    /// The shortest text that reads back as the same number, whole numbers without a point; nil for infinities and NaN.
    public static func exact(_ value: Double) -> String? {
        guard value.isFinite else { return nil }
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// Nanoseconds in the unit that suits them: "45.32 ms", "812.4 µs", "1.204 s".
    public static func duration(nanoseconds: Double) -> String {
        let magnitude = nanoseconds.magnitude
        if magnitude >= 1e9 { return significant(nanoseconds / 1e9) + " s" }
        if magnitude >= 1e6 { return significant(nanoseconds / 1e6) + " ms" }
        if magnitude >= 1e3 { return significant(nanoseconds / 1e3) + " µs" }
        return fixed(nanoseconds, places: 0) + " ns"
    }

    /// Whole seconds as a clock shows them: "0:07", "12:34", "1:02:03".
    public static func clock(seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return "–:––" }
        let whole = Int(max(0, seconds).rounded())
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return whole >= 3600
            ? "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))" : "\(whole / 60):\(two(whole % 60))"
    }

    /// Bytes with a binary unit: "512 B", "64.00 KiB", "1.500 GiB".
    public static func bytes(_ count: Double) -> String {
        var value = count
        for unit in ["B", "KiB", "MiB", "GiB"] {
            if value.magnitude < 1024 { return (unit == "B" ? fixed(value, places: 0) : significant(value)) + " " + unit }
            value /= 1024
        }
        return significant(value) + " TiB"
    }

    /// Bytes with a binary unit and no digits that say nothing: "32 KiB", "1 MiB", "7.5 GiB".
    public static func shortBytes(_ count: Int) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var value = Double(count), index = 0
        while value >= 1024, index < units.count - 1 { (value, index) = (value / 1024, index + 1) }
        let text = fixed(value, places: 1)
        return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + " " + units[index]
    }

    /// A count with its unit: "23.51 M", "4.087 G", "812".
    public static func count(_ value: Double) -> String {
        let magnitude = value.magnitude
        if magnitude >= 1e9 { return significant(value / 1e9) + " G" }
        if magnitude >= 1e6 { return significant(value / 1e6) + " M" }
        if magnitude >= 1e4 { return significant(value / 1e3) + " k" }
        return fixed(value, places: 0)
    }

    /// A share as a percentage: "12.5 %".
    public static func percent(_ share: Double, places: Int = 1) -> String { fixed(share * 100, places: places) + " %" }
}
