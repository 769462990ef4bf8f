import Architecture
import Foundation
import Inference
import TensorCore

/// Counts a step's terms as the engine divides the work, by the engine's own divisions: its padding, its tiles and panels, its shares.
///
/// All counts are those of the member that has most, which is the first. Boundary effects: a step finds its input where the step before left it, in the
/// second-level caches if the map fits and beyond them if not, the farther the more has moved since it was written; a stage of a chain reads and writes bands and no map; weights are where the whole network leaves
/// them from one run to the next; and what another core wrote is as far away as that core. Of a step without a network, what wrote its input is taken to have read as much, and what lies between
/// it and its residual to be twice its own maps.
/// - Source: own derivation.
extension StepTerms {
    init(_ step: Step, method: ConvolutionMethod?, in surroundings: StepSurroundings, engine: EngineShape) {
        let threads = Double(engine.threads)
        let (input, output, residual, maps) = (step.operandBytes, step.outputBytes, step.residualBytes, step.mapBytes)
        let near = Double(engine.level2Bytes) * threads
        self[.step] = 1
        self[.inputBytes] = input / threads
        self[.outputBytes] = output / threads
        self[.residualBytes] = residual / threads
        if input > near / 2 { self[.farInputBytes] = input }
        if output > near / 2 { self[.farOutputBytes] = output }
        if maps > near * 3 / 4 { self[.farBytes] = maps }
        if maps > 0.75 * Double(engine.level3Bytes) {
            self[.memoryInputBytes] = input
            self[.memoryOutputBytes] = output
        }
        countWork(step, method, surroundings.hasHalo, engine)
        countAge(of: input, surroundings.inputAgeBytes ?? 2 * input, Self.agedInputTerms, engine)
        countAge(of: residual, surroundings.residualAgeBytes ?? 2 * maps, Self.agedResidualTerms, engine)
        countCold(surroundings.footprintBytes ?? Double(engine.level3Bytes) / 2, engine)
        guard engine.threads > 1 else { return }
        self[.distantStep] = engine.barrierNanoseconds
        self[.distantInputBytes] = self[.inputBytes] * engine.barrierNanoseconds
        self[.distantOutputBytes] = self[.outputBytes] * engine.barrierNanoseconds
        self[.distantResidualBytes] = self[.residualBytes] * engine.barrierNanoseconds
    }

    private static let agedInputTerms: [StepTerm] = [
        .agedInputBytes64, .agedInputBytes32, .agedInputBytes16, .agedInputBytes8, .agedInputBytes4, .agedInputBytes2,
    ]
    private static let agedResidualTerms: [StepTerm] = [
        .agedResidualBytes64, .agedResidualBytes32, .agedResidualBytes16, .agedResidualBytes8, .agedResidualBytes4, .agedResidualBytes2,
    ]

    /// How far away a map is that so many bytes have followed into the caches. By octaves of the third-level cache: how much of it is this guest's own, and what an older map costs, is for the
    /// fit to find out.
    private mutating func countAge(of bytes: Double, _ age: Double, _ terms: [StepTerm], _ engine: EngineShape) {
        guard bytes > 0 else { return }
        let octaves = log2(max(age, 1) / Double(engine.level3Bytes)) + Double(terms.count)
        for (place, term) in terms.enumerated() { self[term] = bytes * min(max(octaves - Double(place), 0), 1) }
    }

    /// What a network of so many bytes does to the caches. From a third of the third-level cache on, weights begin to be gone when they are wanted again:
    /// other maps go through it as well, and on a shared machine other programs'.
    private mutating func countCold(_ footprint: Double, _ engine: EngineShape) {
        let filled = footprint / Double(engine.level3Bytes)
        self[.memoryWeightBytes] = self[.weightBytes] * min(max((filled - 0.3) / 0.7, 0), 1)
        // By octaves, four of them up to the cache's size.
        let cold = min(max(1 + log2(max(filled, 1e-6)) / 4, 0), 1)
        self[.coldStep] = cold
        self[.coldWeightBytes] = cold * self[.weightBytes]
        self[.coldInputBytes] = cold * self[.inputBytes]
        self[.coldOutputBytes] = cold * self[.outputBytes]
        self[.coldResidualBytes] = cold * self[.residualBytes]
    }

    private mutating func countWork(_ step: Step, _ method: ConvolutionMethod?, _ hasHalo: Bool, _ engine: EngineShape) {
        let threads = Double(engine.threads)
        let pixels = Double(step.batch * step.output.height * step.output.width)
        let vectors = Double(TensorLayout.padded(step.output.channels)) / Double(engine.lanes)
        let inputVectors = Double(step.batch * step.input.height * step.input.width * TensorLayout.padded(step.input.channels)) / Double(engine.lanes)
        switch step.operation {
        case .convolution(let c):
            let shape = ConvolutionShape(c)
            if c.isDepthwise {
                countDepthwise(step, shape, engine)
            } else if case .winograd(let variant)? = method {
                count(step, c, variant, engine)
            } else {
                count(step, shape, hasHalo, engine)
            }
        case .squeezeExcitation(let s):
            self[.vectorMultiplyAdds] = 2 * Double(step.batch * s.channels * s.reducedChannels) / Double(engine.lanes)
            self[.vectorPixels] = inputVectors / threads
            self[.weightBytes] = step.packedWeightBytes(nil)
        case .pooling(let p):
            self[.vectorPixels] = pixels * vectors * Double(p.kernelSize * p.kernelSize) / threads
            self[.pixels] = pixels / threads
        case .globalAverage:
            self[.vectorPixels] = inputVectors / threads
        case .add, .relu, .activation, .multiply, .scale, .concatenation, .upsampling, .groupNormalization, .distributionStatistics, .scalePixels:
            self[.vectorPixels] = pixels * vectors / threads
        }
    }

    private mutating func countDepthwise(_ step: Step, _ shape: ConvolutionShape, _ engine: EngineShape) {
        let isStage = step.readsBand || step.writesBand
        let division = DepthwiseDivision(shape, input: step.inputLayout, output: step.outputLayout(hasHalo: false), cache: engine.caches)
        let first = Share(member: 0, of: engine.threads)
        let shares = isStage ? (rows: first, channels: .whole) : division.shares(first)
        let (rows, units) = (shares.rows.range(of: division.rows).count, shares.channels.range(of: division.units).count)
        let blocks = isStage ? 1 : (units + division.blockUnits - 1) / division.blockUnits
        let work = DepthwiseRow(pixels: step.output.width, kernelSize: shape.kernelSize, stride: shape.stride)
        let vectors = Double(rows * units * TensorLayout.channelGranularity) / Double(engine.lanes)
        self[.vectorMultiplyAdds] = Double(work.multiplyAdds) * vectors
        self[.vectorLoads] = Double(work.loads) * vectors
        self[.vectorTiles] = Double(work.tiles) * vectors
        self[.vectorPixels] = Double(work.pixels) * vectors
        self[.pixels] = Double(rows * blocks * step.output.width)
        self[.weightBytes] = step.packedWeightBytes(nil)
        guard !isStage else { return }
        let unitBytes = 4 * TensorLayout.channelGranularity
        let rowBytes = step.input.width * min(units, division.blockUnits) * unitBytes
        if 2 * shape.kernelSize * rowBytes > engine.level2Bytes {
            self[.repeatedInputBytes] = Double(rows * max(shape.kernelSize - shape.stride, 0) * step.input.width * units * unitBytes)
        }
    }

    private mutating func count(_ step: Step, _ shape: ConvolutionShape, _ hasHalo: Bool, _ engine: EngineShape) {
        let isStage = step.readsBand || step.writesBand
        let output = step.outputLayout(hasHalo: hasHalo)
        let division = ConvolutionDivision(
            shape, input: step.inputLayout, output: output, residual: nil, tiles: engine.tiles, cache: engine.caches)
        let first = Share(member: 0, of: engine.threads)
        let shares = isStage ? (pixels: first, panels: .whole) : division.shares(first)
        let panels = shares.panels.range(of: division.panels).count
        let tileRows = engine.tiles.rows(output.paddedChannels)
        var (tiles, pixels): (Int, Double)
        if isStage {
            let rows = first.range(of: step.batch * step.output.height).count
            (tiles, pixels) = (rows * ((step.output.width + tileRows - 1) / tileRows), Double(rows * step.output.width))
        } else {
            let (tiling, range) = division.tiling(shares.pixels)
            (tiles, pixels) = (range.count, Double(tiling.columns.count * range.count) / Double(max(tiling.tilesPerRow, 1)))
        }
        countWholeInput(of: step, isDivided: shares.panels.count > 1, engine)
        let depth = Double(shape.inChannels * shape.kernelSize * shape.kernelSize)
        let vectors = engine.tiles.vectors(first: panels, of: output.paddedChannels)
        let weights = 4 * depth * Double(output.paddedChannels)
        let part = Double(panels) / Double(division.panels)
        self[.vectorMultiplyAdds] = pixels * depth * Double(vectors)
        self[.calls] = Double(tiles * panels)
        self[.callDepth] = self[.calls] * depth
        if output.paddedChannels / engine.lanes % 2 != 0 { self[.oddCallDepth] = Double(tiles) * depth }
        self[.weightBytes] = weights * part * (step.gated ? 2 : 1)
        if division.order == .panelsInner {
            self[.nearWeightBytes] = Double(tiles) * weights
        } else {
            self[.streamedWeightBytes] = (Double(tiles) / Double(division.bandTiles)).rounded(.up) * weights * part
            self[.repeatedInputBytes] =
                Double(panels * 4 * step.inputLayout.pixels * step.inputLayout.pixelStep) / (shares.pixels.count > 1 ? Double(engine.threads) : 1)
        }
    }

    /// Members that divide output channels read the whole input, of which each wrote a part.
    private mutating func countWholeInput(of step: Step, isDivided: Bool, _ engine: EngineShape) {
        guard isDivided else { return }
        self[.distantWholeInputBytes] = step.inputBytes * (1 - 1 / Double(engine.threads)) * engine.barrierNanoseconds
    }

    private mutating func count(_ step: Step, _ c: Convolution, _ variant: WinogradVariant, _ engine: EngineShape) {
        let outChannels = TensorLayout.padded(c.outChannels)
        let grid = variant.tiles(height: step.output.height, width: step.output.width)
        let total = step.batch * grid.rows * grid.columns
        let points = Double(variant.tile * variant.tile)
        let (panelWidth, tileRows) = (engine.tiles.width(outChannels), engine.tiles.rows(outChannels))
        let allPanels = engine.tiles.panelCount(outChannels)
        let shares = variant.shares(
            Share(member: 0, of: engine.threads), tiles: total, inputs: c.inChannels, outputs: outChannels, kernels: engine.tiles)
        let (tiles, panels) = (shares.tiles.range(of: total).count, shares.panels.range(of: allPanels).count)
        countWholeInput(of: step, isDivided: shares.panels.count > 1, engine)
        let blocking = WinogradBlocking.choose(
            variant: variant, inChannels: c.inChannels, panelWidth: panelWidth, total: total, rows: tileRows, cache: engine.caches)
        let blocks = (tiles + blocking.tiles - 1) / blocking.tiles
        let groups = (panels + blocking.panels - 1) / blocking.panels
        // Blocks differ by at most one tile.
        let (least, more) = tiles.quotientAndRemainder(dividingBy: max(blocks, 1))
        let rowTiles = more * ((least + tileRows) / tileRows) + (blocks - more) * ((least + tileRows - 1) / tileRows)
        let lanes = Double(engine.lanes)
        let outputs = Double(engine.tiles.vectors(first: panels, of: outChannels) * engine.lanes)
        let inputs = Double(TensorLayout.padded(c.inChannels))
        let weights = 4 * points * Double(c.inChannels * outChannels) * Double(panels) / Double(allPanels)
        self[.vectorMultiplyAdds] = Double(tiles) * points * Double(c.inChannels) * outputs / lanes
        self[.calls] = Double(rowTiles * panels) * points
        self[.callDepth] = self[.calls] * Double(c.inChannels)
        self[.inputTransforms] = Double(tiles) * inputs * points / lanes
        self[.outputTransforms] = Double(tiles) * outputs * points / lanes
        self[.weightBytes] = weights
        self[.streamedWeightBytes] = Double(blocks) * weights
        self[.repeatedInputBytes] = Double(groups * tiles) * points * inputs * 4
    }
}

extension Step {
    fileprivate func outputLayout(hasHalo: Bool) -> TensorLayout {
        TensorLayout(batch: batch, channels: output.channels, height: output.height, width: output.width, halo: hasHalo ? 1 : 0)
    }
}
