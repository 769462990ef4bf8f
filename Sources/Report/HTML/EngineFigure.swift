import Latency

/// Latency in another runtime against the tensor core's, network by network.
struct EngineFigure {
    let pairs: [ResultSet.EnginePair]

    /// One for each engine and setting.
    static func all(_ pairs: [ResultSet.EnginePair]) -> [EngineFigure] {
        var groups: [EngineFigure] = []
        for pair in pairs where pair.own > 0 && pair.other > 0 {
            if let index = groups.firstIndex(where: { $0.pairs[0].engine == pair.engine && $0.pairs[0].setting == pair.setting }) {
                groups[index] = EngineFigure(pairs: groups[index].pairs + [pair])
            } else {
                groups.append(EngineFigure(pairs: [pair]))
            }
        }
        return groups
    }

    private var engine: String { pairs[0].engine }

    func figure(id: String) -> Figure {
        let faster = pairs.count { $0.ratio > 1 }
        var caption = [
            "\(pairs[0].setting.words). On the line both take the same time; above it zendet is faster, which holds for \(faster) of \(pairs.count) networks."
        ]
        let counted = pairs.filter { $0.verdict != "INVALID" }
        if counted.count >= EngineOrderRecord.leastNetworks, let rank = RankCorrelation.spearman(counted.map(\.own), counted.map(\.other)) {
            caption.append("Rank correlation (Spearman) \(NumberText.fixed(rank, places: 4)) over \(counted.count) networks.")
        }
        let wrong = pairs.filter { !$0.outputsAgree }
        if !wrong.isEmpty { caption.append("Outputs differ: \(wrong.map(\.network).joined(separator: ", ")).") }
        return Figure(
            id: id, title: "\(engine) against zendet", caption: caption, legend: [],
            description: "\(pairs.count) networks by their latency in zendet and in \(engine).", draw: draw, table: table)
    }

    private func draw(_ width: Figure.Width) -> Figure.Drawing {
        let height = width == .wide ? 440.0 : 380
        // Networks span orders of magnitude, and a ratio is the same distance everywhere.
        let scale = Scale.logarithmic(pairs.flatMap { [$0.own / 1e6, $0.other / 1e6] }, count: width == .wide ? 8 : 5)
        let area = PlotArea(left: 48, top: 30, right: width.rawValue - 12, bottom: height - 44, x: scale, y: scale)
        var parts = [area.axes(x: "zendet (ms)", y: "\(engine) (ms)"), area.line([(scale.low, scale.low), (scale.high, scale.high)], class: "exact")]
        var labels = LabelPlacing(
            bounds: LabelPlacing.Box(left: area.left, top: 14, right: width.rawValue, bottom: area.bottom),
            marks: pairs.map { (area.px($0.own / 1e6), area.py($0.other / 1e6), 5) })
        var words: [Markup] = []
        for pair in pairs.sorted(by: { $0.ratio > $1.ratio }) where pairs.count <= 20 {
            if let label = labels.label(pair.network, x: area.px(pair.own / 1e6), y: area.py(pair.other / 1e6), radius: 5) { words.append(label) }
        }
        parts += pairs.map { pair in
            Mark(
                name: pair.network, x: pair.own / 1e6, y: pair.other / 1e6, shape: Mark.Shape(verdict: pair.outputsAgree ? pair.verdict : "INVALID"),
                tone: "front",
                words: "\(pair.network): zendet \(NumberText.significant(pair.own / 1e6)) ms, \(engine) \(NumberText.significant(pair.other / 1e6)) ms, "
                    + "\(NumberText.fixed(pair.ratio, places: 3)) times"
            ).markup(in: area)
        }
        return Figure.Drawing(height: height, marks: parts + words)
    }

    private var table: Table {
        var table = Table([
            .text("network", key: "name"), .milliseconds("zendet", key: "zendet_median_ns"), .milliseconds(engine, key: "engine_median_ns"),
            .number("\(engine)/zendet", key: "ratio_to_zendet", digits: .places(3)), .text("outputs", key: "outputs_agree"), .text("verdict", key: "verdict"),
        ])
        for pair in pairs {
            table.append([
                .text(pair.network), .real(pair.own), .real(pair.other), .real(pair.ratio), .text(pair.outputsAgree ? "agree" : "DIFFER"), .text(pair.verdict),
            ])
        }
        return table
    }
}
