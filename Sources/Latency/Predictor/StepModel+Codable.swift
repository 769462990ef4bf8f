import Inference

// A model as profiles hold it; hardware-profiles/README.md explains the fields.

extension StepModel.Family: Codable {
    enum CodingKeys: String, CodingKey {
        case family, terms, samples, range
        case medianPercent = "median_percent"
    }

    private struct Coefficient: Codable {
        var term: StepTerm
        var nanoseconds: Double

        enum CodingKeys: String, CodingKey {
            case term
            case nanoseconds = "ns"
        }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        var coefficients = [Double](repeating: 0, count: StepTerm.allCases.count)
        for coefficient in try container.decode([Coefficient].self, forKey: .terms) { coefficients[coefficient.term.index] = coefficient.nanoseconds }
        self.init(
            family: try container.decode(StepFamily.self, forKey: .family), coefficients: coefficients,
            samples: try container.decode(Int.self, forKey: .samples), medianPercent: try container.decode(Double.self, forKey: .medianPercent),
            range: try container.decode(StepRange.self, forKey: .range))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(family, forKey: .family)
        try container.encode(
            zip(StepTerm.allCases, coefficients).filter { $0.1 > 0 }.map { Coefficient(term: $0.0, nanoseconds: $0.1) }, forKey: .terms)
        try container.encode(samples, forKey: .samples)
        try container.encode(medianPercent, forKey: .medianPercent)
        try container.encode(range, forKey: .range)
    }
}

extension StepRange: Codable {
    enum CodingKeys: String, CodingKey {
        case inLow = "in_channels_low"
        case inHigh = "in_channels_high"
        case outLow = "out_channels_low"
        case outHigh = "out_channels_high"
        case sideLow = "side_low"
        case sideHigh = "side_high"
        case windows
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func range(_ low: CodingKeys, _ high: CodingKeys) throws -> ClosedRange<Int> {
            let (low, high) = (try container.decode(Int.self, forKey: low), try container.decode(Int.self, forKey: high))
            // The order is checked with the relations; a range must not trap before.
            return min(low, high)...max(low, high)
        }
        self.init(
            inChannels: try range(.inLow, .inHigh), outChannels: try range(.outLow, .outHigh), sides: try range(.sideLow, .sideHigh),
            windows: try container.decode([String].self, forKey: .windows))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(inChannels.lowerBound, forKey: .inLow)
        try container.encode(inChannels.upperBound, forKey: .inHigh)
        try container.encode(outChannels.lowerBound, forKey: .outLow)
        try container.encode(outChannels.upperBound, forKey: .outHigh)
        try container.encode(sides.lowerBound, forKey: .sideLow)
        try container.encode(sides.upperBound, forKey: .sideHigh)
        try container.encode(windows, forKey: .windows)
    }
}
