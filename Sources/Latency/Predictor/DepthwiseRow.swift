/// The work of one row of depthwise output for one vector of channels, in the tiles that the microkernel covers it with.
///
/// - Source: depthwiseRow in Microkernels/Depthwise.swift.
struct DepthwiseRow {
    /// Pixels that are computed, those of overlapping tiles twice.
    private(set) var pixels = 0
    private(set) var tiles = 0
    private(set) var multiplyAdds = 0
    /// Vectors loaded: pixels and weights.
    private(set) var loads = 0

    init(pixels count: Int, kernelSize: Int, stride: Int) {
        // Windows of 3 and 5 load a pixel once for all taps that need it.
        func add(_ tile: Int, _ times: Int) {
            let taps = kernelSize * kernelSize
            let perTile = kernelSize == 3 || kernelSize == 5 ? kernelSize * ((tile - 1) * stride + kernelSize) : tile * taps
            pixels += times * tile
            tiles += times
            multiplyAdds += times * tile * taps
            loads += times * (perTile + taps)
        }
        guard count != 7, count != 14 else {
            add(7, count / 7)
            return
        }
        let (whole, rest) = count.quotientAndRemainder(dividingBy: 8)
        add(8, whole)
        if rest > 4, whole > 0 {
            add(8, 1)
        } else if rest > 4 {
            add(4, 2)
        } else if rest > 0, count >= 4 {
            add(4, 1)
        } else {
            add(1, rest)
        }
    }
}
