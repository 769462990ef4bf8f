import Latency

/// Predicted latency against measured.
struct PredictionFigure {
    struct Pair {
        var network: ResultSet.Network
        /// Milliseconds.
        var predicted: Double
        var measured: Double
        var verdict: String

        var error: Double { predicted / measured - 1 }
    }

    let pairs: [Pair]

    /// Nil without a network that was both predicted and measured.
    init?(_ networks: [ResultSet.Network]) {
        pairs = networks.compactMap { network in
            guard let predicted = network.predicted, let measured = network.measured, measured.median > 0, predicted > 0 else { return nil }
            return Pair(network: network, predicted: predicted / 1e6, measured: measured.median / 1e6, verdict: measured.verdict)
        }
        guard !pairs.isEmpty else { return nil }
    }

    func figure(id: String) -> Figure {
        let errors = pairs.map { abs($0.error) }.sorted()
        var caption = [
            "On the line the prediction is exact; the band is ±5 %. "
                + "Median error \(NumberText.percent(Quantile.ofSorted(errors, 0.5))), largest \(NumberText.percent(errors[errors.count - 1]))."
        ]
        if pairs.count >= 5, let rank = RankCorrelation.spearman(pairs.map(\.predicted), pairs.map(\.measured)) {
            caption.append("Rank correlation (Spearman) \(NumberText.fixed(rank, places: 3)) over \(pairs.count) networks.")
        }
        if pairs.contains(where: { $0.network.role == .baseline }) {
            caption.append("A search corrects predictions by what it measured before; the baseline's is as composed from layers.")
        }
        return Figure(
            id: id, title: "Predicted against measured latency", caption: caption,
            legend: pairs.contains { $0.network.role == .baseline }
                ? [Figure.sign(.disc, class: "front", "found by the search"), Figure.sign(.disc, class: "baseline", "baseline")] : [],
            description: "\(pairs.count) networks by predicted and measured latency. Median error \(NumberText.percent(Quantile.ofSorted(errors, 0.5))).",
            draw: draw,
            table: table)
    }

    private func draw(_ width: Figure.Width) -> Figure.Drawing {
        let height = width == .wide ? 440.0 : 380
        let values = pairs.flatMap { [$0.predicted, $0.measured] }
        let scale = Scale.linear(values, count: width == .wide ? 7 : 4, room: 0.1)
        let area = PlotArea(left: 48, top: 30, right: width.rawValue - 12, bottom: height - 44, x: scale, y: scale)
        let (low, high) = (scale.low, scale.high)
        // ±5 % around the line, cut off where it leaves the plot.
        let corners = [(low, low), (low, low * 1.05), (high / 1.05, high), (high, high), (high, high * 0.95), (low / 0.95, low)]
        let band = corners.map { "\(pixels(area.px($0.0))) \(pixels(area.py($0.1)))" }
        var parts = [
            Markup("path", ["class": "band", "d": "M" + band.joined(separator: "L") + "Z"]), area.axes(x: "measured (ms)", y: "predicted (ms)"),
            area.line([(low, low), (high, high)], class: "exact"),
        ]
        var labels = LabelPlacing(
            bounds: LabelPlacing.Box(left: area.left, top: 14, right: width.rawValue, bottom: area.bottom),
            marks: pairs.map { (area.px($0.measured), area.py($0.predicted), 5) })
        var words: [Markup] = []
        for pair in pairs.sorted(by: { abs($0.error) > abs($1.error) }) {
            if let label = labels.label(pair.network.name, x: area.px(pair.measured), y: area.py(pair.predicted), radius: 5) { words.append(label) }
        }
        parts += pairs.map { pair in
            Mark(
                name: pair.network.name, x: pair.measured, y: pair.predicted, shape: Mark.Shape(verdict: pair.verdict),
                tone: pair.network.role == .baseline ? "baseline" : "front",
                words:
                    "\(pair.network.name): predicted \(NumberText.significant(pair.predicted)) ms, "
                    + "measured \(NumberText.significant(pair.measured)) ms, \(NumberText.percent(pair.error))"
            ).markup(in: area)
        }
        return Figure.Drawing(height: height, marks: parts + words)
    }

    private var table: Table {
        var table = Table([
            .text("network", key: "name"), .milliseconds("predicted", key: "predicted_ns"), .milliseconds("measured", key: "measured_ns"),
            .percent("error", key: "error"), .text("verdict", key: "verdict"),
        ])
        for pair in pairs {
            table.append([.text(pair.network.name), .real(pair.predicted * 1e6), .real(pair.measured * 1e6), .real(pair.error), .text(pair.verdict)])
        }
        return table
    }
}
