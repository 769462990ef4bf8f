import Latency

/// The page of a report: its parts in their order.
struct ReportPage {
    let results: ResultSet

    init(_ results: ResultSet) { self.results = results }

    /// Nothing is loaded and nothing runs: only the style in the page itself is allowed.
    static let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

    var document: String {
        let sections = [networks, plots, searches, scores, layers, listings, machines, gaps].compactMap(\.self)
        return Markup.document(
            language: "en",
            head: [
                Markup("meta", ["charset": "utf-8"]), Markup("meta", ["http-equiv": "Content-Security-Policy", "content": ReportPage.policy]),
                Markup("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
                Markup("meta", ["name": "color-scheme", "content": "light dark"]),
                Markup("meta", ["name": "generator", "content": "ZenDet \(ZenDetVersion.current)"]),
                Markup("title", text: title),
            ],
            style: ReportPage.style, body: [header, Markup("main", [:], sections)])
    }

    private var title: String {
        let named = results.networks.filter { $0.role != .finalist && $0.role != .front }
        let names = (named.isEmpty ? results.networks : named).map(\.name).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let shown = names.prefix(3).joined(separator: ", ")
        return names.isEmpty ? "ZenDet report" : shown + (names.count > 3 ? " and \(names.count - 3) more" : "")
    }

    private var header: Markup {
        var facts = results.machines.map(\.title).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        if let first = results.times.min(), let last = results.times.max() {
            facts.append(first.prefix(10) == last.prefix(10) ? String(first.prefix(10)) : "\(first.prefix(10)) to \(last.prefix(10))")
        }
        facts.append("from " + results.files.joined(separator: ", "))
        return Markup(
            "header", [:],
            [
                Markup("p", ["class": "kicker"], text: "ZenDet report"), Markup("h1", text: title),
                Markup("p", ["class": "facts"], text: facts.joined(separator: " · ")),
            ])
    }

    private func section(_ title: String, _ parts: [Markup]) -> Markup? {
        parts.isEmpty ? nil : Markup("section", [:], [Markup("h2", text: title)] + parts)
    }

    private func box(_ table: Table, _ caption: String) -> Markup { Markup("div", ["class": "box"], [table.html(caption: caption)]) }

    // MARK: Networks and verdicts

    private var networks: Markup? {
        let shown = results.networks.filter { $0.measured != nil || $0.role == .front }
        guard let first = shown.first else { return nil }
        var table = Table([
            .text("network", key: "name"), .text("verdict", key: "verdict"), .text("role", key: "role"), .milliseconds("median", key: "median_ns"),
            .milliseconds("low", key: "low_ns"), .milliseconds("high", key: "high_ns"), .number("over baseline", key: "ratio", digits: .places(3)),
            .number("entropy", key: "entropy", digits: .places(1)), .millions("params", key: "params"), .billions("MACs", key: "macs"),
            .percent("of peak", key: "peak_fraction", places: 0), .text("setting", key: "setting"),
        ])
        for network in shown {
            table.append([
                .text(network.name), ReportPage.verdict(network.measured?.verdict), .text(network.role == .network ? "" : network.role.rawValue),
                .real(optional: network.measured?.median), .real(optional: network.measured?.low), .real(optional: network.measured?.high),
                .real(optional: network.ratio), .real(optional: network.entropy), .integer(optional: network.params),
                .integer(optional: network.macs), .real(optional: network.peakFraction), .text(network.setting.words),
            ])
        }
        var parts: [Markup] = []
        if shown.allSatisfy({ $0.setting == first.setting }) {
            table = table.without(keys: ["setting"])
            parts.append(Markup("p", ["class": "note above"], text: "All at \(first.setting.words). Low and high bound the median with 95 % confidence."))
        }
        parts.append(box(table.withoutEmptyColumns(), "Networks with their measurements and verdicts"))
        return section("Networks", parts + verdicts(shown))
    }

    /// A verdict with a sign of its own, so that its colour is not needed.
    private static func verdict(_ word: String?) -> Cell {
        switch word {
        case "VALID": .styled("● VALID", .good)
        case "SUSPECT": .styled("◐ SUSPECT", .doubtful)
        case "INVALID": .styled("✕ INVALID", .bad)
        case let other: .text(other ?? "")
        }
    }

    /// Why a verdict is not VALID, each reason once, and what could not be read.
    private func verdicts(_ networks: [ResultSet.Network]) -> [Markup] {
        var order: [String] = []
        var places: [String: [String]] = [:]
        var unknowns: [String] = []
        for network in networks {
            guard let measured = network.measured else { continue }
            for reason in measured.reasons {
                if places[reason] == nil { order.append(reason) }
                places[reason, default: []].append(network.name)
            }
            unknowns += measured.unknowns.filter { !unknowns.contains($0) }
        }
        var parts: [Markup] = []
        let total = networks.count { $0.measured?.reasons.isEmpty == false }
        if !order.isEmpty {
            let points = order.map { reason in
                let affected = places[reason] ?? []
                return Markup(
                    "li", [:], [Markup("b", text: affected.count == total ? "All of these: " : affected.joined(separator: ", ") + ": "), Markup(reason)])
            }
            let summary = "Why not VALID: \(order.count) reason\(order.count == 1 ? "" : "s")"
            parts.append(Markup("details", ["class": "why"], [Markup("summary", text: summary), Markup("ul", ["class": "reasons"], points)]))
        }
        if !unknowns.isEmpty { parts.append(Markup("p", ["class": "note"], text: "Not readable there, so unknown: \(unknowns.joined(separator: ", ")).")) }
        return parts
    }

    // MARK: Plots

    private var plots: Markup? {
        var figures: [Figure] = []
        for (index, (setting, networks)) in results.settings.enumerated() {
            if let figure = EntropyFigure(networks, setting: setting) {
                figures.append(figure.figure(id: "entropy-\(index)"))
            } else if networks.contains(where: { $0.measured != nil }) {
                figures.append(TimesFigure(networks: networks, setting: setting).figure(id: "times-\(index)"))
            }
        }
        for (index, figure) in EngineFigure.all(results.enginePairs).enumerated() { figures.append(figure.figure(id: "engine-\(index)")) }
        for (index, (title, networks)) in results.acceleratorSettings.enumerated() {
            if let figure = EntropyFigure(accelerator: networks, title: title) { figures.append(figure.figure(id: "v100-\(index)")) }
        }
        return section("Latency", figures.map(\.markup))
    }

    private var searches: Markup? {
        var parts: [Markup] = []
        if let figure = PredictionFigure(results.networks) { parts.append(figure.figure(id: "prediction").markup) }
        for (index, search) in results.searches.enumerated() {
            for (part, figure) in ProgressFigure.all(search).enumerated() { parts.append(figure.figure(id: "progress-\(index)-\(part)").markup) }
            parts.append(Markup("h3", text: "Search \(search.title)"))
            parts.append(ReportPage.facts(search.facts.map { ($0.name, $0.value) }))
        }
        return section("Search", parts)
    }

    private var scores: Markup? {
        results.scores.isEmpty ? nil : section("Score", [StagesFigure(scores: results.scores).figure(id: "stages").markup])
    }

    private var layers: Markup? {
        var parts: [Markup] = []
        for (index, run) in results.layerRuns.enumerated() {
            if let figure = RooflineFigure(run, peaks: results.peaks) { parts.append(figure.figure(id: "roofline-\(index)").markup) }
            parts.append(LayersFigure(run: run).figure(id: "layers-\(index)").markup)
        }
        return section("Layers", parts)
    }

    private var listings: Markup? {
        var parts = results.listings.flatMap { [Markup("h3", text: $0.title), box($0.table, $0.title)] }
        if !results.peaks.isEmpty {
            var table = Table([
                .text("machine", key: "machine"), .text("isa", key: "isa"), .number("threads", key: "threads"),
                .number("multiply-adds", unit: "GFLOP/s", key: "compute", digits: .places(1)),
                .number("memory read", unit: "GB/s", key: "read", digits: .places(1)),
                .number("ridge", unit: "FLOP/byte", key: "ridge", digits: .places(1)),
            ])
            for peak in results.peaks {
                table.append([
                    .text(peak.machine), .text(peak.isa), .integer(peak.threads), .real(peak.compute), .real(optional: peak.read),
                    .real(optional: peak.read.flatMap { $0 > 0 ? peak.compute / $0 : nil }),
                ])
            }
            parts += [Markup("h3", text: "Measured peaks, fp32"), box(table, "Measured peaks")]
        }
        return section("Tables", parts)
    }

    private var machines: Markup? {
        let parts = results.machines.flatMap { machine in
            [
                Markup("h3", text: machine.title),
                ReportPage.facts(
                    machine.facts.map { fact in
                        guard fact.key.hasSuffix("_bytes"), let count = Int(fact.text) else { return (fact.key.replacing("_", with: " "), fact.text) }
                        return (String(fact.key.dropLast("_bytes".count)).replacing("_", with: " "), NumberText.shortBytes(count))
                    }),
            ]
        }
        return section("Machine", parts)
    }

    private var gaps: Markup? {
        let points = results.remarks + results.gaps
        return section("Not in this report", points.isEmpty ? [] : [Markup("ul", ["class": "reasons"], points.map { Markup("li", text: $0) })])
    }

    private static func facts(_ facts: [(name: String, value: String)]) -> Markup {
        Markup("dl", [:], facts.map { Markup("div", [:], [Markup("dt", text: $0.name), Markup("dd", text: $0.value.isEmpty ? "none" : $0.value)]) })
    }
}
