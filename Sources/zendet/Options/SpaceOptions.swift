import ArgumentParser
import Search

/// The structures that a search may visit.
struct SpaceOptions: ParsableArguments {
    /// Named sets of caps.
    enum Caps: String, CaseIterable, ExpressibleByArgument {
        /// Wide enough for MAE-DET-M and -L.
        case wide
        /// TinyNAS' released space.
        case reference
    }

    @Option(help: ArgumentHelp("Structure to begin with; its classes and strides stay.", valueName: "model"), completion: .network)
    var start = "start-r50"

    @Option(help: "Caps of the space: wide (holds MAE-DET-M and -L) or reference (TinyNAS' released space).")
    var space = Caps.wide

    @Option(help: ArgumentHelp("Most channels of the stem.", valueName: "channels"))
    var stemMax: Int?

    @Option(help: ArgumentHelp("Most channels of any block.", valueName: "channels"))
    var widthMax: Int?

    @Option(help: ArgumentHelp("Most inner blocks in a super block.", valueName: "number"))
    var depthMax: Int?

    @Option(help: ArgumentHelp("Kernel sizes, such as 3,5.", valueName: "list"))
    var kernels: NumberList?

    @Option(
        help: ArgumentHelp(
            "Channels are multiples of this; staircase: of what wastes least on the machine, by its profile ('zendet profile staircase').",
            valueName: "channels"))
    var channelStep: ChannelStepChoice?

    /// - Parameter staircase: the step of the machine, asked only if it was asked for.
    func options(staircase: () throws -> Int) throws -> DesignSpace.Options {
        var options = space == .wide ? DesignSpace.Options() : .reference
        if let stemMax { options.stemMaximum = stemMax }
        if let widthMax { options.widthMaximum = widthMax }
        if let depthMax { options.depthMaximum = depthMax }
        if let kernels { options.kernelSizes = kernels.values }
        switch channelStep {
        case .count(let step): options.channelStep = step
        case .staircase: options.channelStep = try staircase()
        case nil: break
        }
        return options
    }
}

/// A channel step: a number, or what a profile's staircase says.
enum ChannelStepChoice: ExpressibleByArgument {
    case count(Int)
    case staircase

    init?(argument: String) {
        if argument == "staircase" {
            self = .staircase
        } else if let count = Int(argument) {
            self = .count(count)
        } else {
            return nil
        }
    }

    var defaultValueDescription: String {
        switch self {
        case .count(let count): "\(count)"
        case .staircase: "staircase"
        }
    }
}
