/// A point of a plot, with its exact data in attributes and its words for whoever points at it.
struct Mark {
    enum Shape {
        /// Filled: measured, and nothing speaks against it.
        case disc
        /// Hollow: measured, with doubts.
        case ring
        case cross
        /// Not measured.
        case diamond
        case triangle

        /// The shape of a measurement's verdict; nil is a prediction.
        init(verdict: String?) {
            self =
                switch verdict {
                case nil: .diamond
                case "VALID": .disc
                case "INVALID": .cross
                default: .ring
                }
        }

        func markup(x: Double, y: Double, radius r: Double, class name: String) -> Markup {
            switch self {
            case .disc: return Markup("circle", ["class": "\(name) solid", "cx": pixels(x), "cy": pixels(y), "r": pixels(r)])
            case .ring: return Markup("circle", ["class": "\(name) hollow", "cx": pixels(x), "cy": pixels(y), "r": pixels(r * 0.85)])
            case .cross:
                let d = r * 0.75
                let (left, right, top, bottom) = (pixels(x - d), pixels(x + d), pixels(y - d), pixels(y + d))
                return Markup(
                    "path",
                    [
                        "class": "\(name) hollow",
                        "d":
                            "M\(left) \(top)L\(right) \(bottom)M\(left) \(bottom)L\(right) \(top)",
                    ])
            case .diamond:
                return Markup(
                    "path",
                    [
                        "class": "\(name) hollow",
                        "d": "M\(pixels(x)) \(pixels(y - r))L\(pixels(x + r)) \(pixels(y))L\(pixels(x)) \(pixels(y + r))L\(pixels(x - r)) \(pixels(y))Z",
                    ])
            case .triangle:
                return Markup(
                    "path",
                    [
                        "class": "\(name) solid",
                        "d": "M\(pixels(x)) \(pixels(y - r))L\(pixels(x + r)) \(pixels(y + r * 0.8))L\(pixels(x - r)) \(pixels(y + r * 0.8))Z",
                    ])
            }
        }
    }

    var name: String
    /// The data, in the values of the plot's axes.
    var x: Double
    var y: Double
    var shape = Shape.disc
    var radius = 5.0
    /// What it is: "front", "baseline", "other", ….
    var tone: String
    /// For whoever points at it.
    var words: String

    /// The mark at its place in an area.
    func markup(in area: PlotArea) -> Markup {
        let (px, py) = (area.px(x), area.py(y))
        return Markup(
            "g", ["class": "mark", "data-name": name, "data-x": NumberText.exact(x), "data-y": NumberText.exact(y)],
            [
                Markup("title", text: words), Markup("circle", ["class": "hit", "cx": pixels(px), "cy": pixels(py), "r": pixels(max(radius + 4, 10))]),
                shape.markup(x: px, y: py, radius: radius, class: tone),
            ])
    }
}
