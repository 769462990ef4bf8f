/// How a direct convolution is divided: into tiles of pixels and panels of output channels, for the caches and over a team.
///
/// Plain numbers that follow from the sizes: the operator runs by them, and whoever predicts its time counts with them.
package struct ConvolutionDivision: Sendable {
    /// Which of weights and pixels the inner loop walks.
    package enum Order: Sendable {
        /// All weights stay in the second-level cache: visit every panel of a pixel tile while its input is in the first-level cache.
        case panelsInner
        /// Weights stream: visit every pixel tile of a band of rows (sized for the second-level cache) for each panel.
        case pixelsInner
    }

    /// One long row of pixels where nothing lies between the rows of the maps.
    package let isFlat: Bool
    /// What a team divides: tiles of rows; of one long row the pixels themselves, and each member tiles its own.
    package let rows: RowTiling
    /// Panels of output channels.
    package let panels: Int
    package let order: Order
    /// Tiles whose input takes about half the second-level cache.
    package let bandTiles: Int
    /// Panels are divided where their balance is at most this much of the pixels'.
    private let favour: Double
    private let tiles: ConvolutionTiles
    private let outChannels: Int

    /// - Parameters:
    ///   - residual: of an added map, if there is one.
    ///   - tiles: of the kernels.
    package init(
        _ shape: ConvolutionShape, input: TensorLayout, output: TensorLayout, residual: TensorLayout?, tiles: ConvolutionTiles, cache: CacheSizes
    ) {
        let tileRows = tiles.rows(output.paddedChannels)
        // A 1x1 convolution over maps without halos is one long row of pixels: no short last tile on narrow maps.
        isFlat = shape.kernelSize == 1 && shape.stride == 1 && input.isContiguous && output.isContiguous && (residual?.isContiguous ?? true)
        rows = RowTiling(
            images: isFlat ? 1 : output.batch, height: isFlat ? 1 : output.height, columns: 0..<(isFlat ? output.pixels : output.width), maximum: tileRows)
        self.tiles = tiles
        outChannels = output.paddedChannels
        panels = tiles.panelCount(outChannels)
        let weights = shape.inChannels * shape.kernelSize * shape.kernelSize * output.paddedChannels
        order = weights * 4 <= cache.level2 / 2 ? .panelsInner : .pixelsInner
        bandTiles = max(cache.level2 / 2 / max(tileRows * shape.stride * shape.stride * input.pixelStep * 4, 1), 8)
        favour = weights > input.pixels * input.pixelStep + output.pixels * output.pixelStep ? 1.01 : 0.97
    }

    /// Divides a team over pixels or over panels: whichever is better balanced, and where they are about even whichever moves less.
    ///
    /// Over panels a member reads the whole input and hands on whole pixels in pieces, and most of that lies in other members' caches; over pixels it
    /// reads all weights, which nobody writes, and maps stay with the member that has their rows. Where all weights stay near, always over pixels.
    package func shares(_ share: Share) -> (pixels: Share, panels: Share) {
        guard order == .pixelsInner else { return (share, .whole) }
        let most = Double(tiles.mostVectors(outChannels, members: share.count) * share.count) / Double(outChannels / tiles.lanes)
        return most <= share.imbalance(isFlat ? rows.columns.count : rows.count) * favour ? (.whole, share) : (share, .whole)
    }

    /// A member's tiles.
    package func tiling(_ pixels: Share) -> (rows: RowTiling, tiles: Range<Int>) {
        guard isFlat else { return (rows, pixels.range(of: rows.count)) }
        let own = RowTiling(images: 1, height: 1, columns: pixels.range(of: rows.columns.count), maximum: rows.maximum)
        return (own, 0..<own.count)
    }
}

extension Share {
    /// What the member with most has over what each would have if units could be divided.
    func imbalance(_ units: Int) -> Double { Double((units + count - 1) / count * count) / Double(units) }
}
