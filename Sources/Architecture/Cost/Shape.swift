/// The shape of one image's feature map.
public struct Shape: Hashable, Sendable {
    public var channels: Int
    public var height: Int
    public var width: Int

    public init(channels: Int, height: Int, width: Int) {
        self.channels = channels
        self.height = height
        self.width = width
    }

    /// channels · height · width.
    public var elementCount: Int { channels * height * width }
}

extension Convolution {
    /// The side of the output for an input of side `side`: ⌊(side + 2·padding − kernelSize) / stride⌋ + 1; 0 if the kernel does not fit.
    public func outputSide(_ side: Int) -> Int {
        let room = side + 2 * padding - kernelSize
        return room < 0 ? 0 : room / stride + 1
    }
}

extension Pooling {
    /// The side of the output for an input of side `side`, as for a convolution.
    public func outputSide(_ side: Int) -> Int {
        let room = side + 2 * padding - kernelSize
        return room < 0 ? 0 : room / stride + 1
    }
}

/// Sides of an input that any network accepts; the network itself narrows them.
enum ResolutionLimits {
    static let sides = 1...65_536

    /// Figures at or above this are refused, so that no sum or product of Ints can overflow.
    static let largestFigure = 0x1p60
}
