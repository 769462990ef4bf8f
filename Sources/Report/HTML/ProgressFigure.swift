/// How far a search came with how many evaluations: its best score, or the hypervolume of its front.
struct ProgressFigure {
    struct Line {
        var name: String
        var points: [(x: Double, y: Double)]
    }

    let search: ResultSet.Search
    let lines: [Line]
    let isHypervolume: Bool

    /// The figures that a search has data for: one, two or none.
    static func all(_ search: ResultSet.Search) -> [ProgressFigure] {
        let runs = search.runs.filter { !$0.gains.isEmpty }.map { run in Line(name: run.task, points: run.gains.map { (Double($0.evaluations), $0.score) }) }
        let volume = search.hypervolume.map { (x: Double($0.evaluations), y: $0.share * 100) }
        var figures: [ProgressFigure] = []
        if !runs.isEmpty { figures.append(ProgressFigure(search: search, lines: runs, isHypervolume: false)) }
        if !volume.isEmpty { figures.append(ProgressFigure(search: search, lines: [Line(name: "front", points: volume)], isHypervolume: true)) }
        return figures
    }

    private var yTitle: String { isHypervolume ? "hypervolume (%)" : "best score" }

    func figure(id: String) -> Figure {
        let last = lines.flatMap(\.points).max { $0.y < $1.y }
        let reached = last.map { "\(NumberText.fixed($0.y, places: isHypervolume ? 2 : 1)) after \(NumberText.count($0.x)) evaluations" } ?? "nothing"
        var caption: [String]
        if isHypervolume {
            caption = ["The part of the box between the reference and the ideal point that the front covers: \(reached)."]
        } else {
            caption = ["The best score so far, over the structures that were looked at: \(reached)."]
            if lines.count > 1 {
                caption.append("Each round searches anew under the limit that its predecessors' measurements suggest, so a later line may lie lower.")
            }
        }
        if !search.isOver { caption.append("The search has not ended.") }
        return Figure(
            id: id, title: "\(isHypervolume ? "Hypervolume" : "Best score") over evaluations, \(search.title)", caption: caption,
            description: "\(yTitle) over the number of evaluations, as steps: \(reached).", draw: draw, table: table)
    }

    private func draw(_ width: Figure.Width) -> Figure.Drawing {
        let height = width == .wide ? 360.0 : 320
        let points = lines.flatMap(\.points)
        let end = max(Double(search.evaluations ?? 0), points.map(\.x).max() ?? 1)
        let first = points.map(\.x).filter { $0 > 0 }.min() ?? 1
        let x =
            end / first >= 50
            ? Scale.logarithmic([first, end], count: width == .wide ? 7 : 4, room: 0.02)
            : Scale.linear([first, end], count: width == .wide ? 7 : 4, room: 0.02)
        let area = PlotArea(left: 48, top: 30, right: width.rawValue - 12, bottom: height - 44, x: x, y: .linear(points.map(\.y), count: 5))
        var parts = [area.axes(x: "evaluations", y: yTitle)]
        for (index, line) in lines.enumerated() {
            let stop = index + 1 < lines.count ? lines[index + 1].points.first?.x : end
            parts.append(area.steps(line.points.map { (max($0.x, x.low), $0.y) }, until: stop, class: index == 0 ? "progress" : "progress later"))
        }
        for line in lines {
            parts += line.points.map { point in
                Mark(
                    name: line.name, x: point.x, y: point.y, radius: 2.2, tone: "front",
                    words: "\(line.name): \(NumberText.fixed(point.y, places: 2)) after \(NumberText.exact(point.x) ?? "") evaluations"
                ).markup(in: area)
            }
        }
        var labels = LabelPlacing(
            bounds: LabelPlacing.Box(left: area.left, top: 14, right: width.rawValue, bottom: area.bottom),
            marks: points.map { (area.px($0.x), area.py($0.y), 4) })
        for line in lines {
            guard let best = line.points.last else { continue }
            let text = NumberText.fixed(best.y, places: isHypervolume ? 2 : 1)
            if let label = labels.label(text, x: area.px(best.x), y: area.py(best.y), radius: 3, class: "label strong") { parts.append(label) }
        }
        return Figure.Drawing(height: height, marks: parts)
    }

    private var table: Table {
        var table = Table([
            .text("run", key: "task"), .number("evaluations", key: "evaluations"),
            isHypervolume ? .number("hypervolume", unit: "%", key: "share", digits: .places(3)) : .number("best score", key: "score", digits: .places(2)),
        ])
        for line in lines { for point in line.points { table.append([.text(line.name), .integer(Int(point.x)), .real(point.y)]) } }
        return lines.count > 1 ? table : table.without(keys: ["task"])
    }
}
