import Architecture
import Inference
import Synchronization

/// Prices any layer from few measured ones.
///
/// A search meets tens of thousands of distinct channel counts, and a measurement takes 20 to 50 ms. So layers are measured at the corners of
/// a ``ChannelGrid`` only, when first needed, and priced between them; kernel, stride, groups, spatial size, batch and fused epilogue are
/// exact. Between corners the time is bilinear in the channel counts. That is exact where time = a + b·in + c·out + d·in·out within a
/// cell, which is how a convolution behaves: a fixed part, reading the input, writing the output, and the multiply-adds.
///
/// The vector width makes a staircase of the output channels: they are rounded up to whole groups before anything else. A count outside
/// of the grid, and a layer kind that the grid does not cover (grouped convolutions), is measured as it is, never extrapolated.
///
/// May be used from several threads; measurements happen one at a time.
/// - Source: own derivation; measured corners in place of the trained regressors of nn-Meter (Zhang et al., MobiSys 2021).
public final class LayerPredictor: Sendable {
    /// What the predictor has done so far.
    public struct Statistics: Hashable, Sendable {
        /// Distinct layers asked of the source.
        public var measuredLayers = 0
        /// Distinct layers priced in all.
        public var pricedLayers = 0
        /// Distinct layers priced between corners.
        public var interpolatedLayers = 0
        /// Distinct layers that the grid does not cover and that were measured as they are.
        public var layersBeyondGrid = 0
    }

    struct State {
        var measured: [Step: Double] = [:]
        var priced: [Step: Double] = [:]
        /// Of these, layers that lie between corners that cannot be measured, and were measured themselves.
        var ownPrices: [Step: Double] = [:]
        var statistics = Statistics()
        var floors = Floors()
    }

    public let grid: ChannelGrid
    /// Added for each step of a program; 0 where the source's times hold the barrier already.
    public let stepOverheadNanoseconds: Double
    private let source: any LayerCostSource
    let state = Mutex(State())

    public init(source: any LayerCostSource, grid: ChannelGrid = .standard, stepOverheadNanoseconds: Double = 0) {
        self.source = source
        self.grid = grid
        self.stepOverheadNanoseconds = stepOverheadNanoseconds
    }

    public var statistics: Statistics { state.withLock { $0.statistics } }

    /// The time of one run of a layer, in nanoseconds.
    ///
    /// - Throws: what the source throws.
    public func nanoseconds(step: Step) throws(LatencyError) -> Double {
        // The lock is held while measuring: measuring is exclusive.
        let result: Result<Double, LatencyError> = state.withLock { state in
            do throws(LatencyError) { return .success(try price(step, &state)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// The time of one run of a program: the sum of its steps and their overheads, in nanoseconds.
    public func nanoseconds(program: Program) throws(LatencyError) -> Double {
        var total = 0.0
        for step in program.steps { total += try nanoseconds(step: step) + stepOverheadNanoseconds }
        return total
    }

    func price(_ step: Step, _ state: inout State) throws(LatencyError) -> Double {
        if let known = state.priced[step] { return known }
        let corners = corners(of: step)
        var total = 0.0
        var isBeyond = corners.isBeyond
        do throws(LatencyError) {
            for corner in corners.steps { total += corner.weight * (try measured(corner.step, &state)) }
        } catch {
            // A corner may need memory that the layer itself does not.
            guard error.code == .cannotMeasure, corners.steps.count > 1 else { throw error }
            total = try measured(step, &state)
            state.ownPrices[step] = total
            isBeyond = true
        }
        state.priced[step] = total
        state.statistics.pricedLayers += 1
        if isBeyond { state.statistics.layersBeyondGrid += 1 } else if corners.steps.count > 1 { state.statistics.interpolatedLayers += 1 }
        return total
    }

    func measured(_ step: Step, _ state: inout State) throws(LatencyError) -> Double {
        if let known = state.measured[step] { return known }
        let time = try source.nanoseconds(of: step)
        state.measured[step] = time
        state.statistics.measuredLayers += 1
        return time
    }

    struct Corners {
        var steps: [(step: Step, weight: Double)]
        /// The layer stands outside of the grid on some axis.
        var isBeyond: Bool

        /// Leaves out corners without weight: a layer on the grid is one measured layer.
        init(_ steps: [(step: Step, weight: Double)], isBeyond: Bool) {
            self.steps = steps.filter { $0.weight != 0 }
            self.isBeyond = isBeyond
        }
    }

    /// The measured layers that a layer's price is made of; their weights sum to 1.
    func corners(of step: Step) -> Corners {
        guard let places = places(of: step, on: grid) else { return Corners([(step, 1)], isBeyond: true) }
        return Corners(places.corners.map { (corner(of: step, $0.at), $0.weight) }, isBeyond: places.isBeyond)
    }
}

extension Step {
    /// The same layer with other channel counts; kernel, stride and spatial sizes stay.
    public func with(inChannels: Int, outChannels: Int) -> Step {
        var step = self
        step.input.channels = inChannels
        step.output.channels = outChannels
        if case .convolution(var c) = operation {
            if c.isDepthwise { c.groups = outChannels }
            c.inChannels = inChannels
            c.outChannels = outChannels
            step.operation = .convolution(c)
        }
        return step
    }
}
