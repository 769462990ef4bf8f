/// The library's time for one convolution, and what the reference does not say about it.
public struct OperatorFigure: Hashable, Sendable {
    /// Milliseconds for the whole batch; of an ambiguous figure the middle.
    public var milliseconds: Double
    /// The ends of what the reference may give, by rounding or order of rows; both equal ``milliseconds`` where it is well defined.
    public var low: Double
    public var high: Double
    public var caveats: Set<Caveat> = []

    /// Something that the reference does silently.
    public enum Caveat: String, Hashable, Sendable, CaseIterable, Comparable {
        /// Outside of the measured sizes: the nearest measured time, which jumps from one to the next.
        case nearest
        /// Fewer or more input channels per output channel than measured: a line through the last two ratios.
        case ratioBeyond = "ratio_beyond"
        /// The line of ``ratioBeyond`` fell below zero, and a time in proportion to the channels stands in: a jump.
        case belowZero = "below_zero"
        /// A ratio was left out since its time is no longer than that of the ratio before: a jump where that begins.
        case ratioSkipped = "ratio_skipped"
        /// A batch beyond the measured ones.
        case batchBeyond = "batch_beyond"
        /// The library has one batch alone, and the reference knows no answer for others: in proportion to the batch.
        case singleBatch = "single_batch"
        /// Which diagonal of a grid's cell, which of two nearest points or which of two rows counts is an accident.
        case ambiguous

        public static func < (a: Caveat, b: Caveat) -> Bool { a.rawValue < b.rawValue }

        /// Whether the figure stands on no measured neighbours.
        public var isExtrapolation: Bool { self == .nearest || self == .ratioBeyond || self == .belowZero || self == .batchBeyond || self == .singleBatch }

        /// For people.
        public var text: String {
            switch self {
            case .nearest: "sizes that were not measured, the nearest measured time"
            case .ratioBeyond: "input channels per output channel beyond the measured ratios, by a line through the last two"
            case .belowZero: "the line beyond the measured ratios fell below zero, in proportion to the channels instead"
            case .ratioSkipped: "a ratio was passed over because its time is no longer than that of the ratio before"
            case .batchBeyond: "a batch beyond the measured ones"
            case .singleBatch: "one batch alone was measured, in proportion to it"
            case .ambiguous: "equally good neighbours disagree, the middle of what they give"
            }
        }
    }

    init(_ low: Double, _ high: Double, _ caveats: Set<Caveat> = []) {
        self.low = low
        self.high = high
        milliseconds = (low + high) / 2
        self.caveats = caveats
    }

    init(_ value: OperatorSurface.Value) {
        self.init(value.low, value.high)
        if !value.isInside { caveats.insert(.nearest) }
        if value.isAmbiguous { caveats.insert(.ambiguous) }
    }

    /// False where the reference's own figure is an accident.
    public var isWellDefined: Bool { !caveats.contains(.ambiguous) }

    /// Why the figure lies outside of the measured rows; nil where it does not.
    public var extrapolation: String? {
        let reasons = caveats.filter(\.isExtrapolation).sorted().map(\.text)
        return reasons.isEmpty ? nil : reasons.joined(separator: "; ")
    }

    /// The value on the line through two figures: (1 − share)·a + share·b, beyond them for shares outside of 0 to 1.
    static func line(_ a: OperatorFigure, _ b: OperatorFigure, share: Double) -> OperatorFigure {
        func end(_ first: Double, _ last: Double) -> Double { (1 - share) * first + share * last }
        let ends = [end(a.low, b.low), end(a.low, b.high), end(a.high, b.low), end(a.high, b.high)]
        var figure = OperatorFigure(ends.min()!, ends.max()!, a.caveats.union(b.caveats))
        figure.milliseconds = end(a.milliseconds, b.milliseconds)
        return figure
    }
}
