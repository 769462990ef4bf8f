import Search

extension SearchRecord {
    /// The certified optimum of the search's budgets.
    public struct ExactRecord: Encodable, Sendable {
        /// The optimum's score; the winner's may be lower where measured latency chose or a first round was too slow.
        public var score: Double
        /// No network of the space within the budgets scores more.
        public var bound: Double
        /// What rounding may take off the bound, at most.
        public var roundingSlack: Double
        /// (bound + slack − score) / score.
        public var gap: Double
        /// Whether all networks between score and bound were excluded too.
        public var isOptimal: Bool
        public var rounds: Int
        public var arcs: Int
        public var seconds: Double
        /// Of these, for filling the tables (and measuring the layers in them).
        public var tableSeconds: Double
        /// The latency composed from layers that was allowed; nil without a latency budget.
        public var composedLimitNanoseconds: Double?
        public var near: Near?
        public var boundTest: BoundTest?

        /// How layers that were not measured were bounded from below, and what measured ones told of such bounds.
        public struct BoundTest: Encodable, Sendable {
            /// The part of the time interpolated between measured layers of a kind that a layer is taken to cost at least.
            public var assumedPart: Double
            /// The least part that a measured layer took; the assumed part is lowered below it for its kind.
            public var leastPart: Double
            /// How many layers were compared.
            public var layers: Int

            public init(assumedPart: Double, leastPart: Double, layers: Int) {
                self.assumedPart = assumedPart
                self.leastPart = leastPart
                self.layers = layers
            }

            enum CodingKeys: String, CodingKey {
                case assumedPart = "assumed_part"
                case leastPart = "least_part"
                case layers
            }
        }

        /// The networks near the optimum, in the order of `order`.
        public struct Near: Encodable, Sendable {
            public var leastScore: Double
            public var order: String
            /// Whether these are all.
            public var isComplete: Bool
            public var networks: [Network]

            enum CodingKeys: String, CodingKey {
                case leastScore = "least_score"
                case order
                case isComplete = "complete"
                case networks
            }
        }

        public struct Network: Encodable, Sendable {
            public var structure: [BlockRecord]
            public var entropy: Double
            public var macs: Int
            public var params: Int
            public var predictedNanoseconds: Double?

            enum CodingKeys: String, CodingKey {
                case structure, entropy, macs, params
                case predictedNanoseconds = "composed_ns"
            }
        }

        public init(_ outcome: ExactOutcome) {
            let certificate = outcome.optimum.certificate
            score = outcome.optimum.best.score
            bound = certificate.bound
            roundingSlack = certificate.roundingSlack
            gap = outcome.optimum.gap
            isOptimal = certificate.isOptimal
            rounds = certificate.rounds
            arcs = certificate.arcs
            seconds = certificate.seconds
            tableSeconds = certificate.tableSeconds
            composedLimitNanoseconds = outcome.composedLimitNanoseconds
            near = outcome.list.map { list in
                Near(
                    leastScore: list.leastScore, order: list.order, isComplete: list.isComplete,
                    networks: list.structures.map {
                        Network(
                            structure: $0.structure.blocks.map(BlockRecord.init), entropy: $0.score, macs: $0.totals.macs, params: $0.totals.params,
                            predictedNanoseconds: $0.predictedNanoseconds)
                    })
            }
        }

        enum CodingKeys: String, CodingKey {
            case score, bound
            case roundingSlack = "rounding_slack"
            case gap
            case isOptimal = "optimal"
            case rounds, arcs, seconds
            case tableSeconds = "table_seconds"
            case composedLimitNanoseconds = "composed_limit_ns"
            case near
            case boundTest = "bound_test"
        }
    }
}
