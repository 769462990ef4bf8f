/// A network's layers: how long each takes, and how much of that the roofline demands.
struct LayersFigure {
    let run: ResultSet.LayerRun

    func figure(id: String) -> Figure {
        let total = run.layers.reduce(0) { $0 + $1.median }
        let slow = run.layers.sorted { $0.median > $1.median }.prefix(3).map { "\($0.name) (\(NumberText.percent($0.share)))" }
        let bounded = run.layers.filter { $0.rooflineFraction != nil }
        var caption = [
            "\(run.layers.count) layers in the order of the network, \(NumberText.duration(nanoseconds: total)) in all. "
                + "The slowest: \(slow.joined(separator: ", "))."
        ]
        var legend: [Markup] = []
        if bounded.isEmpty {
            caption.append("The file tells no roofline for these layers.")
        } else {
            let least = bounded.reduce(0) { $0 + min($1.rooflineFraction ?? 1, 1) * $1.median }
            caption.append(
                "The strong part of a bar is the least time by the roofline, "
                    + "\(NumberText.percent(total > 0 ? least / total : 0, places: 0)) of the whole; the pale part is what is lost to it."
            )
            legend = [Figure.sign(.disc, class: "front", "bound by multiply-adds"), Figure.sign(.disc, class: "baseline", "bound by memory")]
        }
        let rows = run.layers.enumerated().map { index, layer -> BarsFigure.Row in
            let place = layer.name.split(separator: ".").first
            let before = index > 0 ? run.layers[index - 1].name.split(separator: ".").first : place
            return BarsFigure.Row(
                name: layer.name, value: layer.median, strong: layer.rooflineFraction.map { min($0, 1) * layer.median },
                text: NumberText.significant(layer.median / 1e6, 3), tone: layer.boundBy == "memory" ? "baseline" : "front", words: words(layer),
                begins: place != before)
        }
        return Figure(
            id: id, title: "Layer by layer, \(run.title) (ms)", caption: caption, legend: legend,
            description: "The time of each of \(run.layers.count) layers as bars. The slowest: \(slow.joined(separator: ", ")).",
            draw: { BarsFigure(rows: rows, pitch: rows.count > 30 ? 14 : 20).draw($0) }, table: table)
    }

    private func words(_ layer: ResultSet.Layer) -> String {
        var text = "\(layer.name): \(layer.operation), \(NumberText.duration(nanoseconds: layer.median)), \(NumberText.percent(layer.share))"
        if !layer.algorithm.isEmpty { text += ", \(layer.algorithm)" }
        if let share = layer.rooflineFraction { text += ", \(NumberText.percent(share, places: 0)) of the roofline (\(layer.boundBy ?? "unknown"))" }
        return text
    }

    private var table: Table {
        var table = Table([
            .text("layer", key: "name"), .text("operator", key: "operation"), .text("computed by", key: "algorithm"), .milliseconds("time", key: "median_ns"),
            .percent("share", key: "share"), .billions("MACs", key: "macs"), .number("GFLOP/s", key: "gflop_per_s", digits: .places(1)),
            .percent("of peak", key: "peak_fraction"), .mebibytes("bytes", key: "bytes"), .percent("of roofline", key: "roofline_fraction"),
            .text("bound by", key: "bound_by"),
        ])
        for layer in run.layers {
            table.append([
                .text(layer.name), .text(layer.operation), .text(layer.algorithm), .real(layer.median), .real(layer.share), .integer(layer.macs),
                .real(layer.gigaflopPerSecond), .real(optional: layer.peakFraction), .integer(layer.bytes), .real(optional: layer.rooflineFraction),
                .text(layer.boundBy ?? ""),
            ])
        }
        return table.withoutEmptyColumns()
    }
}
