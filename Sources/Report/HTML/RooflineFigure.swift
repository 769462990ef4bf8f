#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The layers of a network under the machine's two roofs, on logarithmic axes.
///
/// Source: Williams, Waterman and Patterson, "Roofline", CACM 52(4), 2009.
struct RooflineFigure {
    let run: ResultSet.LayerRun
    /// GFLOP/s.
    let compute: Double
    /// 1e9 bytes per second; nil where no file tells it.
    let memory: Double?

    private var drawn: [ResultSet.Layer] { run.layers.filter { $0.intensity > 0 && $0.gigaflopPerSecond > 0 } }

    /// Nil where the files tell no multiply-add peak or no layer computes.
    ///
    /// - Parameter peaks: measured elsewhere, for a memory roof that the layers do not tell.
    init?(_ run: ResultSet.LayerRun, peaks: [ResultSet.Peak]) {
        let fitting = peaks.first {
            $0.isa == run.setting.isa && $0.threads == run.setting.threads && ($0.machine == run.setting.machine || run.setting.machine == nil)
        }
        guard let compute = run.computeRoof ?? fitting?.compute, compute > 0 else { return nil }
        self.run = run
        self.compute = compute
        memory = run.memoryRoof ?? fitting?.read
        guard !drawn.isEmpty else { return nil }
    }

    func figure(id: String) -> Figure {
        let hasWinograd = drawn.contains(where: \.isWinograd)
        var caption = [
            "Each layer by its FLOP per byte that must move and its speed, an area for its share of the time. Under the roof lies what the machine allows."
        ]
        if hasWinograd { caption.append("FLOP count the multiplications of direct convolution. Winograd needs fewer, so its layers may pass the roof.") }
        let left = run.layers.count - drawn.count
        if left > 0 {
            caption.append("\(left) layer\(left == 1 ? "" : "s") without multiply-accumulates \(left == 1 ? "is" : "are") only in the table of layers.")
        }
        if memory == nil { caption.append("No file tells how fast memory is read: add the result of 'zendet topology -o json'.") }
        var legend = [Figure.sign(.disc, class: "front", "direct")]
        if hasWinograd { legend.append(Figure.sign(.triangle, class: "baseline", "Winograd")) }
        let roofs =
            "The peak is \(NumberText.significant(compute)) GFLOP/s" + (memory.map { ", memory is read at \(NumberText.significant($0, 3)) GB/s." } ?? ".")
        return Figure(
            id: id, title: "Roofline, \(run.title)", caption: caption, legend: legend,
            description: "\(drawn.count) layers as points under the machine's roofs. \(roofs)",
            draw: draw, table: table)
    }

    private func draw(_ width: Figure.Width) -> Figure.Drawing {
        let height = width == .wide ? 440.0 : 380
        let layers = drawn.sorted { $0.share > $1.share }
        let ridge = memory.map { compute / $0 }
        let area = PlotArea(
            left: 48, top: 30, right: width.rawValue - 12, bottom: height - 44,
            x: .logarithmic(layers.map(\.intensity) + [ridge.map { $0 / 3 }].compactMap(\.self), count: width == .wide ? 9 : 5),
            y: .logarithmic(layers.map(\.gigaflopPerSecond) + [compute * 1.25], count: 7))
        var parts = [area.axes(x: "FLOP per byte", y: "GFLOP/s")]
        let begin = ridge.map { min(max($0, area.x.low), area.x.high) } ?? area.x.low
        parts.append(area.line([(begin, compute), (area.x.high, compute)], class: "roof"))
        var labels = LabelPlacing(
            bounds: LabelPlacing.Box(left: area.left, top: 14, right: width.rawValue, bottom: area.bottom),
            marks: layers.map { (area.px($0.intensity), area.py($0.gigaflopPerSecond), radius($0) * 0.8) })
        let peakText = "peak \(NumberText.fixed(compute, places: 0)) GFLOP/s"
        let peakWidth = Double(peakText.count) * 6.7
        let (peakX, peakY) = (area.right - 4, area.py(compute) - 7)
        labels.take(LabelPlacing.Box(left: peakX - peakWidth, top: peakY - 12, right: peakX, bottom: peakY + 3))
        var words = [Markup("text", ["class": "rooflabel", "x": pixels(peakX), "y": pixels(peakY), "text-anchor": "end"], text: peakText)]
        if let memory, let ridge {
            // The slope begins where it enters the plot, at its left or at its bottom.
            let low = max(area.x.low, area.y.low / memory)
            if low < min(ridge, area.x.high) {
                let high = min(ridge, area.x.high)
                parts.append(area.line([(low, low * memory), (high, high * memory)], class: "roof"))
                let (across, up) = (area.px(high) - area.px(low), area.py(low * memory) - area.py(high * memory))
                let slope = atan2(up, across) * 180 / .pi
                let at = exp((log(low) + log(high)) / 2)
                let (x, y) = (area.px(at) - 6 * sin(slope * .pi / 180), area.py(at * memory) - 6 * cos(slope * .pi / 180))
                let text = "memory \(NumberText.significant(memory, 3)) GB/s"
                if (across * across + up * up).squareRoot() > Double(text.count) * 6 {
                    words.append(
                        Markup(
                            "text",
                            [
                                "class": "rooflabel", "x": pixels(x), "y": pixels(y), "text-anchor": "middle",
                                "transform": "rotate(\(pixels(-slope)) \(pixels(x)) \(pixels(y)))",
                            ], text: text))
                }
            }
        }
        parts += layers.map { layer in
            Mark(
                name: layer.name, x: layer.intensity, y: layer.gigaflopPerSecond, shape: layer.isWinograd ? .triangle : .disc, radius: radius(layer),
                tone: layer.isWinograd ? "baseline see" : "front see",
                words:
                    "\(layer.name): \(layer.operation), \(NumberText.significant(layer.intensity, 3)) FLOP per byte, "
                    + "\(NumberText.significant(layer.gigaflopPerSecond)) GFLOP/s"
            ).markup(in: area)
        }
        for layer in layers.prefix(width == .wide ? 5 : 3) {
            if let label = labels.label(layer.name, x: area.px(layer.intensity), y: area.py(layer.gigaflopPerSecond), radius: radius(layer)) {
                words.append(label)
            }
        }
        return Figure.Drawing(height: height, marks: parts + words)
    }

    /// The area is the share of time.
    private func radius(_ layer: ResultSet.Layer) -> Double { min(max(28 * layer.share.squareRoot(), 2.2), 16) }

    private var table: Table {
        var table = Table([
            .text("layer", key: "name"), .text("computed by", key: "algorithm"), .number("FLOP per byte", key: "intensity", digits: .significant(3)),
            .number("GFLOP/s", key: "gflop_per_s", digits: .places(1)), .percent("of roofline", key: "roofline_fraction"), .percent("share", key: "share"),
        ])
        for layer in drawn {
            table.append([
                .text(layer.name), .text(layer.algorithm), .real(layer.intensity), .real(layer.gigaflopPerSecond), .real(optional: layer.rooflineFraction),
                .real(layer.share),
            ])
        }
        return table.withoutEmptyColumns()
    }
}
