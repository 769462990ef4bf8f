import Inference

/// What layers cost at least, before they are measured.
///
/// A search needs the prices of few layers exactly: those of networks that could win. For all others it is enough to know that they are not
/// cheap. A floor is a part of what a coarse grid of measured layers of the same kind tells: bilinear between its counts (as times nearly are),
/// in proportion beyond them (an engine is no more efficient there, and what does not fit a cache makes it less so). The part leaves room for
/// what that is off by. Each layer that is measured later tests the floor it had; where one was too high, the part is lowered for its kind.
///
/// - Source: own derivation; of 401 layers of the R50 space on a two-core AVX-512 machine two were below 0.8 of it, the least at 0.68.
struct Floors {
    /// The part of the interpolated time that a layer is taken to cost at least, to begin with.
    static let part = 0.8
    /// Counts of the coarse grid are at least this factor apart,
    static let thinning = 4
    /// and no larger than this: from there on layers grow in proportion.
    static let proportional = 256

    /// By kind of layer: the part where it had to be lowered.
    var parts: [Step: Double] = [:]
    /// The least part of its interpolation that a measured layer took.
    var leastPart: Double?
    /// Distinct layers whose measurement tested a floor.
    var tested: Set<Step> = []
}

extension LayerPredictor {
    /// Lower bounds of ``nanoseconds(step:)`` for many channel counts: what is measured counts as it is, what is not at a part of what a coarse
    /// grid tells. Measures the coarse grid's layers when first needed, and layers outside of the grid.
    ///
    /// Once a price was asked for, bound and price are equal; each measured layer may also lower the bounds of its kind. A layer with more channels
    /// than one that takes longer than `limit` is taken to be over it too.
    ///
    /// - Parameters:
    ///   - step: the layer, whatever its channels.
    ///   - channels: the counts asked for, see `Step.resized(inChannels:outChannels:)`.
    ///   - limit: prices above it need not be told apart.
    /// - Throws: what the source throws; `LatencyError` with `.outOfRange` if too many layers lie outside of the grid.
    public func floors(of step: Step, channels: [(in: Int, out: Int)], limit: Double) throws(LatencyError) -> [Double] {
        let result: Result<[Double], LatencyError> = state.withLock { state in
            do throws(LatencyError) { return .success(try floors(step, channels, limit, &state)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// The part of what a coarse grid tells that a layer is taken to cost at least, until a measurement shows less.
    public static var floorPart: Double { Floors.part }

    /// The least part of its coarse interpolation that a measured layer took, and how many were compared; nil before the first.
    public var testedFloors: (leastPart: Double, layers: Int)? {
        state.withLock { state in state.floors.leastPart.map { ($0, state.floors.tested.count) } }
    }

    private func floors(
        _ step: Step, _ channels: [(in: Int, out: Int)], _ limit: Double, _ state: inout State
    ) throws(LatencyError) -> [Double] {
        guard let first = channels.first else { return [] }
        // No grid covers it: it is what it is.
        guard places(of: step, inChannels: first.in, outChannels: first.out, on: grid) != nil else {
            var times: [Double] = []
            for count in channels { times.append(try measured(step.resized(inChannels: count.in, outChannels: count.out), &state)) }
            return times
        }
        let cells = GridCells(channels) { places(of: step, inChannels: $0.in, outChannels: $0.out, on: grid)! }
        let kind = corner(of: step, .zero)
        let coarse = grid.thinned(by: Floors.thinning, upTo: Floors.proportional)
        var corners: [(interpolated: Double, measured: Double?, least: Double)] = []
        var beyond = 0
        for counts in cells.corners {
            let layer = corner(of: step, counts)
            if places(of: layer, on: grid)!.isBeyond, state.measured[layer] == nil {
                beyond += 1
                try checkBeyond(beyond, layer)
            }
            let (time, isOwn) = try interpolated(step, counts, coarse, limit, &state)
            let measured = state.measured[layer]
            if measured != nil, !isOwn { state.floors.tested.insert(layer) }
            let smaller = smallerTime(step, counts, coarse, state) ?? 0
            corners.append((isOwn ? .infinity : time, measured, smaller > limit ? smaller : 0))
        }
        // Before any floor is given, the part is lowered for what a measurement showed to be faster.
        let least = corners.compactMap { corner in corner.measured.map { $0 / corner.interpolated } }.filter { $0 > 0 }.min()
        var part = state.floors.parts[kind] ?? Floors.part
        if let least {
            state.floors.leastPart = min(state.floors.leastPart ?? .infinity, least)
            // A little lower than needed: a neighbour may be faster still.
            if least < part { part = 0.97 * least }
        }
        state.floors.parts[kind] = part
        var floors = cells.interpolate(corners.map { $0.measured ?? max(part * $0.interpolated, $0.least) })
        // Layers between corners that cannot be measured have no other price than their own.
        if !state.ownPrices.isEmpty {
            for (place, count) in channels.enumerated() {
                if let own = state.ownPrices[step.resized(inChannels: count.in, outChannels: count.out)] { floors[place] = own }
            }
        }
        return floors
    }

    /// What the coarse grid tells of a corner, and whether the corner is one of its own.
    private func interpolated(
        _ step: Step, _ counts: LayerPlaces.Counts, _ coarse: ChannelGrid, _ limit: Double, _ state: inout State
    ) throws(LatencyError) -> (nanoseconds: Double, isOwn: Bool) {
        var factor = 1.0
        var within = counts
        for (axis, points) in axes(of: step, on: coarse).enumerated() where Int(counts[axis]) > points[points.count - 1] {
            within[axis] = Int32(points[points.count - 1])
            factor *= Double(counts[axis]) / Double(within[axis])
        }
        let layer = corner(of: step, within)
        let corners = places(of: layer, on: coarse)!.corners.filter { $0.weight != 0 }
        var total = 0.0
        for corner in corners { total += corner.weight * (try anchor(step, corner.at, coarse, limit, &state)) }
        return (factor * total, factor == 1 && corners.count == 1 && state.measured[layer] != nil)
    }

    /// The time of a layer of the coarse grid; of one with more channels than another that takes longer than `limit`, that one's time.
    private func anchor(
        _ step: Step, _ counts: LayerPlaces.Counts, _ coarse: ChannelGrid, _ limit: Double, _ state: inout State
    ) throws(LatencyError) -> Double {
        let layer = corner(of: step, counts)
        if let known = state.measured[layer] { return known }
        let smaller = smallerTime(step, counts, coarse, state)
        if let smaller, smaller > limit { return smaller }
        do throws(LatencyError) { return try measured(layer, &state) } catch {
            // It may need more memory than there is; what is smaller takes no longer.
            guard error.code == .cannotMeasure, let smaller else { throw error }
            return smaller
        }
    }

    /// The longest time of a measured layer of the coarse grid with at most these channels; nil where none is measured.
    private func smallerTime(_ step: Step, _ counts: LayerPlaces.Counts, _ coarse: ChannelGrid, _ state: State) -> Double? {
        let axes = axes(of: step, on: coarse)
        var longest: Double?
        for first in axes[0] where first <= counts[0] {
            for second in axes.count > 1 ? axes[1] : [0] where second <= counts[1] {
                guard let time = state.measured[corner(of: step, LayerPlaces.Counts(Int32(first), Int32(second)))] else { continue }
                longest = max(longest ?? 0, time)
            }
        }
        return longest
    }

    /// Layers outside of the grid are measured one by one: more than this many in one table would take hours.
    private static let beyondMaximum = 500

    private func checkBeyond(_ count: Int, _ step: Step) throws(LatencyError) {
        guard count <= LayerPredictor.beyondMaximum else {
            throw LatencyError(
                .outOfRange,
                "more than \(LayerPredictor.beyondMaximum) layers like '\(step.summary)' have channel counts outside of the grid of measured "
                    + "layers (up to \(grid.input.last!)): lower the space's channels")
        }
    }
}

/// Many channel counts on a grid: the distinct corners of their cells, and how each count is interpolated between them.
private struct GridCells {
    private struct Cell {
        var corners: SIMD4<Int32>
        var weights: SIMD4<Double>
    }

    private var cells: [Cell] = []
    private(set) var corners: [LayerPlaces.Counts] = []

    init(_ channels: [(in: Int, out: Int)], _ places: ((in: Int, out: Int)) -> LayerPlaces) {
        var known: [LayerPlaces.Counts: Int32] = [:]
        cells.reserveCapacity(channels.count)
        for count in channels {
            let places = places(count)
            let (a, b) = (places.first, places.second ?? ChannelGrid.Place(low: 0, high: 0, weight: 0, isBeyond: false))
            let weights = SIMD4(
                (1 - a.weight) * (1 - b.weight), a.weight * (1 - b.weight), (1 - a.weight) * b.weight, a.weight * b.weight)
            let ends = [(a.low, b.low), (a.high, b.low), (a.low, b.high), (a.high, b.high)] as InlineArray<4, (Int, Int)>
            var cell = Cell(corners: .zero, weights: weights)
            for index in 0..<4 where weights[index] != 0 {
                let counts = LayerPlaces.Counts(Int32(ends[index].0), Int32(ends[index].1))
                if let place = known[counts] {
                    cell.corners[index] = place
                } else {
                    cell.corners[index] = Int32(corners.count)
                    known[counts] = Int32(corners.count)
                    corners.append(counts)
                }
            }
            cells.append(cell)
        }
    }

    /// Each count's value, from the corners' values.
    func interpolate(_ values: [Double]) -> [Double] {
        cells.map { cell in
            var sum = 0.0
            for index in 0..<4 where cell.weights[index] != 0 { sum += cell.weights[index] * values[Int(cell.corners[index])] }
            return sum
        }
    }
}
