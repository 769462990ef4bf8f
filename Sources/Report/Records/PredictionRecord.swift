import Latency

/// What one network would need on the machine of a hardware profile, by its latency model: never a measurement.
public struct PredictionRecord: Encodable, Sendable {
    public var profile: ProfileRecord
    /// For one image.
    public var nanoseconds: Double
    /// Over the baseline's prediction by the same model; nil without a baseline.
    public var ratio: Double?
    /// Share of the time that is extrapolated beyond what the model was fitted to.
    public var outsideShare: Double
    /// The layers that this concerns, with the reason.
    public var outside: [String]

    public init(profile: ProfileRecord, nanoseconds: Double, ratio: Double? = nil, outsideShare: Double, outside: [String]) {
        self.profile = profile
        self.nanoseconds = nanoseconds
        self.ratio = ratio
        self.outsideShare = outsideShare
        self.outside = outside
    }

    enum CodingKeys: String, CodingKey {
        case profile, isa, threads
        case nanoseconds = "predicted_ns"
        case ratio = "predicted_ratio_to_baseline"
        case outsideShare = "outside_share"
        case outside, card
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(profile.name, forKey: .profile)
        try container.encode(profile.isa, forKey: .isa)
        try container.encode(profile.threads, forKey: .threads)
        try container.encode(nanoseconds, forKey: .nanoseconds)
        // Absent, not null: there is no baseline, which is not the same as unknown.
        if let ratio { try container.encode(ratio, forKey: .ratio) }
        try container.encode(outsideShare, forKey: .outsideShare)
        try container.encode(outside, forKey: .outside)
        try container.encodeIfPresent(profile.card, forKey: .card)
    }

    /// What the column of a prediction is called: by its number where there are several.
    public static func title(_ index: Int, of count: Int) -> String { count == 1 ? "predicted" : "predicted \(index + 1)" }
}

extension Table {
    /// The table with what each row's network would need elsewhere: a column for each profile, one of its extrapolated share, and for programs one
    /// that names the profile.
    ///
    /// - Parameter isData: For programs: no column is left out.
    /// - Precondition: predictions for each row, all by the same profiles.
    func with(predictions rows: [[PredictionRecord]?], isData: Bool) -> Table {
        let count = rows.lazy.compactMap { $0?.count }.max() ?? 0
        guard count > 0 else { return self }
        var table = self
        for index in 0..<count {
            let title = PredictionRecord.title(index, of: count), key = "predicted_\(index + 1)"
            let all = rows.map { $0.flatMap { $0.indices.contains(index) ? $0[index] : nil } }
            table.add(.milliseconds(title, key: "\(key)_ns"), all.map { .real(optional: $0?.nanoseconds) })
            if all.contains(where: { $0?.ratio != nil }) {
                table.add(.number("its ratio", key: "\(key)_ratio_to_baseline", digits: .places(3)), all.map { .real(optional: $0?.ratio) })
            }
            if isData || all.contains(where: { ($0?.outsideShare ?? 0) > 0 }) {
                table.add(.percent("out of range", key: "\(key)_outside_share"), all.map { .real(optional: $0?.outsideShare) })
            }
            if isData { table.add(.text("by", key: "\(key)_by"), all.map { .text(optional: $0?.profile.machine) }) }
        }
        return table
    }
}
