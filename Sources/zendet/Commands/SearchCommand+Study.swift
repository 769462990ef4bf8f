import Architecture
import ArgumentParser
import Foundation
import Machine
import Search

/// A search that is kept in a study, or taken up from one.
extension SearchCommand {
    /// - Parameter isBare: whether the study's own options are to be used, because no others were given.
    func resume(_ path: String, isBare: Bool) throws {
        let study = try Study.resume(path: path)
        var command = self
        if isBare {
            do { command = try SearchCommand.parse(study.header.command) } catch {
                throw CommandError(.badInput, "\(path): the study's command line is not understood: \(SearchCommand.message(for: error))")
            }
            command.file.out = file.out ?? command.file.out
            command.output = output
        }
        try study.header.check(against: try command.header(try command.startStructure(), words: study.header.command), path: path)
        try command.search(study)
    }

    /// The study that --study asks for; nil without it.
    func newStudy(_ start: Structure) throws -> Study? {
        guard let path = study.study else { return nil }
        return try Study.create(path: path, header: try header(start, words: StudyOptions.searchWords(CommandLine.arguments.dropFirst(2))))
    }

    private func header(_ start: Structure, words: [String]) throws -> StudyHeader {
        StudyHeader(
            machine: try MachineFingerprint.detect().text, command: words, options: try studyOptions(), start: start, resolution: resolution,
            seed: measuring.seed, createdAt: Date().formatted(.iso8601))
    }

    /// Every option that a result depends on, as a person would write it.
    private func studyOptions() throws -> [StudyHeader.Option] {
        func text(_ value: (some Any)?) -> String { value.map { "\($0)" } ?? "left out" }
        func time(_ span: TimeSpan?) -> String { span.map { $0.defaultValueDescription } ?? "left out" }
        func list(_ values: [some Any]?) -> String { values.map { $0.map { "\($0)" }.joined(separator: ",") } ?? "left out" }
        let warmUp: String =
            switch measuring.warmup {
            case .runs(let runs): "\(runs)"
            case .time(let span): time(span)
            case nil: "left out"
            }
        // Left out where it is the usual one, as in studies of versions that had no other.
        let percentile: [StudyHeader.Option] = budget.budgetPercentile == .p50 ? [] : [.init("--budget-percentile", budget.budgetPercentile.rawValue)]
        // Only where one is asked for: studies of the tensor core have no such option.
        let engine: [StudyHeader.Option] = engines.engines.isEmpty ? [] : [.init("--engine", engines.engines.joined(separator: ","))]
        return percentile + engine + [
            .init("--budget-latency", text(budget.budgetLatency)), .init("--budget-flops", text(budget.budgetFlops)),
            .init("--budget-macs", text(budget.budgetMacs)), .init("--budget-params", text(budget.budgetParams)),
            .init("--budget-layers", text(budget.budgetLayers)), .init("--budget-memory", text(budget.budgetMemory)),
            .init("--resolution", text(resolution)), .init("--start", space.start), .init("--space", space.space.rawValue),
            .init("--stem-max", text(space.stemMax)), .init("--width-max", text(space.widthMax)), .init("--depth-max", text(space.depthMax)),
            .init("--kernels", list(space.kernels?.values)), .init("--channel-step", space.channelStep.map(\.defaultValueDescription) ?? "left out"),
            .init("--solver", solver.solver.rawValue), .init("--within", solver.within.map { "\(100 * $0.fraction)%" } ?? "left out"),
            .init("--listed", text(solver.listed)), .init("--baseline", text(baseline)),
            .init("--profile", text(profile)), .init("--objectives", objective.objectives.map { $0.values.map(\.rawValue).joined(separator: ",") } ?? "left out"),
            .init("--front", text(objective.front)),
            .init("--evaluations", text(evaluations)),
            .init("--finalists", text(finalists)), .init("--rounds", text(rounds)), .init("--time-limit", time(timeLimit)),
            .init("--stage-weights", list(stageWeights.values)), .init("--threads", text(threads.threads)), .init("--cpus", text(machine.cpus)),
            .init("--isa", text(machine.isa?.rawValue)), .init("--convolution", machine.convolution.rawValue), .init("--seed", text(measuring.seed)),
            .init("--warmup", warmUp), .init("--min-time", time(measuring.minTime)), .init("--max-time", time(measuring.maxTime)),
        ]
    }
}
