import ArgumentParser
import Latency
import Search

extension LatencyPercentile: ExpressibleByArgument {}

/// What a found network may cost. Every number has its unit.
struct BudgetOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Measured time of one image: 45ms, or resnet50, or 0.8xresnet50 (measured here).", valueName: "time|model"), completion: .latencyBudget)
    var budgetLatency: String?

    @Option(
        help: ArgumentHelp(
            "What of a network's runs has to keep --budget-latency: p50, the median with its whole interval, or p90, what nine of ten runs keep.",
            discussion: """
                The percentile is over all samples of the finalist in the steady state, after its warm-up, at least \(Quantile.minimumSamplesForP90) for p90; a budget named after \
                a network holds the 90th percentiles of one run against each other.
                """,
            valueName: "percentile"))
    var budgetPercentile = LatencyPercentile.p50

    func validate() throws {
        guard budgetPercentile == .p50 || budgetLatency != nil else {
            throw ValidationError("--budget-percentile \(budgetPercentile.rawValue) says what --budget-latency is about: give a latency budget as well")
        }
    }

    @Option(help: ArgumentHelp("FLOPs as TinyNAS counts them: MACs and a few element-wise terms, such as 18.8G.", valueName: "count"))
    var budgetFlops: String?

    @Option(help: ArgumentHelp("Multiply-accumulates, such as 18.8G.", valueName: "count"))
    var budgetMacs: String?

    @Option(help: ArgumentHelp("Parameters, such as 25.8M.", valueName: "count"))
    var budgetParams: String?

    @Option(help: ArgumentHelp("Convolutions on the main branch, such as 91.", valueName: "number"))
    var budgetLayers: String?

    @Option(help: ArgumentHelp("Peak activation memory, such as 64MiB.", valueName: "bytes"))
    var budgetMemory: String?

    /// - Throws: `SearchError` for a text without a unit, `CommandError` naming its option; `ValidationError` for no budget at all.
    func budgets() throws -> Budgets {
        var budgets = Budgets()
        budgets.latency = try read(budgetLatency, "--budget-latency") { text throws(SearchError) in try LatencyBudget(parsing: text) }
        budgets.referenceFLOPs = try read(budgetFlops, "--budget-flops", Budgets.parseReferenceFLOPs)
        budgets.macs = try read(budgetMacs, "--budget-macs", Budgets.parseMACs)
        budgets.params = try read(budgetParams, "--budget-params", Budgets.parseParams)
        budgets.layers = try read(budgetLayers, "--budget-layers", Budgets.parseLayers)
        budgets.memoryBytes = try read(budgetMemory, "--budget-memory", Budgets.parseMemory)
        budgets.latencyPercentile = budgetPercentile
        guard !budgets.isEmpty else {
            throw ValidationError("no budget: give at least one, for example --budget-latency resnet50 or --budget-latency 45ms")
        }
        return budgets
    }

    /// The budgets in a file's name: "resnet50", "45ms", "45ms-params25M".
    var slug: String {
        let parts = [
            budgetLatency, budgetPercentile == .p90 ? "p90" : nil,
            budgetFlops.map { "flops" + $0 }, budgetMacs.map { "macs" + $0 }, budgetParams.map { "params" + $0 },
            budgetLayers.map { "layers" + $0 }, budgetMemory.map { "memory" + $0 },
        ]
        let text = parts.compactMap(\.self).joined(separator: "-")
        return String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "-") ? $0 : "_" })
    }

    /// " at p90" where it is not the usual percentile.
    var percentileText: String { budgetPercentile == .p50 ? "" : " at \(budgetPercentile.rawValue)" }

    private func read<Value>(_ text: String?, _ option: String, _ parse: (String) throws(SearchError) -> Value) throws(CommandError) -> Value? {
        guard let text else { return nil }
        do { return try parse(text) } catch { throw CommandError(.badInput, "\(option): \(error.message)") }
    }
}
