import Architecture
import Entropy
import Report
import Search

/// `zendet score --audit`: random networks of a space, every pair of scores held against each other.
struct ScoreAuditing {
    let space: String
    let networks: Int
    let resolution: Int
    let scoring: ScoringOptions
    let entropy: ClosedFormEntropy
    let threads: Int?

    func run(_ output: Output) throws {
        let space = try designSpace()
        let kinds = scoring.score?.kinds ?? ScoreKind.allCases
        let options = scoring.forward(resolution: resolution, passes: 2)
        let scorer = try NetworkScorer(Set(kinds), entropy: entropy, options: options, team: try scoring.team(kinds, threads: threads))
        let auditor = try ScoreAuditor(space: space, scorer: scorer, kinds: kinds, networks: networks, seed: scoring.seed)
        let published = Zoo.entries.compactMap { entry in entry.publishedAP.map { (network: entry.build(), publishedAP: $0) } }
        let total = networks + published.count
        let audit = try auditor.run(published: published) { done in
            output.progress.update("scoring networks", done: Double(done), total: Double(total))
        }
        let records = audit.pairs.map {
            AuditRecord(
                space: self.space, resolution: resolution, scoreResolution: options.resolution, passes: options.passes, networks: networks,
                seed: scoring.seed, pair: $0)
        }
        let table = Table.audit(records)
        var sections: [Section] = [
            .heading("\(networks) random networks of \(self.space) at \(resolution) px, scores at \(options.resolution) px, seed \(scoring.seed)"),
            .table(table), .heading("Networks with a published AP (GFLV2 on COCO val)"), .table(.published(audit)),
        ]
        sections += audit.sentences.map { .note($0) }
        if let sentence = audit.publishedSentence { sections.append(.note(sentence)) }
        sections.append(.note(ScoreNotes.entropyIsNotAccuracy))
        try output.emit(sections, table: table, records: AuditEntry.entries(audit, records))
    }

    /// The caps by name around the usual start, or a wide space around a structure.
    private func designSpace() throws -> DesignSpace {
        let caps = SpaceOptions.Caps(rawValue: space)
        let networks = try Zoo.networks(caps == nil ? space : "start-r50")
        guard networks.count == 1, let start = networks[0].structure else {
            throw CommandError(
                .badInput, "--audit \(space): a space is wide, reference, or the name or file of one structure to vary, such as maedet-s")
        }
        return try DesignSpace(start: start, resolution: resolution, options: caps == .reference ? .reference : DesignSpace.Options())
    }
}
