/// Latency against entropy: each network a point, the front as steps.
struct EntropyFigure {
    struct Point {
        var network: ResultSet.Network
        var entropy: Double
        /// Milliseconds: as measured, or as composed from layers where it was not measured.
        var milliseconds: Double
        var isOnFront = false

        var isMeasured: Bool { network.measured != nil }
    }

    let points: [Point]
    /// Where and how the latencies hold, in words.
    private let place: String
    /// Sentences on where the latencies come from, where they were not measured.
    private var origin: [String] = []

    /// What a V100 would need for an image, in place of what was measured; nil without two networks with both that and an entropy.
    init?(accelerator networks: [ResultSet.Network], title: String) {
        let figures = networks.compactMap(\.v100)
        let predicted = networks.map { network in
            var network = network
            network.measured = nil
            network.predicted = network.v100?.nanoseconds
            return network
        }
        self.init(predicted, place: title)
        var words = "Time for one image by a model of published operator latencies, never a measurement"
        if let error = figures.compactMap(\.medianError).max() { words += "; its median error is \(NumberText.percent(error))" }
        origin = [words + "."]
        let partial = networks.filter { $0.v100?.isComplete == false }.map(\.name)
        if !partial.isEmpty { origin.append("Lower bounds, for want of some layers' figures: \(partial.joined(separator: ", ")).") }
    }

    /// Nil without two networks whose latency and entropy are known.
    init?(_ networks: [ResultSet.Network], setting: ResultSet.Setting) { self.init(networks, place: setting.words) }

    private init?(_ networks: [ResultSet.Network], place: String) {
        let points = networks.compactMap { network -> Point? in
            guard let entropy = network.entropy, let time = network.measured?.median ?? network.predicted, time > 0 else { return nil }
            return Point(network: network, entropy: entropy, milliseconds: time / 1e6)
        }
        guard points.count >= 2 else { return nil }
        self.place = place
        self.points = points.map { point in
            var point = point
            // A prediction is no proof against a measurement: each kind has its own front.
            point.isOnFront =
                point.network.measured?.verdict != "INVALID"
                && !points.contains { other in
                    other.isMeasured == point.isMeasured && other.network.measured?.verdict != "INVALID" && other.entropy >= point.entropy
                        && other.milliseconds <= point.milliseconds && (other.entropy > point.entropy || other.milliseconds < point.milliseconds)
                }
            return point
        }
    }

    func figure(id: String) -> Figure {
        let measured = points.filter(\.isMeasured)
        let front = (measured.isEmpty ? points : measured).filter(\.isOnFront).sorted { $0.milliseconds < $1.milliseconds }
        let names = front.map(\.network.name)
        var caption = ["Up and to the left is better. The steps are the Pareto front: no network here is both faster and of higher entropy."]
        caption.append(names.isEmpty ? "All are INVALID: nothing here is fit for a front." : "On the front: \(names.joined(separator: ", ")).")
        caption += origin
        caption.append("Entropy ranks networks of one budget; it is not accuracy.")
        let shapes = Set(points.map { "\(Mark.Shape(verdict: $0.network.measured?.verdict))" })
        var legend = [
            Figure.sign(.disc, class: "front", "on the front"), Figure.sign(.disc, class: "baseline", "baseline"), Figure.sign(.disc, class: "other", "other"),
        ]
        if !points.contains(where: { $0.network.role == .baseline }) { legend.remove(at: 1) }
        if shapes.contains("ring") { legend.append(Figure.sign(.ring, class: "other", "SUSPECT")) }
        if shapes.contains("cross") { legend.append(Figure.sign(.cross, class: "other", "INVALID")) }
        if shapes.contains("diamond") { legend.append(Figure.sign(.diamond, class: "other", "predicted only")) }
        return Figure(
            id: id, title: "Latency against entropy, \(place)", caption: caption, legend: legend,
            description:
                "\(points.count) networks by latency in milliseconds and entropy. "
                + "On the Pareto front: \(names.isEmpty ? "none" : names.joined(separator: ", ")).",
            draw: { draw($0, front: front) }, table: table)
    }

    private func draw(_ width: Figure.Width, front: [Point]) -> Figure.Drawing {
        let height = width == .wide ? 460.0 : 400
        let highs = points.map { ($0.network.measured?.high ?? 0) / 1e6 }
        let area = PlotArea(
            left: 48, top: 30, right: width.rawValue - 10, bottom: height - 44,
            x: .linear(points.map(\.milliseconds) + zip(points, highs).map { max($0.milliseconds, $1) }, count: width == .wide ? 8 : 4),
            y: .linear(points.map(\.entropy), count: 6))
        var parts = [area.axes(x: "latency (ms)", y: "entropy")]
        parts.append(area.steps(front.map { ($0.milliseconds, $0.entropy) }, until: area.x.high, class: "frontline"))
        for point in points {
            guard let low = point.network.measured?.low, let high = point.network.measured?.high else { continue }
            let y = pixels(area.py(point.entropy))
            parts.append(
                Markup(
                    "line",
                    ["class": "whisker \(tone(point))", "x1": pixels(area.px(max(low / 1e6, area.x.low))), "x2": pixels(area.px(high / 1e6)), "y1": y, "y2": y])
            )
        }
        let ordered = points.sorted { rank($0) < rank($1) }
        var labels = LabelPlacing(
            bounds: LabelPlacing.Box(left: area.left, top: 14, right: width.rawValue, bottom: area.bottom),
            marks: points.map { (area.px($0.milliseconds), area.py($0.entropy), 5) })
        var words: [Markup] = []
        for point in ordered {
            let style = point.network.role == .winner || point.network.role == .best ? "label strong" : "label"
            if let label = labels.label(
                point.network.name, x: area.px(point.milliseconds), y: area.py(point.entropy), radius: 5, class: style, prefersCorners: true)
            {
                words.append(label)
            }
        }
        parts += ordered.reversed().map { point in
            Mark(
                name: point.network.name, x: point.milliseconds, y: point.entropy, shape: Mark.Shape(verdict: point.network.measured?.verdict),
                tone: tone(point), words: self.words(point)
            ).markup(in: area)
        }
        return Figure.Drawing(height: height, marks: parts + words)
    }

    private func rank(_ point: Point) -> Int {
        switch point.network.role {
        case .winner, .best: 0
        case .baseline: 1
        default: point.isOnFront ? 2 : 3
        }
    }

    private func tone(_ point: Point) -> String { point.network.role == .baseline ? "baseline" : point.isOnFront ? "front" : "other" }

    private func words(_ point: Point) -> String {
        var text = "\(point.network.name): entropy \(NumberText.fixed(point.entropy, places: 1)), \(NumberText.significant(point.milliseconds)) ms"
        if let measured = point.network.measured {
            if let low = measured.low, let high = measured.high { text += " (\(NumberText.significant(low / 1e6)) to \(NumberText.significant(high / 1e6)))" }
            text += ", \(measured.verdict)"
        } else {
            text += ", predicted"
        }
        return text
    }

    private var table: Table {
        var table = Table([
            .text("network", key: "name"), .text("role", key: "role"), .milliseconds("latency", key: "latency_ns"), .milliseconds("low", key: "low_ns"),
            .milliseconds("high", key: "high_ns"), .number("entropy", key: "entropy", digits: .places(1)),
            .number("AP", key: "published_ap", digits: .places(1)),
            .text("front", key: "front"), .text("verdict", key: "verdict"),
        ])
        for point in points.sorted(by: { $0.milliseconds < $1.milliseconds }) {
            let network = point.network
            table.append([
                .text(network.name), .text(network.role.rawValue), .real(point.milliseconds * 1e6), .real(optional: network.measured?.low),
                .real(optional: network.measured?.high), .real(point.entropy), .real(optional: network.publishedAP), .text(point.isOnFront ? "yes" : ""),
                .text(network.measured?.verdict ?? "predicted"),
            ])
        }
        return table.withoutEmptyColumns()
    }
}

extension ResultSet.Setting {
    /// "480 px, 2 threads, avx512".
    var words: String {
        var parts: [String] = []
        if let imageSide { parts.append("\(imageSide) px") }
        if batch != 1 { parts.append("batch \(batch)") }
        if let threads { parts.append("\(threads) thread\(threads == 1 ? "" : "s")") }
        if let isa { parts.append(isa) }
        if let engine { parts.append("in \(engine)") }
        return parts.isEmpty ? "setting unknown" : parts.joined(separator: ", ")
    }
}
