/// What the result files of a report say, put together.
struct ResultSet {
    /// A measurement of a whole network on some machine.
    struct Latency {
        var median: Double
        /// The median's confidence interval.
        var low: Double?
        var high: Double?
        var p10: Double?
        var p90: Double?
        var verdict: String
        var reasons: [String] = []
        var unknowns: [String] = []
    }

    /// What a V100 would need for one image, by a model or an operator library.
    struct V100 {
        var nanoseconds: Double
        var precision: String
        var batch: Int
        /// The model's median error on networks like this one, as a share.
        var medianError: Double?
        /// False where layers without a figure make the time a lower bound.
        var isComplete: Bool
    }

    /// Under what a latency holds; only networks of one setting can be compared.
    struct Setting: Hashable {
        /// Fingerprint of the machine; nil where the file does not tell.
        var machine: String?
        var isa: String?
        var threads: Int?
        /// Side of the image in pixels.
        var imageSide: Int?
        var batch = 1
        /// The runtime that ran the networks; nil is the tensor core.
        var engine: String?
    }

    enum Role: String {
        case network, baseline, winner, finalist, best
        case front = "on the front"
    }

    /// A network as one record tells of it.
    struct Network {
        var name: String
        var role = Role.network
        var setting = Setting()
        /// Side of the network's own input.
        var resolution: Int?
        var entropy: Double?
        var params: Int?
        var macs: Int?
        var publishedAP: Double?
        /// Composed from layers, or a profile's word for the whole, in nanoseconds.
        var predicted: Double?
        var measured: Latency?
        var peakFraction: Double?
        /// Its time over the baseline's; nil where it was not compared.
        var ratio: Double?
        var baseline: String?
        var v100: V100?
    }

    /// The layers of a network that was timed layer by layer.
    struct LayerRun {
        var title: String
        var setting: Setting
        var peak: Double?
        var layers: [Layer]
    }

    struct Layer {
        var name: String
        var operation: String
        var algorithm: String
        var median: Double
        var share: Double
        var macs: Int
        var bytes: Int
        var gigaflopPerSecond: Double
        var peakFraction: Double?
        var rooflineFraction: Double?
        var boundBy: String?

        var isWinograd: Bool { algorithm.hasPrefix("F(") }
        /// FLOP over the bytes that must move at least.
        var intensity: Double { bytes > 0 ? 2 * Double(macs) / Double(bytes) : 0 }
    }

    /// How far a search came with how many structures.
    struct Search {
        var title: String
        /// The runs of an evolution, each with its best score after so many evaluations of the whole search.
        var runs: [(task: String, gains: [(evaluations: Int, score: Double)])] = []
        /// Of the whole search.
        var evaluations: Int?
        /// Part of the box between the reference and the ideal point.
        var hypervolume: [(evaluations: Int, share: Double, points: Int)] = []
        var facts: [(name: String, value: String)] = []
        var isOver = true
    }

    /// A score, stage by stage.
    struct Score {
        var name: String
        var stages: [(channels: Int, side: Int, entropy: Double, weight: Double, contribution: Double)]
    }

    /// What a machine can do at most.
    struct Peak {
        var machine: String
        var isa: String
        var threads: Int
        /// GFLOP/s of multiply-adds of these threads.
        var compute: Double
        /// 1e9 bytes read from memory per second.
        var read: Double?
    }

    struct Machine {
        var title: String
        var facts: [(key: String, text: String)]
    }

    /// A network's latency in another runtime beside the tensor core's, in nanoseconds.
    struct EnginePair {
        var network: String
        var engine: String
        var setting: Setting
        var own: Double
        var other: Double
        var ratio: Double
        /// The worse one's.
        var verdict: String
        var outputsAgree: Bool
    }

    /// A table without a plot of its own.
    struct Listing {
        var title: String
        var table: Table
    }

    var files: [String] = []
    var networks: [Network] = []
    var layerRuns: [LayerRun] = []
    var searches: [Search] = []
    var enginePairs: [EnginePair] = []
    var scores: [Score] = []
    var peaks: [Peak] = []
    var machines: [Machine] = []
    var listings: [Listing] = []
    /// When each record was measured, as the files have it.
    var times: [String] = []
    /// What a reader has to know of the files.
    var remarks: [String] = []

    mutating func add(machine: Machine) {
        guard !machines.contains(where: { $0.title == machine.title && $0.facts.elementsEqual(machine.facts, by: ==) }) else { return }
        machines.append(machine)
    }
}
