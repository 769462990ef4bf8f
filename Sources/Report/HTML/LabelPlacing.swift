/// Puts labels beside their marks where there is room, the important ones first.
struct LabelPlacing {
    struct Box {
        var left: Double
        var top: Double
        var right: Double
        var bottom: Double

        func overlaps(_ other: Box) -> Bool { left < other.right && other.left < right && top < other.bottom && other.top < bottom }
        func contains(_ other: Box) -> Bool { left <= other.left && other.right <= right && top <= other.top && other.bottom <= bottom }
    }

    private let bounds: Box
    private var taken: [Box]
    /// The letters' height in pixels.
    private let size = 12.0

    /// - Parameter marks: centres and radii of all marks: no label lies on one.
    init(bounds: Box, marks: [(x: Double, y: Double, radius: Double)]) {
        self.bounds = bounds
        taken = marks.map { Box(left: $0.x - $0.radius, top: $0.y - $0.radius, right: $0.x + $0.radius, bottom: $0.y + $0.radius) }
    }

    /// The label's element, or nil where it would cover something: the table has its text.
    /// - Parameter prefersCorners: above to the left and below to the right first, where steps that rise to the right leave room.
    mutating func label(
        _ text: String, x: Double, y: Double, radius: Double, class name: String = "label", prefersCorners: Bool = false
    ) -> Markup? {
        // Mean width of a letter of a sans-serif face.
        let width = Double(text.count) * size * 0.56
        let gap = radius + 4
        let middle = size * 0.35
        let corners = [(x - gap * 0.6, y - gap * 0.7, "end"), (x + gap * 0.6, y + gap * 0.7 + size * 0.7, "start")]
        let choices: [(x: Double, y: Double, anchor: String)] =
            (prefersCorners ? corners : []) + [
                (x + gap, y + middle, "start"), (x - gap, y + middle, "end"), (x, y - gap, "middle"), (x, y + gap + size * 0.75, "middle"),
                (x + gap * 0.7, y - gap * 0.7, "start"), (x + gap * 0.7, y + gap * 0.7 + size * 0.7, "start"),
                (x - gap * 0.7, y - gap * 0.7, "end"), (x - gap * 0.7, y + gap * 0.7 + size * 0.7, "end"),
            ]
        for choice in choices {
            let left = choice.anchor == "start" ? choice.x : choice.anchor == "end" ? choice.x - width : choice.x - width / 2
            let box = Box(left: left, top: choice.y - size * 0.85, right: left + width, bottom: choice.y + size * 0.25)
            guard bounds.contains(box), !taken.contains(where: { $0.overlaps(box) }) else { continue }
            taken.append(box)
            return Markup("text", ["class": name, "x": pixels(choice.x), "y": pixels(choice.y), "text-anchor": choice.anchor], text: text)
        }
        return nil
    }

    /// Keeps a place free.
    mutating func take(_ box: Box) { taken.append(box) }
}
