/// A plot with its words and the table behind it.
///
/// It is drawn twice, for a desk and for a hand: letters keep their size on both, and the style sheet shows the one that fits.
struct Figure {
    /// Width of a drawing in pixels of its own.
    enum Width: Double, CaseIterable {
        case wide = 720
        case narrow = 358
    }

    struct Drawing {
        var height: Double
        var marks: [Markup]
    }

    /// Of letters, digits and hyphens.
    var id: String
    var title: String
    /// What is seen, in sentences.
    var caption: [String]
    /// The signs and what they mean.
    var legend: [Markup] = []
    /// For those who cannot see it: the plot in words.
    var description: String
    var draw: (Width) -> Drawing
    var table: Table

    var markup: Markup {
        let drawings = Width.allCases.map { width -> Markup in
            let drawing = draw(width)
            let name = "\(id)-\(width)"
            return Markup(
                "svg",
                [
                    "class": "\(width)", "viewBox": "0 0 \(pixels(width.rawValue)) \(pixels(drawing.height))", "role": "img",
                    "aria-labelledby": "\(name)-t \(name)-d",
                ],
                [Markup("title", ["id": "\(name)-t"], text: title), Markup("desc", ["id": "\(name)-d"], text: description)] + drawing.marks)
        }
        let words =
            [Markup("h3", text: title)] + caption.map { Markup("p", text: Figure.unbroken($0)) }
            + (legend.isEmpty ? [] : [Markup("ul", ["class": "legend"], legend)])
        let rows = table.rows.count
        return Markup(
            "figure", ["id": id],
            [
                Markup("figcaption", [:], words), Markup("div", ["class": "plot"], drawings),
                Markup(
                    "details", [:],
                    [Markup("summary", text: "Table, \(rows) row\(rows == 1 ? "" : "s")"), Markup("div", ["class": "box"], [table.html(caption: title)])]),
            ])
    }

    /// A number and its unit stay on one line.
    private static func unbroken(_ text: String) -> String {
        ["%", "ms", "GB/s", "GFLOP/s", "px", "threads"].reduce(text) { $0.replacing(" \($1)", with: "\u{A0}\($1)") }
    }

    /// A sign of the legend: a shape of the given classes, and its words.
    static func sign(_ shape: Mark.Shape, class name: String, _ words: String) -> Markup {
        Markup(
            "li", [:],
            [
                Markup("svg", ["class": "sign", "viewBox": "0 0 14 14", "aria-hidden": "true"], [shape.markup(x: 7, y: 7, radius: 5, class: name)]),
                Markup(words),
            ])
    }
}
