/// One column of a table: its names, its unit and how its numbers are shown.
public struct Column: Hashable, Sendable {
    public enum Alignment: Hashable, Sendable { case left, right }

    /// How many digits a person sees.
    public enum Digits: Hashable, Sendable {
        /// This many after the point.
        case places(Int)
        /// As many after the point, the same in the whole column, as the smallest value needs to show this many significant digits.
        case significant(Int)
    }

    /// The heading a person reads.
    public var title: String
    /// The unit of the shown value, beside the title in parentheses; nil for a count or a word.
    public var unit: String?
    /// The heading in CSV: the field's name in JSON, with the unit of the exact value in it.
    public var key: String
    public var alignment: Alignment
    public var digits: Digits
    /// The shown value is the cell's divided by this: 1e6 shows nanoseconds as milliseconds.
    public var scale: Double

    init(_ title: String, unit: String?, key: String, alignment: Alignment, digits: Digits, scale: Double) {
        self.title = title
        self.unit = unit
        self.key = key
        self.alignment = alignment
        self.digits = digits
        self.scale = scale
    }

    /// A column of words, to the left.
    public static func text(_ title: String, key: String, alignment: Alignment = .left) -> Column {
        Column(title, unit: nil, key: key, alignment: alignment, digits: .places(0), scale: 1)
    }

    /// A column of numbers, to the right.
    public static func number(_ title: String, unit: String? = nil, key: String, digits: Digits = .places(0), scale: Double = 1) -> Column {
        Column(title, unit: unit, key: key, alignment: .right, digits: digits, scale: scale)
    }

    /// Nanoseconds, shown as milliseconds.
    public static func milliseconds(_ title: String, key: String) -> Column {
        number(title, unit: "ms", key: key, digits: .significant(4), scale: 1e6)
    }

    /// A count shown in millions.
    public static func millions(_ title: String, key: String) -> Column {
        number(title, unit: "M", key: key, digits: .significant(3), scale: 1e6)
    }

    /// A count shown in units of 10⁹.
    public static func billions(_ title: String, key: String) -> Column {
        number(title, unit: "G", key: key, digits: .significant(3), scale: 1e9)
    }

    /// Bytes, shown as MiB.
    public static func mebibytes(_ title: String, key: String) -> Column {
        number(title, unit: "MiB", key: key, digits: .significant(3), scale: 1_048_576)
    }

    /// A share from 0 to 1, shown in per cent.
    public static func percent(_ title: String, key: String, places: Int = 1) -> Column {
        number(title, unit: "%", key: key, digits: .places(places), scale: 0.01)
    }

    /// Title and unit as a person reads them.
    var heading: String { unit.map { "\(title) (\($0))" } ?? title }
}
