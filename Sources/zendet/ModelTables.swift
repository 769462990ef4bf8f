import Latency
import Report

/// Latency models of CPUs and their errors for people.
enum ModelTables {
    static func cards(_ entries: [(model: StepModel, card: ErrorCard)]) -> Table {
        func error(_ title: String, _ key: String) -> Column { .number(title, unit: "%", key: key, digits: .places(2)) }
        var table = Table([
            .text("isa", key: "isa"), .number("threads", key: "threads"), .number("networks", key: "networks"), error("median", "median_percent"),
            error("p95", "p95_percent"), error("worst", "worst_percent"), error("bias", "bias_percent"),
            .percent("within 5 %", key: "within_5_share"), .percent("within 8 %", key: "within_8_share"),
            .number("Spearman", key: "spearman", digits: .places(4)), .number("out of range", key: "networks_outside"),
            error("A/A floor", "noise_floor_percent"),
        ])
        for (model, card) in entries {
            table.append([
                .text(model.isa), .integer(model.engine.threads), .integer(card.networks), .real(card.medianPercent), .real(card.p95Percent),
                .real(card.worstPercent), .real(card.biasPercent), .real(card.within5Share), .real(card.within8Share), .real(card.spearman),
                .integer(card.outside), .real(optional: card.noiseFloorPercent),
            ])
        }
        return table
    }

    static func sections(_ profile: CPUProfile) -> [Section] {
        let models = profile.measured.models
        guard !models.isEmpty else { return [] }
        let cards = models.compactMap { model in model.card.map { (model, $0) } }
        var sections: [Section] = [.heading("Latency models"), .table(Self.models(models))]
        if !cards.isEmpty { sections += [.heading("Error of the models on networks that they were not fitted to"), .table(Self.cards(cards))] }
        for staircase in profile.measured.staircases {
            sections.append(
                .note("\(staircase.isa), \(counted(staircase.threads, "thread")): channel counts that are multiples of \(staircase.channelStep) waste least."))
        }
        return sections
    }

    static func models(_ models: [StepModel]) -> Table {
        var table = Table([
            .text("isa", key: "isa"), .number("threads", key: "threads"), .text("steps", key: "family"), .number("measured", key: "samples"),
            .number("median error", unit: "%", key: "median_percent", digits: .places(1)), .text("input channels", key: "in_channels"),
            .text("output channels", key: "out_channels"), .text("sides", key: "sides"),
        ])
        for model in models {
            for family in model.families {
                func text(_ range: ClosedRange<Int>) -> String { "\(range.lowerBound) to \(range.upperBound)" }
                table.append([
                    .text(model.isa), .integer(model.engine.threads), .text(family.family.rawValue), .integer(family.samples), .real(family.medianPercent),
                    .text(text(family.range.inChannels)), .text(text(family.range.outChannels)), .text(text(family.range.sides)),
                ])
            }
        }
        return table
    }

    static func checks(_ checked: [ProfileModeling.Checked]) -> Table {
        var table = Table([
            .text("network", key: "network"), .number("px", key: "resolution"), .milliseconds("predicted", key: "predicted_ns"),
            .milliseconds("measured", key: "measured_ns"), .percent("error", key: "error"), .percent("out of range", key: "outside_share"),
        ])
        for entry in checked {
            table.append([
                .text(entry.name), .integer(entry.resolution), .real(entry.check.predictedNanoseconds), .real(entry.check.measuredNanoseconds),
                .real(entry.check.error), .real(entry.estimate.outsideShare),
            ])
        }
        return table
    }

    /// How far apart the cores were while networks were checked, and the errors of those with near and with far cores.
    static func distances(_ checked: [ProfileModeling.Checked]) -> [Section] {
        let barriers = checked.map(\.measured.barrierNanoseconds)
        guard let least = barriers.min(), let most = barriers.max(), most > 2 * least, least > 0 else { return [] }
        // Two places of the cores differ several times over: the geometric middle parts them.
        let middle = (least * most).squareRoot()
        let points = [false, true].compactMap { isFar -> String? in
            let own = checked.filter { ($0.measured.barrierNanoseconds > middle) == isFar }
            guard let card = try? ErrorCard(own.map(\.check), seed: 0, noiseFloorPercent: nil) else { return nil }
            let barrier = NumberText.fixed(Quantile.median(own.map(\.measured.barrierNanoseconds)), places: 0)
            return "\(isFar ? "far" : "near"), a barrier in \(barrier) ns: \(counted(own.count, "network")), median error "
                + "\(NumberText.fixed(card.medianPercent, places: 1)) %, p95 \(NumberText.fixed(card.p95Percent, places: 1)) %, "
                + "within 8 %: \(NumberText.fixed(100 * card.within8Share, places: 0)) %"
        }
        return [.note("The cores changed their places:", points: points)]
    }

    /// The clock of the cores while networks were checked, beside that of the model: predictions are for the former.
    static func clocks(_ checked: [ProfileModeling.Checked], _ model: StepModel) -> [Section] {
        let clocks = checked.compactMap(\.measured.gigahertz)
        guard let own = model.fitted.gigahertz, let least = clocks.min(), let most = clocks.max() else { return [] }
        func text(_ gigahertz: Double) -> String { NumberText.fixed(gigahertz, places: 2) }
        return [
            .note("The cores ran at \(text(least)) to \(text(most)) GHz, \(text(Quantile.median(clocks))) in the median, and at \(text(own)) when the model was fitted: each network is predicted for the clock it was measured at.")
        ]
    }

    /// The layers that are missed by most, in parts of their network's time; those that the model would compute otherwise than the engine did say how it did.
    static func worst(_ checked: [ProfileModeling.Checked], count: Int = 8) -> [Section] {
        var table = Table([
            .text("layer", key: "layer"), .text("priced as", key: "family"), .text("ran as", key: "measured_family"), .milliseconds("predicted", key: "predicted_ns"),
            .milliseconds("measured", key: "measured_ns"), .percent("of its network", key: "part"),
        ])
        var layers: [(text: String, family: StepFamily, ran: StepFamily, predicted: Double, measured: Double, part: Double)] = []
        for entry in checked {
            for (index, estimate) in entry.estimate.steps.enumerated() {
                let measured = entry.measured.nanoseconds[index]
                let step = entry.program.steps[index]
                layers.append(
                    (
                        step.summary, estimate.family, StepFamily(step, method: entry.measured.methods[index]), estimate.nanoseconds, measured,
                        (estimate.nanoseconds - measured) / entry.measured.totalNanoseconds
                    ))
            }
        }
        for layer in layers.sorted(by: { abs($0.part) > abs($1.part) }).prefix(count) {
            table.append([
                .text(layer.text), .text(layer.family.rawValue), .text(layer.ran.rawValue), .real(layer.predicted), .real(layer.measured), .real(layer.part),
            ])
        }
        return [.heading("Layers missed by most"), .table(table)]
    }

    /// Never in silence: what was priced beyond what was measured.
    static func outside(_ checked: [ProfileModeling.Checked]) -> [Section] {
        let all = checked.flatMap { entry in entry.estimate.outside.map { "\(entry.name): \($0)" } }
        guard !all.isEmpty else { return [] }
        let shown = all.prefix(10)
        return [.note("\(counted(all.count, "layer")) outside of what the model was fitted to, extrapolated:", points: shown + (all.count > shown.count ? ["and \(all.count - shown.count) more"] : []))]
    }

    static func staircase(_ staircase: ChannelStaircase) -> Table {
        var table = Table([
            .number("channels", key: "channels"), .number("kernel", key: "kernel_size"), .number("side", key: "side"),
            .number("time", unit: "us", key: "median_ns", digits: .places(1), scale: 1e3),
            .number("per MAC", unit: "ps", key: "ps_per_mac", digits: .places(2)), .number("over best neighbour", key: "waste", digits: .places(3)),
            .text("", key: "is_step"),
        ])
        for point in staircase.points {
            let waste = staircase.waste(point)
            table.append([
                .integer(point.channels), .integer(point.kernelSize), .integer(point.side), .real(point.medianNanoseconds),
                .real(1e3 * point.nanosecondsPerMAC), .real(waste), waste <= 1.02 ? .styled("good", .good) : waste >= 1.1 ? .styled("wasteful", .bad) : .text(""),
            ])
        }
        return table
    }
}
