import CMicrokernels

// The three stages of a block of tiles; see WinogradOperator.
extension WinogradOperator {
    /// V[p] of every tile of the block.
    func transformInput(_ block: Range<Int>, _ v: UnsafeMutablePointer<Float>, _ registers: UnsafeMutablePointer<Float>) {
        let layout = input.layout
        let side = weights.variant.outputs
        let lanes = kernels.isa.lanes
        var call = zd_winograd_input()
        call.row_step = layout.rowStep
        call.pixel_step = layout.pixelStep
        call.channels = (layout.channels + lanes - 1) / lanes * lanes
        call.plane_step = planeV
        call.scratch = registers
        var target = v
        var (n, y, x) = position(block.lowerBound)
        for _ in block {
            let (top, left) = (y * side - padding, x * side - padding)
            call.rows = layout.height + layout.halo - top
            call.columns = layout.width + layout.halo - left
            call.input = UnsafePointer(input.pixel(n, top, left))
            call.output = target
            inputTransform(&call)
            target += stepV
            advance(&n, &y, &x)
        }
    }

    /// M[p] of the block's tiles for a group of panels.
    ///
    /// The microkernels ask ahead, first for the pixels of the next block, then for the weights of the next call: without it both would be
    /// waited for, since neither the transforms nor short chains over channels leave room to hide it.
    func multiply(
        _ tiles: Int, _ group: Range<Int>, _ v: UnsafeMutablePointer<Float>, _ m: UnsafeMutablePointer<Float>, ahead next: Range<Int>
    ) {
        let points = weights.variant.tile * weights.variant.tile
        let depth = weights.inChannels
        let maximum = kernels.tiles.rows(output.layout.paddedChannels)
        let rowTiles = (tiles + maximum - 1) / maximum
        let first = weights.panels[group.lowerBound].firstChannel
        var pixels = PixelsAhead(self, next, calls: points * group.count * rowTiles)
        var offset = 0
        withUnsafePointer(to: &offset) { run in
            var call = zd_convolution_tile()
            call.input_step = stepV
            call.runs = run
            call.run_count = 1
            call.run_length = depth
            call.bias = UnsafePointer(noBias.base)
            call.output_step = stepM
            for point in 0..<points {
                let source = v + point * planeV
                for index in group {
                    let panel = weights.panels[index]
                    let width = panel.vectors * kernels.isa.lanes
                    let target = m + point * planeM + (panel.firstChannel - first)
                    let used = weights.weights.base + panel.offset + point * depth * width
                    // Past the last weights of all this points behind them: harmless, asking never faults.
                    let following = index + 1 < group.upperBound ? used + (weights.panels[index + 1].offset - panel.offset) : used + depth * width
                    call.weights = UnsafePointer(used)
                    for tile in 0..<rowTiles {
                        let rows = Share(member: tile, of: rowTiles).range(of: tiles)
                        call.input = UnsafePointer(source + rows.lowerBound * stepV)
                        call.output = target + rows.lowerBound * stepM
                        if let p = pixels.next(self) {
                            call.ahead = p
                            call.ahead_step = pixels.step
                        } else {
                            // A call asks for `depth` lines; the weights are width / 16 times as many.
                            let needed = tile * 16 < width
                            call.ahead = needed ? UnsafePointer(following + tile * depth * 16) : nil
                            call.ahead_step = needed ? 16 : 0
                        }
                        kernels.convolution[panel.vectors - 1][rows.count - 1](&call)
                    }
                }
            }
        }
    }

    /// Output pixels of the block for the channels of a group of panels.
    func transformOutput(
        _ block: Range<Int>, _ group: Range<Int>, _ m: UnsafeMutablePointer<Float>, _ registers: UnsafeMutablePointer<Float>
    ) {
        let layout = output.layout
        let side = weights.variant.outputs
        let first = weights.panels[group.lowerBound].firstChannel
        let last = weights.panels[group.upperBound - 1]
        var call = zd_winograd_output()
        call.plane_step = planeM
        call.bias = UnsafePointer(weights.bias.base + first)
        call.row_step = layout.rowStep
        call.pixel_step = layout.pixelStep
        call.residual_row_step = residual?.layout.rowStep ?? 0
        call.residual_pixel_step = residual?.layout.pixelStep ?? 0
        call.channels = last.firstChannel + last.vectors * kernels.isa.lanes - first
        call.rectified = rectified ? 1 : 0
        call.scratch = registers
        var source = UnsafePointer(m)
        var (n, y, x) = position(block.lowerBound)
        for _ in block {
            call.rows = min(layout.height - y * side, side)
            call.columns = min(layout.width - x * side, side)
            call.input = source
            call.output = output.pixel(n, y * side, x * side) + first
            call.residual = residual.map { UnsafePointer($0.pixel(n, y * side, x * side) + first) }
            outputTransform(&call)
            source += stepM
            advance(&n, &y, &x)
        }
    }

    /// The pixels that a block of tiles adds to those above and left of it, in pieces, one for each call of a microkernel.
    struct PixelsAhead {
        /// Floats from one line asked for to the next, as many as a call has steps.
        let step: Int
        private let tiles: Range<Int>
        private let side: Int
        private let unitsPerCall: Int
        /// A unit is a row of one tile's new pixels; all tiles' first rows come first.
        private var unit = 0

        init(_ op: WinogradOperator, _ tiles: Range<Int>, calls: Int) {
            self.tiles = tiles
            side = op.weights.variant.outputs
            unitsPerCall = max((tiles.count * side + calls - 1) / calls, 1)
            let floats = unitsPerCall * side * op.input.layout.pixelStep
            step = (floats + op.weights.inChannels - 1) / op.weights.inChannels
        }

        /// The start of the next piece, nil after the last.
        @inline(__always)
        mutating func next(_ op: WinogradOperator) -> UnsafePointer<Float>? {
            guard unit < tiles.count * side else { return nil }
            let (row, tile) = unit.quotientAndRemainder(dividingBy: tiles.count)
            let (n, y, x) = op.position(tiles.lowerBound + tile)
            unit += unitsPerCall
            return UnsafePointer(op.input.pixel(n, y * side + op.weights.variant.kernelSize - 1 - op.padding + row, x * side))
        }
    }
}
