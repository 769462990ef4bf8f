/// A stage's end at one resolution, with what lies up to it.
public struct StageInfo: Hashable, Sendable {
    public var channels: Int
    /// Side of the feature map in pixels.
    public var featureSize: Int
    /// Index of the stage's last block.
    public var lastBlock: Int
    /// Inner blocks up to the stage's end; a ConvKXBNRELU is one.
    public var innerBlocks: Int
    /// Main-branch convolutions up to the stage's end.
    public var layers: Int
    /// Multiply–accumulates up to the stage's end.
    public var macs: Int

    public init(channels: Int, featureSize: Int, lastBlock: Int, innerBlocks: Int, layers: Int, macs: Int) {
        self.channels = channels
        self.featureSize = featureSize
        self.lastBlock = lastBlock
        self.innerBlocks = innerBlocks
        self.layers = layers
        self.macs = macs
    }
}

extension Network {
    /// The stages in order, with feature sizes as the network really computes them.
    ///
    /// The reference halves with integer division and, behind a squeeze-and-excitation block, says 1; these are the true sizes.
    ///
    /// - Throws: what ``cost(resolution:)`` throws.
    public func stageInfo(resolution: Int) throws(ArchitectureError) -> [StageInfo] {
        _ = try cost(resolution: resolution)  // after this the sums below fit
        let shapes = try shapes(resolution: resolution)
        var infos: [StageInfo] = []
        var macs = 0
        var mainLayers = 0
        var next = 0
        for stage in stages {
            while next < stage.output {
                macs += layers[next].operation.macs(output: shapes[next + 1])
                if layers[next].isMainBranch { mainLayers += 1 }
                next += 1
            }
            let innerBlocks = structure.map { $0.blocks.prefix(stage.lastBlock + 1).reduce(0) { $0 + $1.depth } } ?? stage.lastBlock + 1
            infos.append(
                StageInfo(
                    channels: stage.channels, featureSize: shapes[stage.output].height, lastBlock: stage.lastBlock,
                    innerBlocks: innerBlocks,
                    layers: mainLayers, macs: macs))
        }
        return infos
    }
}
