/// Other runtimes beside the tensor core: for each a column of its latency and one of its time over the tensor core's.
struct EngineColumns {
    private let names: [String]

    /// - Parameter records: what each row has of engines.
    init(_ records: [[EngineRecord]]) {
        names = records.joined().map(\.engine).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    var columns: [Column] {
        names.flatMap { name in
            [
                .milliseconds(name, key: "\(name)_median_ns"), .number("\(name)/zendet", key: "\(name)_ratio_to_zendet", digits: .places(3)),
                .text("\(name) outputs", key: "\(name)_outputs_agree"), .text("\(name) verdict", key: "\(name)_verdict"),
            ]
        }
    }

    func cells(_ engines: [EngineRecord]) -> [Cell] {
        names.flatMap { name -> [Cell] in
            guard let engine = engines.first(where: { $0.engine == name }) else { return [.missing, .missing, .missing, .missing] }
            return [
                .real(engine.timing.medianNanoseconds), .real(engine.ratio), engine.isRight ? .styled("agree", .good) : .styled("DIFFER", .bad),
                .verdict(engine.timing.verdict),
            ]
        }
    }
}
