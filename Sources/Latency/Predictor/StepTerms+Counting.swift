import Architecture
import Inference
import TensorCore

/// Counts a step's terms as the engine divides the work: its padding, its tiles and panels, its shares.
///
/// Boundary effects: a step finds its input where the step before left it, in the second-level caches if the map fits and beyond them if not;
/// a stage of a chain reads and writes bands and no map.
/// - Source: own derivation, after ConvolutionOperator, WinogradOperator and DepthwiseOperator.
extension StepTerms {
    /// - Parameter hasHalo: the map that the step reads or writes has a border of zeros for another reader: its rows are then computed one by one.
    init(_ step: Step, method: ConvolutionMethod?, hasHalo: Bool, engine: EngineShape) {
        let pixels = Double(step.batch * step.output.height * step.output.width)
        let inputPixels = Double(step.batch * step.input.height * step.input.width)
        let inChannels = Double(step.image ? step.input.channels : TensorLayout.padded(step.input.channels))
        let outChannels = Double(TensorLayout.padded(step.output.channels))
        let threads = Double(engine.threads)
        self[.step] = 1

        let input = step.readsBand ? 0 : 4 * inputPixels * inChannels * (step.kind == .add ? 2 : 1)
        let output = step.writesBand ? 0 : 4 * pixels * outChannels
        let residual = step.residual ? 4 * pixels * outChannels : 0
        let near = Double(engine.level2Bytes) * threads
        self[.inputBytes] = input / threads
        self[.outputBytes] = output / threads
        self[.residualBytes] = residual / threads
        if input > near / 2 { self[.farInputBytes] = input }
        if output > near / 2 { self[.farOutputBytes] = output }
        if input + output + residual > near * 3 / 4 { self[.farBytes] = input + output + residual }

        let vectors = outChannels / Double(engine.lanes)
        switch step.operation {
        case .convolution(let c) where c.isDepthwise:
            let part = Self.part(step.batch * step.output.height, Int(outChannels) / TensorLayout.channelGranularity, engine.threads)
            self[.vectorMultiplyAdds] = pixels * vectors * Double(c.kernelSize * c.kernelSize) * part
            self[.vectorPixels] = pixels * vectors * part
            self[.pixels] = pixels * part
        case .convolution(let c):
            if case .winograd(let variant)? = method {
                count(step, c, variant, engine)
            } else {
                count(step, c, hasHalo, engine)
            }
        case .squeezeExcitation(let s):
            self[.vectorMultiplyAdds] = 2 * Double(step.batch * s.channels * s.reducedChannels) / Double(engine.lanes)
            self[.vectorPixels] = inputPixels * inChannels / Double(engine.lanes) / threads
        case .pooling(let p):
            self[.vectorPixels] = pixels * vectors * Double(p.kernelSize * p.kernelSize) / threads
            self[.pixels] = pixels / threads
        case .globalAverage:
            self[.vectorPixels] = inputPixels * inChannels / Double(engine.lanes) / threads
        case .add, .relu, .activation, .multiply, .scale, .concatenation, .upsampling, .groupNormalization, .distributionStatistics, .scalePixels:
            self[.vectorPixels] = pixels * vectors / threads
        }
        if self[.weightBytes] > Double(engine.level2Bytes) { self[.farWeightBytes] = self[.weightBytes] }
    }

    /// What the member with most has of `rows` or `columns`, whichever a team divides better.
    private static func part(_ rows: Int, _ columns: Int, _ threads: Int) -> Double {
        min(most(rows, threads), most(columns, threads))
    }

    private static func most(_ units: Int, _ threads: Int) -> Double { Double((units + threads - 1) / threads) / Double(max(units, 1)) }

    private mutating func count(_ step: Step, _ c: Convolution, _ hasHalo: Bool, _ engine: EngineShape) {
        let isStage = step.readsBand || step.writesBand
        let outChannels = TensorLayout.padded(c.outChannels)
        let depth = Double(c.inChannels * c.kernelSize * c.kernelSize)
        // Panels are two vectors wide, a last one a single vector.
        let panels = (outChannels + 2 * engine.lanes - 1) / (2 * engine.lanes)
        let isOdd = outChannels / engine.lanes % 2 != 0
        let isFlat = c.kernelSize == 1 && c.stride == 1 && !isStage && !hasHalo
        let (lines, width) = isFlat ? (1, step.batch * step.output.height * step.output.width) : (step.batch * step.output.height, step.output.width)
        let tilesPerLine = (width + engine.tileRows - 1) / engine.tileRows
        let tiles = lines * tilesPerLine
        let weights = 4 * depth * Double(outChannels)
        let staysNear = weights <= Double(engine.level2Bytes / 2)
        var (tilePart, panelPart) = (1 / Double(engine.threads), 1.0)
        if !isStage {
            let (byTile, byPanel) = (Self.most(tiles, engine.threads), Self.most(panels, engine.threads))
            if !staysNear, byPanel <= byTile * 1.01 { (tilePart, panelPart) = (1, byPanel) } else { tilePart = byTile }
        }
        let calls = Double(tiles) * tilePart * Double(panels) * panelPart
        self[.vectorMultiplyAdds] = Double(lines * width) * depth * Double(outChannels / engine.lanes) * tilePart * panelPart
        self[.calls] = calls
        self[.callDepth] = calls * depth
        if isOdd { self[.oddCallDepth] = Double(tiles) * tilePart * depth }
        self[.weightBytes] = weights * panelPart * (step.gated ? 2 : 1)
        if staysNear {
            self[.nearWeightBytes] = Double(tiles) * tilePart * weights
        } else {
            let pixelBytes = 4 * TensorLayout.padded(c.inChannels)
            let bandTiles = max(engine.level2Bytes / 2 / max(engine.tileRows * c.stride * c.stride * pixelBytes, 1), 8)
            let bands = ((Double(tiles) * tilePart) / Double(bandTiles)).rounded(.up)
            self[.streamedWeightBytes] = bands * weights * panelPart
            self[.repeatedInputBytes] =
                Double(panels) * panelPart * 4 * Double(step.batch * step.input.height * step.input.width * TensorLayout.padded(c.inChannels)) * tilePart
        }
    }

    private mutating func count(_ step: Step, _ c: Convolution, _ variant: WinogradVariant, _ engine: EngineShape) {
        let outChannels = Double(TensorLayout.padded(c.outChannels))
        let grid = variant.tiles(height: step.output.height, width: step.output.width)
        let total = step.batch * grid.rows * grid.columns
        let points = Double(variant.tile * variant.tile)
        let panelWidth = 2 * engine.lanes
        let panels = (Int(outChannels) + panelWidth - 1) / panelWidth
        let weights = 4 * points * Double(c.inChannels) * outChannels
        var (tiles, outputs, part) = (Double(total), outChannels, 1.0)
        if engine.threads > 1 {
            let units = (total + engine.tileRows - 1) / engine.tileRows
            let most = units >= engine.threads ? Double((total + engine.threads - 1) / engine.threads) : Double(total)
            let panelPart = Self.most(panels, engine.threads)
            let byTiles = variant.cost(tiles: most, inputs: Double(c.inChannels), outputs: outChannels)
            let byPanels = variant.cost(tiles: Double(total), inputs: Double(c.inChannels), outputs: outChannels * panelPart)
            if byTiles <= byPanels { tiles = most } else { (outputs, part) = (outChannels * panelPart, panelPart) }
        }
        let blocking = WinogradBlocking.choose(
            variant: variant, inChannels: c.inChannels, panelWidth: panelWidth, total: Int(tiles), rows: engine.tileRows, cache: engine.caches)
        let blocks = (tiles / Double(blocking.tiles)).rounded(.up)
        let rowTiles = Double((blocking.tiles + engine.tileRows - 1) / engine.tileRows)
        let memberPanels = max((outputs / Double(panelWidth)).rounded(.up), 1)
        let groups = (memberPanels / Double(blocking.panels)).rounded(.up)
        let lanes = Double(engine.lanes)
        self[.vectorMultiplyAdds] = tiles * points * Double(c.inChannels) * outputs / lanes
        self[.calls] = blocks * rowTiles * points * memberPanels
        self[.callDepth] = self[.calls] * Double(c.inChannels)
        self[.inputTransforms] = tiles * Double(TensorLayout.padded(c.inChannels)) * points / lanes
        self[.outputTransforms] = tiles * outputs * points / lanes
        self[.weightBytes] = weights * part
        self[.streamedWeightBytes] = blocks * weights * part
        self[.repeatedInputBytes] = groups * tiles * points * Double(TensorLayout.padded(c.inChannels)) * 4
    }
}
