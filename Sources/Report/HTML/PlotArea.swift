/// The rectangle in which data are drawn, with the scales of its two sides.
struct PlotArea {
    var left: Double
    var top: Double
    var right: Double
    var bottom: Double
    var x: Scale
    var y: Scale

    func px(_ value: Double) -> Double { left + x.fraction(value) * (right - left) }
    func py(_ value: Double) -> Double { bottom - y.fraction(value) * (bottom - top) }

    /// Both axes: hairlines across at the ticks of y, ticks of x below, what they mean at their ends.
    func axes(x xTitle: String, y yTitle: String) -> Markup {
        var parts: [Markup] = []
        for tick in y.ticks {
            let place = py(tick)
            parts.append(Markup("line", ["class": "grid", "x1": pixels(left), "x2": pixels(right), "y1": pixels(place), "y2": pixels(place)]))
            parts.append(Markup("text", ["class": "tick", "x": pixels(left - 8), "y": pixels(place + 4), "text-anchor": "end"], text: y.text(tick)))
        }
        parts.append(Markup("line", ["class": "axis", "x1": pixels(left), "x2": pixels(right), "y1": pixels(bottom), "y2": pixels(bottom)]))
        for tick in x.ticks {
            let place = px(tick)
            parts.append(Markup("line", ["class": "axis", "x1": pixels(place), "x2": pixels(place), "y1": pixels(bottom), "y2": pixels(bottom + 4)]))
            parts.append(Markup("text", ["class": "tick", "x": pixels(place), "y": pixels(bottom + 18), "text-anchor": "middle"], text: x.text(tick)))
        }
        parts.append(Markup("text", ["class": "name", "x": pixels(right), "y": pixels(bottom + 36), "text-anchor": "end"], text: xTitle + " →"))
        parts.append(Markup("text", ["class": "name", "x": "0", "y": pixels(top - 14)], text: "↑ " + yTitle))
        return Markup("g", ["aria-hidden": "true"], parts)
    }

    /// A line through points in the values of both axes.
    func line(_ points: [(x: Double, y: Double)], class name: String) -> Markup {
        let path = points.enumerated().map { index, point in "\(index == 0 ? "M" : "L")\(pixels(px(point.x))) \(pixels(py(point.y)))" }
        return Markup("path", ["class": name, "d": path.joined(separator: " ")])
    }

    /// A line that keeps each value until the next point.
    func steps(_ points: [(x: Double, y: Double)], until end: Double? = nil, class name: String) -> Markup {
        var corners: [(x: Double, y: Double)] = []
        for point in points {
            if let last = corners.last { corners.append((point.x, last.y)) }
            corners.append(point)
        }
        if let end, let last = corners.last, end > last.x { corners.append((end, last.y)) }
        return line(corners, class: name)
    }
}
