import ArgumentParser
import Entropy
import Machine

/// A list of scores: "closed,forward,macs".
struct ScoreList: ExpressibleByArgument, Equatable {
    var kinds: [ScoreKind]

    init?(argument: String) {
        let words = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        var kinds: [ScoreKind] = []
        for word in words {
            guard let kind = ScoreKind(rawValue: word) else { return nil }
            if !kinds.contains(kind) { kinds.append(kind) }
        }
        self.kinds = kinds
    }

    static var allValueStrings: [String] { ScoreKind.allCases.map(\.rawValue) }
}

/// How the measured scores run.
struct ScoringOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Scores to show as columns, of closed, forward, deepmad, zen, params, macs, depth; for example closed,forward,macs.", valueName: "list"))
    var score: ScoreList?

    @Option(help: ArgumentHelp("Side of the input in the passes of forward and zen; small sides are quick and lower both a little.", valueName: "pixels"))
    var scoreResolution = 64

    @Flag(help: "Run forward and zen at --resolution instead: the padding's true share.")
    var trueResolution = false

    @Flag(help: "Forward entropy with residual links and ReLU, as networks are deployed, and not as the paper defines it.")
    var deployed = false

    @Flag(help: "Do not rescale between the layers of forward: deep networks then leave the range of fp32, and the layer where is named.")
    var noRescale = false

    @Option(help: ArgumentHelp("Passes of forward and zen, each with weights of its own (8; 2 in an audit).", valueName: "number"))
    var passes: Int?

    @Option(help: ArgumentHelp("Images of one forward pass; zen always has 16.", valueName: "number"))
    var batch = 1

    @Option(help: "Seed of the weights, and of an audit's networks.")
    var seed: UInt64 = 0

    func validate() throws {
        guard scoreResolution >= 1 else { throw ValidationError("--score-resolution \(scoreResolution) is not above zero") }
        if let passes, passes < 1 { throw ValidationError("--passes \(passes) is not above zero") }
        guard batch >= 1 else { throw ValidationError("--batch \(batch) is not above zero") }
        if trueResolution, scoreResolution != 64 { throw ValidationError("--true-resolution and --score-resolution both given: give one of them") }
    }

    /// - Parameter resolution: what networks are counted at.
    func forward(resolution: Int, passes standard: Int) -> ForwardOptions {
        ForwardOptions(
            resolution: trueResolution ? resolution : scoreResolution, batch: batch, passes: passes ?? standard, seed: seed, isDeployed: deployed,
            rescales: !noRescale)
    }

    /// A team for the scores that run networks; nil where none does.
    func team(_ kinds: [ScoreKind], threads: Int?) throws -> ThreadTeam? {
        guard kinds.contains(where: \.isMeasured) else { return nil }
        return try ThreadTeam(plan: PinningPlan.make(try Topology.detect(), threads: threads, quotaCores: CgroupLimits.detect().cpuQuotaCores))
    }
}
