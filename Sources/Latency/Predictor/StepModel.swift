import Inference

/// The latency of any network on one machine with one instruction set and one number of threads, from coefficients fitted to measured steps.
///
///     step    = Σ over terms of coefficient · term          (nanoseconds; the family's coefficients, see ``StepTerm``)
///     network = scale · Σ over steps
///
/// A convolution that can be computed in several ways costs what the fastest of them costs. A step outside of what was measured is priced
/// and flagged, never in silence.
public struct StepModel: Hashable, Sendable, Codable {
    /// Names the formula; only this one can be evaluated.
    public static let knownForm = "step-terms-2"

    public var form: String
    public var isa: String
    public var engine: EngineShape
    public var families: [Family]
    /// Measured time of whole networks over the sum of their steps.
    public var scale: Double
    /// What the fit saw.
    public var fitted: Fitted
    /// The error on networks that the fit never saw; nil where it was not checked.
    public var card: ErrorCard?

    /// The steps of one family.
    public struct Family: Hashable, Sendable {
        public var family: StepFamily
        /// Nanoseconds for one of each term, in the order of ``StepTerm``; 0 for terms without influence.
        public var coefficients: [Double]
        /// Measured steps.
        public var samples: Int
        /// Median relative error on the steps themselves, percent.
        public var medianPercent: Double
        public var range: StepRange

        public init(family: StepFamily, coefficients: [Double], samples: Int, medianPercent: Double, range: StepRange) {
            precondition(coefficients.count == StepTerm.allCases.count, "a coefficient for each term")
            self.family = family
            self.coefficients = coefficients
            self.samples = samples
            self.medianPercent = medianPercent
            self.range = range
        }
    }

    /// What a model was fitted to.
    public struct Fitted: Hashable, Sendable, Codable {
        public var utc: String
        /// Whole networks whose steps were timed, each in every way of computing it.
        public var networks: Int
        public var steps: Int
        /// Wall time of the plan.
        public var seconds: Double
        /// The part of it that the plan used: what others took of the cores while networks ran is left out. Nil where it is not known.
        public var usedSeconds: Double?
        /// The cores' clock that the model's times are for; nil where it is not known.
        public var gigahertz: Double?
        public var seed: UInt64

        public init(utc: String, networks: Int, steps: Int, seconds: Double, usedSeconds: Double? = nil, gigahertz: Double? = nil, seed: UInt64) {
            self.usedSeconds = usedSeconds
            self.gigahertz = gigahertz
            self.utc = utc
            self.networks = networks
            self.steps = steps
            self.seconds = seconds
            self.seed = seed
        }

        enum CodingKeys: String, CodingKey {
            case networks, steps, seconds, gigahertz, seed
            case usedSeconds = "used_seconds"
            case utc = "fitted_utc"
        }
    }

    public init(
        isa: String, engine: EngineShape, families: [Family], scale: Double, fitted: Fitted, card: ErrorCard? = nil
    ) {
        form = Self.knownForm
        self.isa = isa
        self.engine = engine
        self.families = families
        self.scale = scale
        self.fitted = fitted
        self.card = card
    }

    /// The same for cores at another clock, whose times go by its inverse; itself where one of the two is not known.
    public func at(gigahertz: Double?) -> StepModel {
        guard let gigahertz, let own = fitted.gigahertz else { return self }
        var model = self
        model.scale = scale * own / gigahertz
        model.fitted.gigahertz = gigahertz
        return model
    }
}
