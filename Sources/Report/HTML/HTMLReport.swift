import Search

/// One page, complete in itself, of any results: no script, nothing from a network.
public struct HTMLReport {
    private var results = ResultSet()

    public init() {}

    /// Adds a result file: bench, compare, search, score, profile or topology, as JSON or JSON Lines.
    ///
    /// - Parameter name: the file, as messages and the page name it.
    /// - Throws: `ReportError` naming the file and the place; nothing of the file is added then.
    public mutating func add(_ bytes: [UInt8], name: String) throws(ReportError) {
        var results = results
        try ResultFile.read(bytes, name: name, into: &results)
        self.results = results
    }

    /// Adds a study as it stands.
    public mutating func add(_ study: StudyRecord) throws(ReportError) {
        let text: String
        do { text = try JSONReport.line(study) } catch { throw ReportError(.malformed, "\(study.file): the study cannot be shown: \(error)") }
        try add([UInt8](text.utf8), name: study.file)
    }

    /// The page.
    public func page() -> String { ReportPage(results.joined()).document }
}

extension ResultSet {
    /// The set with the entropy of each measured network, where another file has it for the same name and the same counts.
    func joined() -> ResultSet {
        var set = self
        for index in networks.indices where networks[index].entropy == nil {
            let network = networks[index]
            guard let twin = networks.first(where: { $0.name == network.name && $0.entropy != nil && (network.macs == nil || $0.macs == network.macs) }) else {
                continue
            }
            set.networks[index].entropy = twin.entropy
            set.networks[index].params = network.params ?? twin.params
            set.networks[index].publishedAP = network.publishedAP ?? twin.publishedAP
        }
        return set
    }

    /// The measured networks, by the settings in which they can be compared.
    var settings: [(setting: Setting, networks: [Network])] {
        var groups: [(setting: Setting, networks: [Network])] = []
        for network in networks where network.measured != nil || network.predicted != nil {
            if let index = groups.firstIndex(where: { $0.setting == network.setting }) {
                groups[index].networks.append(network)
            } else {
                groups.append((network.setting, [network]))
            }
        }
        return groups
    }

    /// The networks with a V100's time, by precision, batch and side of the image; each once.
    var acceleratorSettings: [(title: String, networks: [Network])] {
        var groups: [(title: String, networks: [Network])] = []
        for network in networks {
            guard let v100 = network.v100 else { continue }
            let side = network.setting.imageSide.map { "\($0) px, " } ?? ""
            let title = "\(side)V100 \(v100.precision), batch \(v100.batch)"
            if let index = groups.firstIndex(where: { $0.title == title }) {
                let isKnown = groups[index].networks.contains { $0.name == network.name && $0.v100?.nanoseconds == v100.nanoseconds }
                if !isKnown { groups[index].networks.append(network) }
            } else {
                groups.append((title, [network]))
            }
        }
        return groups
    }

    /// What the files do not tell, and which command would.
    var gaps: [String] {
        var gaps: [String] = []
        let measured = networks.filter { $0.measured != nil }
        if measured.isEmpty { gaps.append("No measured latency in these files: run 'zendet bench MODEL… -o json' or 'zendet compare'.") }
        let unscored = measured.filter { $0.entropy == nil }.map(\.name).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        if !unscored.isEmpty {
            gaps.append(
                "No entropy of \(unscored.joined(separator: ", ")) in these files: "
                    + "add the result of 'zendet score … -o json' at the same resolution.")
        }
        if layerRuns.isEmpty { gaps.append("No per-layer data in these files, so no layer bars and no roofline: run 'zendet bench --layers -o json'.") }
        if !networks.contains(where: { $0.predicted != nil && $0.measured != nil }) {
            gaps.append("No network that was both predicted and measured: 'zendet search' under a latency budget gives such.")
        }
        if searches.isEmpty {
            gaps.append("No search in these files: add the result of 'zendet search … -o json', or a study.")
        } else if !searches.contains(where: { !$0.runs.isEmpty || !$0.hypervolume.isEmpty }) {
            gaps.append("These searches kept no progress: one by the exact solver has none, and older versions wrote none.")
        }
        if machines.isEmpty { gaps.append("No file tells on which machine it was made.") }
        return gaps
    }
}
