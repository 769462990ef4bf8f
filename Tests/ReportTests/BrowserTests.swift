import Foundation
import Testing

/// A mark of a plot as the browser has it.
private struct DrawnMark {
    var name: String
    var x: Double
    var y: Double
    var cx: Double
    var cy: Double
}

/// The marks of one drawing: "entropy-0", "wide".
private func marks(_ document: String, figure: String, width: String) throws -> [DrawnMark] {
    let part = try #require(document.components(separatedBy: "<figure id=\"\(figure)\"").dropFirst().first?.components(separatedBy: "</figure>").first)
    let svg = try #require(part.components(separatedBy: "<svg class=\"\(width)\"").dropFirst().first?.components(separatedBy: "</svg>").first)
    return try svg.components(separatedBy: "<g class=\"mark\"").dropFirst().map { text in
        func attribute(_ name: String) throws -> String {
            String(try #require(text.components(separatedBy: " \(name)=\"").dropFirst().first).prefix { $0 != "\"" })
        }
        func number(_ name: String) throws -> Double { try #require(Double(try attribute(name))) }
        return DrawnMark(name: try attribute("data-name"), x: try number("data-x"), y: try number("data-y"), cx: try number("cx"), cy: try number("cy"))
    }
}

/// That places are one increasing affine function of values (of their logarithms, on a logarithmic axis), to the rounding of coordinates.
private func expectAffine(_ values: [Double], _ places: [Double], downwards: Bool) throws {
    let low = try #require(values.indices.min { values[$0] < values[$1] })
    let high = try #require(values.indices.max { values[$0] < values[$1] })
    let slope = (places[high] - places[low]) / (values[high] - values[low])
    #expect(downwards ? slope < 0 : slope > 0)
    for (value, place) in zip(values, places) { #expect(abs(places[low] + slope * (value - values[low]) - place) < 0.05) }
}

@Suite(.enabled(if: Chromium.path != nil, Chromium.missing)) struct BrowserTests {
    @Test func pointsDrawnEqualTheData() throws {
        let result = try Chromium.open(try page(ResultSamples.compare, ResultSamples.bench, ResultSamples.search))
        #expect(result.console.isEmpty, "\(result.console)")
        for width in ["wide", "narrow"] {
            let networks = try marks(result.document, figure: "entropy-0", width: width)
            let found = Dictionary(grouping: networks, by: \.name)
            for (name, time, entropy, _) in ResultSamples.comparison {
                #expect(found[name]?.contains { $0.x == time && $0.y == entropy } == true, "\(name)")
            }
            // Those of the comparison, the search's winner, finalist and baseline, and the bench of resnet50 with the entropy of the comparison.
            #expect(networks.count == 8)
            try expectAffine(networks.map(\.x), networks.map(\.cx), downwards: false)
            try expectAffine(networks.map(\.y), networks.map(\.cy), downwards: true)

            let layers = try marks(result.document, figure: "roofline-0", width: width)
            #expect(layers.count == 3)
            for row in ResultSamples.layerRows where row.macs > 0 {
                let mark = try #require(layers.first { $0.name == row.name })
                #expect(abs(mark.x - 2 * Double(row.macs) / Double(row.bytes)) < 1e-9 && abs(mark.y - 2 * Double(row.macs) / row.time) < 1e-9)
            }
            try expectAffine(layers.map { log($0.x) }, layers.map(\.cx), downwards: false)
            try expectAffine(layers.map { log($0.y) }, layers.map(\.cy), downwards: true)

            let predictions = try marks(result.document, figure: "prediction", width: width)
            #expect(Set(predictions.map { [$0.x, $0.y] }) == [[45.0000005, 44], [43.5, 43], [70.25, 69]])
            let progress = try marks(result.document, figure: "progress-0-0", width: width)
            #expect(progress.map { [$0.x, $0.y] } == [[1, 700.5], [900, 1500], [30000, 1810], [40005, 1795.5], [48000, 1800.5]])
        }
        // Bars: lengths in proportion to the times.
        let figure = try #require(result.document.components(separatedBy: "<figure id=\"layers-0\"").last)
        let part = try #require(figure.components(separatedBy: "<svg class=\"wide\"").last?.components(separatedBy: "</svg>").first)
        let bars = try part.components(separatedBy: "<g class=\"mark\"").dropFirst().map { text -> (value: Double, width: Double) in
            let value = try #require(text.components(separatedBy: "data-value=\"").last?.prefix { $0 != "\"" })
            let bar = try #require(
                text.components(separatedBy: "class=\"bar ").dropFirst().first?.components(separatedBy: " width=\"").last?.prefix { $0 != "\"" })
            return (try #require(Double(value)), try #require(Double(bar)))
        }
        #expect(bars.map(\.value) == ResultSamples.layerRows.map(\.time))
        try expectAffine(bars.map(\.value), bars.map(\.width), downwards: false)
    }

    /// No sideways scrolling of the page at the width of a phone or of a desk, in light or dark.
    @Test(arguments: [390, 1280])
    func fitsTheScreen(_ width: Int) throws {
        let report = try page(ResultSamples.compare, ResultSamples.bench, ResultSamples.search, ResultSamples.topology)
        let escaped = report.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "\"", with: "&quot;")
        let frame = """
            <!DOCTYPE html><body style="margin:0"><iframe id="f" style="border:0;width:\(width)px;height:900px" srcdoc="\(escaped)"></iframe>
            <p id="result"></p><script>
            document.getElementById("f").onload = event => {
              const page = event.target.contentDocument, root = page.documentElement;
              const shown = [...page.querySelectorAll(".plot svg")].filter(s => s.getClientRects().length > 0);
              const wide = shown.every(s => s.classList.contains(\(width) > 560 ? "wide" : "narrow"));
              const inside = shown.every(s => s.getBoundingClientRect().right <= \(width));
              document.getElementById("result").textContent = "beyond " + (root.scrollWidth - root.clientWidth) + " plots " + shown.length + " " + wide + " " + inside;
            };
            </script>
            """
        let result = try Chromium.open(frame, arguments: ["--window-size=1400,1000"])
        #expect(result.document.contains("<p id=\"result\">beyond 0 plots 6 true true</p>"), "\(result.document.suffix(200))")
        #expect(result.console.isEmpty, "\(result.console)")
    }
}
