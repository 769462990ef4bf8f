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
    /// Measured layers of coarse grids, by kind.
    var anchors: [Step: [(at: LayerPlaces.Counts, nanoseconds: Double)]] = [:]
    /// The least part of its interpolation that a measured layer took.
    var leastPart: Double?
    /// Distinct layers whose measurement tested a floor.
    var tested: Set<Step> = []
}

extension LayerPredictor {
    /// Lower bounds of ``nanoseconds(of:channels:limit:)``: what is measured counts as it is, what is not at a part of what a coarse grid
    /// tells. Measures the coarse grid's layers when first needed, and layers outside of the grid.
    ///
    /// The bounds rise as layers are measured; once the layers that a price is made of are measured, bound and price are equal.
    ///
    /// - Parameters:
    ///   - step: the layer, whatever its channels.
    ///   - channels: the counts asked for, see ``Step/resized(inChannels:outChannels:)``.
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
            if places(of: corner(of: step, counts), on: grid)!.isBeyond, state.measured[corner(of: step, counts)] == nil {
                beyond += 1
                try checkBeyond(beyond, corner(of: step, counts))
            }
            let (time, isOwn) = try interpolated(step, kind, counts, coarse, limit, &state)
            let layer = corner(of: step, counts)
            let measured = state.measured[layer]
            if measured != nil, !isOwn { state.floors.tested.insert(layer) }
            // What has more channels than a layer over the limit is over it too.
            let over = state.floors.anchors[kind, default: []].filter { all($0.at .<= counts) && $0.nanoseconds > limit }.map(\.nanoseconds).max()
            corners.append((isOwn ? .infinity : time, measured, over ?? 0))
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
        return cells.interpolate(corners.map { $0.measured ?? max(part * $0.interpolated, $0.least) })
    }

    /// What the coarse grid tells of a corner, and whether the corner is one of its own.
    private func interpolated(
        _ step: Step, _ kind: Step, _ counts: LayerPlaces.Counts, _ coarse: ChannelGrid, _ limit: Double, _ state: inout State
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
        for corner in corners { total += corner.weight * (try anchor(step, kind, corner.at, limit, &state)) }
        return (factor * total, factor == 1 && corners.count == 1 && state.measured[layer] != nil)
    }

    /// The time of a layer of the coarse grid; of one with more channels than another that takes longer than `limit`, that one's time.
    private func anchor(_ step: Step, _ kind: Step, _ counts: LayerPlaces.Counts, _ limit: Double, _ state: inout State) throws(LatencyError) -> Double {
        let layer = corner(of: step, counts)
        if let known = state.measured[layer] { return known }
        let below = state.floors.anchors[kind, default: []].filter { all($0.at .<= counts) }.map(\.nanoseconds).max()
        if let below, below > limit { return below }
        do throws(LatencyError) {
            let time = try measured(layer, &state)
            state.floors.anchors[kind, default: []].append((counts, time))
            return time
        } catch {
            // It may need more memory than there is; what is smaller takes no longer.
            guard error.code == .cannotMeasure, let below else { throw error }
            return below
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
