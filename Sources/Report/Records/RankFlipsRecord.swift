import Latency

/// How measures order a set of networks, and where they disagree: the record of `zendet compare --rank-flips`.
public struct RankFlipsRecord: Encodable, Sendable {
    /// One measure of all networks.
    public struct Measure: Encodable, Sendable {
        public enum Kind: String, Encodable, Sendable {
            case flops
            case v100
            case measured
            /// Priced by layers measured here.
            case predicted
            /// By the model of a hardware profile.
            case profile
        }

        public var kind: Kind
        /// For people: "V100 fp16 batch 32", "avx512 2 threads".
        public var title: String
        public var precision: String?
        public var batch: Int?
        public var isa: String?
        public var threads: Int?
        /// The worst verdict of the measurements.
        public var verdict: Verdict?
        /// In nanoseconds for one image, or a count of operations.
        public var values: [Double]
        public var low: [Double]
        public var high: [Double]
        public var column: RankColumn
        /// Of a profile's model: each network's prediction with the model's error and what it extrapolated.
        public var predictions: [PredictionRecord]?

        public init(kind: Kind, title: String, column: RankColumn) {
            self.kind = kind
            self.title = title
            self.column = column
            values = column.values
            low = column.low
            high = column.high
        }

        public var isHere: Bool { kind == .measured || kind == .predicted }

        enum CodingKeys: String, CodingKey {
            case kind, title, precision, batch, isa, threads, verdict, values, low, high, predictions
        }
    }

    public struct Agreement: Encodable, Sendable {
        public var first: String
        public var second: String
        public var tau: Double?
        public var decidedPairs: Int
        public var flippedPairs: Int

        enum CodingKeys: String, CodingKey {
            case first, second
            case tau = "kendall_tau"
            case decidedPairs = "decided_pairs"
            case flippedPairs = "flipped_pairs"
        }
    }

    /// Two networks that change order from one measure to another.
    public struct Flip: Encodable, Sendable {
        public var network: String
        public var other: String
        /// Measures in which the network is certainly below the other, certainly above it, and neither.
        public var lower: [String]
        public var higher: [String]
        public var tied: [String]
        /// True where the machine here disagrees with a V100 or with the count of operations.
        public var concernsThisMachine: Bool

        enum CodingKeys: String, CodingKey {
            case network, other, lower, higher, tied
            case concernsThisMachine = "concerns_this_machine"
        }
    }

    /// The network of greatest merit within the baseline's cost.
    public struct Pick: Encodable, Sendable {
        public var measure: String
        public var isHere: Bool
        public var network: String?
        /// Its cost over the baseline's.
        public var ratioToBaseline: Double?
        /// Networks that it might be as well, by what is certain of the costs.
        public var alternatives: [String]

        /// Whether another pick is certainly another.
        public func isCertainlyOther(than pick: Pick) -> Bool {
            Set([network].compactMap(\.self) + alternatives).isDisjoint(with: [pick.network].compactMap(\.self) + pick.alternatives)
        }

        enum CodingKeys: String, CodingKey {
            case measure, network, alternatives
            case isHere = "here"
            case ratioToBaseline = "ratio_to_baseline"
        }
    }

    public var resolution: Int
    public var batch: Int
    public var baseline: String
    public var networks: [String]
    /// "published AP" or "entropy".
    public var merit: String
    public var merits: [Double?]
    public var measures: [Measure]
    public var agreements: [Agreement]
    public var flips: [Flip]
    public var picks: [Pick]
    public var claims: [Claim]

    public init(
        resolution: Int, batch: Int, networks: [String], baseline: Int, merit: String, merits: [Double?], measures: [Measure]
    ) {
        self.resolution = resolution
        self.batch = batch
        self.baseline = networks[baseline]
        self.networks = networks
        self.merit = merit
        self.merits = merits
        self.measures = measures
        claims = RankFlipsRecord.claims(networks, measures)
        agreements = []
        for (index, first) in measures.enumerated() {
            for second in measures.dropFirst(index + 1) {
                let flips = RankFlips(first.column, second.column)
                agreements.append(
                    Agreement(first: first.title, second: second.title, tau: flips.tau, decidedPairs: flips.decided, flippedPairs: flips.flipped.count))
            }
        }
        flips = []
        for i in networks.indices {
            for j in networks.indices where j > i {
                func titles(_ order: Int) -> [String] { measures.filter { $0.column.order[i][j] == order }.map(\.title) }
                let (lower, higher, tied) = (titles(-1), titles(1), titles(0))
                guard !lower.isEmpty, !higher.isEmpty else { continue }
                let here = Set(measures.filter { $0.isHere }.map { $0.column.order[i][j] }).subtracting([0])
                let elsewhere = Set(measures.filter { !$0.isHere }.map { $0.column.order[i][j] }).subtracting([0])
                flips.append(
                    Flip(
                        network: networks[i], other: networks[j], lower: lower, higher: higher, tied: tied,
                        concernsThisMachine: here.contains { elsewhere.contains(-$0) }))
            }
        }
        picks = measures.map { measure in
            let pick = RankPick.best(measure.column, merits: merits, budget: baseline)
            return Pick(
                measure: measure.title, isHere: measure.isHere, network: pick.map { networks[$0] },
                ratioToBaseline: pick.map { measure.values[$0] / measure.values[baseline] },
                alternatives: RankPick.possible(measure.column, merits: merits, budget: baseline).filter { $0 != pick }.map { networks[$0] })
        }
    }

    enum CodingKeys: String, CodingKey {
        case resolution, batch, baseline, networks, merit, merits, measures, agreements, flips, picks, claims
    }
}
