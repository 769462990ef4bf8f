extension DesignSpace {
    /// The caps of a design space. Every cap is widened, where the start structure lies beyond it, just far enough to admit the start.
    public struct Options: Hashable, Sendable {
        /// Largest number of channels of the stem.
        public var stemMaximum: Int
        /// Largest number of channels after the stem.
        public var widthMaximum: Int
        /// Largest number of channels of the first super block, whose feature map is the largest.
        public var firstWidthMaximum: Int
        /// Largest number of inner blocks in a super block.
        public var depthMaximum: Int
        /// Largest number of inner blocks in the first super block; nil is TinyNAS' own cap (3, or 2 for KXKX and K1KX).
        public var firstDepthMaximum: Int?
        /// With a layer budget, a super block has at most budget / layers per inner block / (super blocks − 1) inner blocks, as in TinyNAS.
        public var spreadsDepth: Bool
        /// Largest ratio of a super block's output to input channels; the first super block is exempt, as in TinyNAS.
        public var expansionMaximum: Double
        /// Least bottleneck of a dense super block as a part of its output channels, on rounded values; TinyNAS has 1/10, the published MAE-DET
        /// lie above 1/15.
        public var bottleneckMinimum: Double
        /// Kernel sizes of super blocks; nil is TinyNAS' list for the block's class.
        public var kernelSizes: [Int]?
        /// Channels are multiples of this.
        public var channelStep: Int
        /// A range of output channels for single blocks, by index in the structure; nil entries and missing ones are free.
        public var channelRanges: [ClosedRange<Int>?]
        /// Indices of blocks that stay as they are in the start, but for their input channels. TinyNAS' released search freezes the last one.
        public var frozenBlocks: Set<Int>

        /// Wide enough for MAE-DET-S, -M and (but for one bottleneck of 220 channels) -L.
        public init(
            stemMaximum: Int = 128, widthMaximum: Int = 3072, firstWidthMaximum: Int = 256, depthMaximum: Int = 12,
            firstDepthMaximum: Int? = nil, spreadsDepth: Bool = true, expansionMaximum: Double = 6, bottleneckMinimum: Double = 1.0 / 15, kernelSizes: [Int]? = nil,
            channelStep: Int = 8, channelRanges: [ClosedRange<Int>?] = [], frozenBlocks: Set<Int> = []
        ) {
            self.stemMaximum = stemMaximum
            self.widthMaximum = widthMaximum
            self.firstWidthMaximum = firstWidthMaximum
            self.depthMaximum = depthMaximum
            self.firstDepthMaximum = firstDepthMaximum
            self.spreadsDepth = spreadsDepth
            self.expansionMaximum = expansionMaximum
            self.bottleneckMinimum = bottleneckMinimum
            self.kernelSizes = kernelSizes
            self.channelStep = channelStep
            self.channelRanges = channelRanges
            self.frozenBlocks = frozenBlocks
        }

        /// The caps of TinyNAS' released K1KXK1 space: stem 32, width 2048, expansion 4, bottleneck 1/10. MAE-DET-M and -L lie outside.
        public static let reference = Options(stemMaximum: 32, widthMaximum: 2048, depthMaximum: 127, expansionMaximum: 4, bottleneckMinimum: 0.1)

        func check() throws(SearchError) {
            func fail(_ message: String) -> SearchError { SearchError(.badOption, message) }
            guard channelStep >= 1, channelStep <= 256 else { throw fail("channel step \(channelStep) is not between 1 and 256") }
            for (name, value) in [("stem", stemMaximum), ("width", widthMaximum), ("first block's width", firstWidthMaximum)] {
                guard value >= channelStep, value <= BlockKey.channelMaximum else {
                    throw fail("\(name) maximum \(value) is not between the channel step \(channelStep) and \(BlockKey.channelMaximum)")
                }
            }
            guard (1...BlockKey.depthMaximum).contains(depthMaximum), (1...BlockKey.depthMaximum).contains(firstDepthMaximum ?? 1) else {
                throw fail("depth maximum \(depthMaximum) is not between 1 and \(BlockKey.depthMaximum)")
            }
            guard expansionMaximum >= 1 else { throw fail("expansion maximum \(expansionMaximum) is below 1") }
            guard bottleneckMinimum >= 0, bottleneckMinimum <= 1 else { throw fail("bottleneck minimum \(bottleneckMinimum) is not between 0 and 1") }
            for size in kernelSizes ?? [] where size < 1 || size > BlockKey.kernelMaximum || size % 2 == 0 {
                throw fail("kernel size \(size) is not odd and between 1 and \(BlockKey.kernelMaximum)")
            }
            guard kernelSizes.map({ !$0.isEmpty }) ?? true else { throw fail("the list of kernel sizes is empty") }
        }
    }
}
