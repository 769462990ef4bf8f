extension ResultSet {
    /// A record of `search`.
    mutating func addSearch(_ record: ResultObject) throws(ReportError) {
        let winner = try record.object("winner")
        let name = try record.stringIfKnown("name") ?? "winner"
        let setting = try setting(of: record, first: winner)
        let isPredicted = try profile(of: record) != nil
        var winning = try found(winner, name: name, role: .winner, setting, isPredicted)
        winning.resolution = try record.integerIfKnown("resolution")
        networks.append(winning)
        for (index, finalist) in (try record.objects("finalists") ?? []).enumerated() {
            networks.append(try found(finalist, name: "finalist \(index + 2)", role: .finalist, setting, isPredicted))
        }
        if let baseline = try record.objectIfKnown("baseline") {
            var network = try found(baseline, name: baseline.string("name"), role: .baseline, setting, isPredicted)
            if !isPredicted { network.predicted = try baseline.numberIfKnown("composed_ns") }
            networks.append(network)
        }
        var search = Search(title: name)
        search.runs = try runs(record)
        search.evaluations = try record.integerIfKnown("evaluations")
        search.facts = try counts(record) + origin(record) + budgets(record)
        if let keeps = try record.boolIfKnown("meets_budget") { search.facts.append(("budget", keeps ? "kept" : "missed")) }
        if let exact = try record.objectIfKnown("exact") {
            search.facts.append(("certified bound", NumberText.fixed(try exact.number("bound"), places: 2)))
            search.facts.append(("gap to the bound", NumberText.percent(try exact.number("gap"), places: 3)))
        }
        searches.append(search)
    }

    /// A record of `search --objectives`.
    mutating func addFront(_ record: ResultObject) throws(ReportError) {
        let points = try record.objects("points") ?? []
        let setting = try setting(of: record, first: points.first)
        try addPoints(points, setting, try profile(of: record) != nil)
        var search = Search(title: try record.stringIfKnown("name") ?? "front")
        search.hypervolume = try hypervolume(record)
        search.evaluations = try record.integerIfKnown("evaluations")
        search.facts = [("objectives", try record.strings("objectives").joined(separator: ", "))] + (try counts(record))
        search.facts += try origin(record) + budgets(record)
        searches.append(search)
    }

    /// A record of `search show`, or a study itself.
    mutating func addStudy(_ record: ResultObject) throws(ReportError) {
        let best = try record.objectIfKnown("best")
        let front = try record.objects("front") ?? []
        var setting = try setting(of: record, first: best ?? front.first)
        let isPredicted = try profile(of: record) != nil
        if !isPredicted { setting.machine = try record.stringIfKnown("machine") }
        if let threads = try record.objectIfKnown("options")?.stringIfKnown("--threads") { setting.threads = Int(threads) }
        if front.isEmpty, let best {
            networks.append(try found(best, name: try record.stringIfKnown("file") ?? "best", role: .best, setting, isPredicted))
        } else {
            try addPoints(front, setting, isPredicted)
        }
        let state = try record.string("state")
        var search = Search(title: try record.stringIfKnown("file") ?? "study", isOver: state == "finished")
        search.runs = try runs(record)
        search.evaluations = try record.integerIfKnown("evaluations")
        search.hypervolume = try hypervolume(record)
        search.facts = [("state", state)] + (try counts(record))
        let kind = isPredicted ? "networks predicted" : "networks measured"
        if let count = try record.integerIfKnown("measured_networks") { search.facts.append((kind, "\(count)")) }
        let options = try record.objectIfKnown("options")?.facts.filter { $0.text != "left out" } ?? []
        search.facts += options.sorted { $0.key < $1.key }.map { ($0.key, $0.text) }
        searches.append(search)
    }

    private mutating func addPoints(_ points: [ResultObject], _ setting: Setting, _ isPredicted: Bool) throws(ReportError) {
        for (index, point) in points.enumerated() {
            let names = try point.strings("names")
            let name = names.isEmpty ? "point \(index + 1)" : names.joined(separator: ", ")
            networks.append(try found(point, name: name, role: .front, setting, isPredicted))
        }
    }

    /// The name of the profile whose model stood in the place of measurements; nil where there were some.
    private func profile(of record: ResultObject) throws(ReportError) -> String? {
        if let profile = try record.objectIfKnown("profile") { return try profile.string("name") }
        let asked = try record.objectIfKnown("options")?.stringIfKnown("--profile")
        return asked == "left out" ? nil : asked
    }

    /// A network that a search found or compared with.
    private func found(_ object: ResultObject, name: String, role: Role, _ setting: Setting, _ isPredicted: Bool) throws(ReportError) -> Network {
        var network = try Network(counting: object, name: name)
        network.role = role
        network.setting = setting
        network.predicted = try object.numberIfKnown("predicted_ns")
        if let median = try object.numberIfKnown("measured_ns") {
            if isPredicted {
                network.predicted = median
            } else {
                network.measured = Latency(
                    median: median, low: try object.numberIfKnown("measured_low_ns"), high: try object.numberIfKnown("measured_high_ns"),
                    verdict: try object.stringIfKnown("verdict") ?? "unknown", reasons: try object.strings("reasons"))
            }
        }
        if !isPredicted { network.ratio = try object.numberIfKnown("ratio_to_baseline") }
        return network
    }

    /// What the networks of a search were measured or predicted under. A stem of 12 channels reads an image of twice the side.
    private mutating func setting(of record: ResultObject, first: ResultObject?) throws(ReportError) -> Setting {
        var setting = Setting()
        if let environment = try record.objectIfKnown("environment") {
            setting.machine = try addMachine(environment)
            setting.isa = try environment.stringIfKnown("isa")
            setting.threads = try environment.integerIfKnown("threads")
        }
        if let profile = try profile(of: record) { setting.machine = profile }
        let asked = try record.objectIfKnown("options")?.stringIfKnown("--engine")
        setting.engine = try record.objectIfKnown("engine")?.stringIfKnown("name") ?? asked.map { String($0.prefix { $0 != "=" }) }
        if let profile = try record.objectIfKnown("profile") {
            setting.isa = try profile.stringIfKnown("isa")
            setting.threads = try profile.integerIfKnown("threads")
        }
        let channels = try first?.objects("structure")?.first?.integerIfKnown("in")
        setting.imageSide = try record.integerIfKnown("resolution").map { channels == 12 ? 2 * $0 : $0 }
        return setting
    }

    private func runs(_ record: ResultObject) throws(ReportError) -> [(task: String, gains: [(evaluations: Int, score: Double)])] {
        try (record.objects("progress") ?? []).map { run throws(ReportError) in
            let before = try run.integerIfKnown("evaluations_before") ?? 0
            return (
                try run.string("task"),
                try (run.objects("gains") ?? []).map { gain throws(ReportError) in (before + (try gain.integer("evaluations")), try gain.number("score")) }
            )
        }
    }

    private func hypervolume(_ record: ResultObject) throws(ReportError) -> [(evaluations: Int, share: Double, points: Int)] {
        try (record.objects("hypervolume") ?? []).map { point throws(ReportError) in
            (try point.integer("evaluations"), try point.number("share"), try point.integer("points"))
        }
    }

    /// That nothing was measured, where that is so.
    private func origin(_ record: ResultObject) throws(ReportError) -> [(name: String, value: String)] {
        if let engine = try record.objectIfKnown("engine") {
            return [("latencies", "of \(try engine.string("name")) \(try engine.string("version")), not of the tensor core")]
        }
        guard let profile = try profile(of: record) else { return [] }
        return [("latencies", "predicted by the profile \(profile), not measured")]
    }

    private func counts(_ record: ResultObject) throws(ReportError) -> [(name: String, value: String)] {
        var facts: [(name: String, value: String)] = []
        if let start = try record.stringIfKnown("start") { facts.append(("start", start)) }
        if let evaluations = try record.integerIfKnown("evaluations") { facts.append(("structures looked at", "\(evaluations)")) }
        if let seconds = try record.numberIfKnown("seconds") { facts.append(("time", NumberText.clock(seconds: seconds))) }
        if let seed = try record.numberIfKnown("seed") { facts.append(("seed", NumberText.exact(seed) ?? "unknown")) }
        return facts
    }

    private func budgets(_ record: ResultObject) throws(ReportError) -> [(name: String, value: String)] {
        guard let budgets = try record.objectIfKnown("budgets") else { return [] }
        return budgets.facts.filter { $0.text != "unknown" }.map { ("budget " + $0.key.replacing("_", with: " "), $0.text) }
    }
}
