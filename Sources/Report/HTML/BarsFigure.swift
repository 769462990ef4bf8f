/// Bars that lie, one a row: its name to the left, its value at the end, the exact value in an attribute.
struct BarsFigure {
    struct Row {
        var name: String
        /// Length of the bar.
        var value: Double
        /// The part of it in a strong colour, from the left; nil is all.
        var strong: Double?
        var low: Double?
        var high: Double?
        var text: String
        var tone: String
        var words: String
        /// A little room above: something new begins.
        var begins = false
    }

    var rows: [Row]
    /// Height of a row in pixels.
    var pitch = 22.0

    func draw(_ width: Figure.Width) -> Figure.Drawing {
        let size = pitch < 18 ? 10.5 : 12.0
        let letters = width == .wide ? 34 : 19
        let shown = rows.map { BarsFigure.shortened($0.name, to: letters) }
        let left = Double(shown.map(\.count).max() ?? 0) * size * 0.56 + 8
        let right = Double(rows.map(\.text.count).max() ?? 0) * size * 0.56 + 10
        let most = rows.map { max($0.value, $0.high ?? 0) }.max() ?? 1
        let scale = (width.rawValue - left - right) / (most > 0 ? most : 1)
        let thickness = (pitch * 0.68).rounded()
        var y = 2.0
        var marks: [Markup] = []
        for (row, name) in zip(rows, shown) {
            if row.begins, y > 2 { y += pitch * 0.5 }
            let (top, baseline) = (y + (pitch - thickness) / 2, y + pitch / 2 + size * 0.35)
            let length = row.value * scale
            var parts = [
                Markup("title", text: row.words),
                Markup("rect", ["class": "hit", "x": "0", "y": pixels(y), "width": pixels(width.rawValue), "height": pixels(pitch)]),
                Markup("text", ["class": size < 12 ? "small" : "label", "x": pixels(left - 8), "y": pixels(baseline), "text-anchor": "end"], text: name),
                Markup(
                    "rect",
                    [
                        "class": "bar \(row.tone)\(row.strong == nil ? "" : " pale")", "x": pixels(left), "y": pixels(top), "width": pixels(max(length, 0.5)),
                        "height": pixels(thickness),
                    ]),
            ]
            if let strong = row.strong {
                parts.append(
                    Markup(
                        "rect",
                        [
                            "class": "bar \(row.tone)", "x": pixels(left), "y": pixels(top), "width": pixels(min(strong, row.value) * scale),
                            "height": pixels(thickness),
                        ]))
            }
            var end = length
            if let low = row.low, let high = row.high {
                let middle = pixels(y + pitch / 2)
                parts.append(
                    Markup("line", ["class": "whisker ink", "x1": pixels(left + low * scale), "x2": pixels(left + high * scale), "y1": middle, "y2": middle]))
                end = max(end, high * scale)
            }
            parts.append(
                Markup("text", ["class": size < 12 ? "small value" : "label value", "x": pixels(left + end + 6), "y": pixels(baseline)], text: row.text))
            marks.append(Markup("g", ["class": "mark", "data-name": row.name, "data-value": NumberText.exact(row.value)], parts))
            y += pitch
        }
        return Figure.Drawing(height: y + 2, marks: marks)
    }

    /// A long name without its middle: where it begins and how it ends tell it apart.
    static func shortened(_ name: String, to count: Int) -> String {
        guard name.count > count else { return name }
        let head = (count - 1) / 3
        return name.prefix(head) + "…" + name.suffix(count - 1 - head)
    }
}
