/// Measured times of single convolutions on a device, and the reference's way to price a network with them.
///
/// The rows lie in groups of one kernel, stride and fused addition, and in those by batch and by the ratio of input to output channels; over
/// output channels and side of the map a group is a surface of scattered points.
///
/// - Source: TinyNAS, tinynas/latency/op_profiler (file format and interpolation); written anew, and equal to its results where they are defined.
public struct OperatorLibrary: Sendable {
    /// What came with the rows, for people.
    public struct Census: Hashable, Sendable {
        /// Lines with a row.
        public var total = 0
        /// Rows marked as not measured (a negative time).
        public var notMeasured = 0
        /// Rows whose time is no time: NaN, infinite or zero. Left out; the reference would take them.
        public var unusable = 0
        /// Rows of maps of side 4, which the reference leaves out.
        public var excluded = 0
        /// Operators that occur more than once with different times; which of them the reference takes is an accident.
        public var duplicates = 0
        /// The largest time over the smallest of such an operator, 1 without one.
        public var widestDuplicate = 1.0
        /// Maps that are not square; the reference knows their height alone.
        public var notSquare = 0

        public var used: Int { total - notMeasured - unusable - excluded }
    }

    struct Family: Hashable {
        var isDepthwise: Bool
        var kernelSize: Int
        var stride: Int
        var addsResidual: Bool
    }

    /// The surfaces of one family at one batch.
    struct Plane {
        /// By the ratio of input to output channels, cut to two digits as the reference does; one entry of ratio 1 for depthwise convolutions.
        var ratios: [(ratio: Double, surface: OperatorSurface)] = []
        /// Convolutions of three input channels.
        var image: OperatorSurface?
    }

    public let census: Census
    /// Batches that were measured, ascending.
    public let batches: [Int]
    let families: [Family: [Int: Plane]]
    /// The file without what does not count, in its own notation: `{...} milliseconds`.
    public let lines: [String]

    /// Reads the text of a library.
    ///
    /// - Parameters:
    ///   - text: one operator a line, as TinyNAS writes them.
    ///   - source: the file, for messages.
    /// - Throws: `LatencyError` `.malformed` for a line that is no row (file, line, what was found), and where nothing measured is left.
    public init(text: String, source: String) throws(LatencyError) {
        var census = Census()
        var times: [OperatorRow.Operator: [Double]] = [:]
        var order: [OperatorRow.Operator] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.last == "\r" ? line.dropLast() : line
            guard line.contains(where: { $0 != " " && $0 != "\t" }) else { continue }
            guard let row = OperatorRow(line) else {
                throw LatencyError(.malformed, "\(source): line \(index + 1): found \"\(line.prefix(60))\"; \(OperatorRow.notation) was expected")
            }
            census.total += 1
            let (operation, time) = (row.operation, row.milliseconds)
            if time < 0, time.isFinite { census.notMeasured += 1; continue }
            if !time.isFinite || time == 0 { census.unusable += 1; continue }
            // The reference's choice: the smallest maps are left out.
            if operation.inputHeight == 4 { census.excluded += 1; continue }
            if operation.inputHeight != operation.inputWidth { census.notSquare += 1 }
            if times[operation] == nil { order.append(operation) }
            times[operation, default: []].append(time)
        }
        guard !order.isEmpty else {
            throw LatencyError(.malformed, "\(source): found no row with a time; lines of \(OperatorRow.notation) were expected")
        }
        for values in times.values {
            guard let low = values.min(), let high = values.max(), high > low else { continue }
            census.duplicates += 1
            census.widestDuplicate = max(census.widestDuplicate, high / low)
        }
        self.census = census
        batches = Set(order.map(\.batch)).sorted()
        families = OperatorLibrary.families(order, times)
        lines = order.flatMap { operation in times[operation]!.map { "\(operation.text) \($0)" } }
    }

    /// Reads a library's file.
    ///
    /// - Throws: `LatencyError` `.missingFile`, and as above.
    public init(path: String) throws(LatencyError) {
        let bytes = try ProfileFile.load(path)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw LatencyError(.malformed, "\(path): is no text; lines of \(OperatorRow.notation) were expected")
        }
        try self.init(text: text, source: path)
    }

    private static func families(_ order: [OperatorRow.Operator], _ times: [OperatorRow.Operator: [Double]]) -> [Family: [Int: Plane]] {
        struct Place: Hashable {
            var family: Family
            var batch: Int
            /// Nil for convolutions of three input channels.
            var ratio: Double?
        }
        var points: [Place: [OperatorSurface.Point]] = [:]
        for item in order {
            let family = Family(isDepthwise: item.isDepthwise, kernelSize: item.kernelSize, stride: item.stride, addsResidual: item.addsResidual)
            let exact = Double(item.inChannels) / Double(item.outChannels)
            let ratio: Double? = item.isDepthwise ? 1 : item.inChannels == 3 ? nil : (exact * 100).rounded(.down) / 100
            let values = times[item]!
            points[Place(family: family, batch: item.batch, ratio: ratio), default: []].append(
                OperatorSurface.Point(x: item.outChannels, y: item.inputHeight, low: values.min()!, high: values.max()!))
        }
        var families: [Family: [Int: Plane]] = [:]
        for (place, points) in points {
            let surface = OperatorSurface(points)
            if let ratio = place.ratio {
                families[place.family, default: [:]][place.batch, default: Plane()].ratios.append((ratio, surface))
            } else {
                families[place.family, default: [:]][place.batch, default: Plane()].image = surface
            }
        }
        for (family, planes) in families {
            for batch in planes.keys { families[family]![batch]!.ratios.sort { $0.ratio < $1.ratio } }
        }
        return families
    }
}
