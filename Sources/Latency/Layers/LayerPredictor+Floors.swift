import Inference

/// What layers cost at least, before they are measured.
///
/// A search needs the prices of few layers exactly: those of networks that could win. For all others it is enough to know that they are not
/// cheap. A floor is made of a few measured layers of the same kind (a ``ChannelGrid/thinned(by:)`` grid): a part of what is interpolated
/// between them. The time of a layer is nearly bilinear in its channel counts, so the interpolation is off by little, and the part leaves
/// room for that. Each layer that is measured later tests the floor it had; where one was too high, the part is lowered for its kind.
///
/// - Source: own derivation.
struct Floors {
    /// The part of the interpolated time that a layer is taken to cost at least, to begin with.
    static let part = 0.8
    /// Counts of the coarse grid are at least this factor apart.
    static let thinning = 4

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
    /// Lower bounds of ``nanoseconds(steps:limit:)`` for one layer with other and other channel counts: what is measured counts as it is, what is
    /// not at a part of what a coarse grid tells. Measures the coarse grid's layers when first needed, and layers outside of the grid.
    ///
    /// The bounds rise as layers are measured; once the layers that a price is made of are measured, bound and price are equal.
    ///
    /// - Parameters:
    ///   - steps: equal but for their channels.
    ///   - limit: prices above it need not be told apart.
    /// - Throws: what the source throws.
    public func floors(steps: [Step], limit: Double) throws(LatencyError) -> [Double] {
        let result: Result<[Double], LatencyError> = state.withLock { state in
            do throws(LatencyError) { return .success(try floors(steps, limit, &state)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// The least part of its coarse interpolation that a measured layer took, and how many were compared; nil before the first.
    public var testedFloors: (leastPart: Double, layers: Int)? {
        state.withLock { state in state.floors.leastPart.map { ($0, state.floors.tested.count) } }
    }

    private func floors(_ steps: [Step], _ limit: Double, _ state: inout State) throws(LatencyError) -> [Double] {
        guard let first = steps.first else { return [] }
        let kind = corner(of: first, .zero)
        let coarse = grid.thinned(by: Floors.thinning)
        var cells: [(corners: [(at: LayerPlaces.Counts, weight: Double)], step: Step)] = []
        var known: [LayerPlaces.Counts: (floor: Double, isMeasured: Bool)] = [:]
        cells.reserveCapacity(steps.count)
        for step in steps {
            let corners = places(of: step, on: grid)?.corners.filter { $0.weight != 0 } ?? []
            cells.append((corners, step))
            for corner in corners where known[corner.at] == nil {
                known[corner.at] = try interpolated(step, kind, corner.at, coarse, limit, &state)
            }
        }
        // Before any floor is given, those that a measurement showed to be too high are lowered.
        var least = Double.infinity
        for (counts, estimate) in known {
            let layer = corner(of: first, counts)
            guard !estimate.isMeasured, let measured = state.measured[layer] else { continue }
            state.floors.tested.insert(layer)
            least = min(least, measured / estimate.floor)
        }
        if least < .infinity { state.floors.leastPart = min(state.floors.leastPart ?? .infinity, least) }
        var part = state.floors.parts[kind] ?? Floors.part
        // A little lower than needed: a neighbour may be faster still.
        if least < part { part = 0.97 * least }
        state.floors.parts[kind] = part
        for (counts, estimate) in known {
            if let measured = state.measured[corner(of: first, counts)] {
                known[counts] = (measured, true)
            } else {
                known[counts] = (part * estimate.floor, false)
            }
        }
        var floors: [Double] = []
        floors.reserveCapacity(cells.count)
        for cell in cells {
            // No grid covers it: it is what it is.
            guard !cell.corners.isEmpty else {
                floors.append(try measured(cell.step, &state))
                continue
            }
            floors.append(cell.corners.reduce(0) { $0 + $1.weight * known[$1.at]!.floor })
        }
        return floors
    }

    /// What the coarse grid tells of a corner. `isMeasured` is true where that is the corner's own time.
    private func interpolated(
        _ step: Step, _ kind: Step, _ counts: LayerPlaces.Counts, _ coarse: ChannelGrid, _ limit: Double, _ state: inout State
    ) throws(LatencyError) -> (floor: Double, isMeasured: Bool) {
        let layer = corner(of: step, counts)
        let places = places(of: layer, on: coarse)!
        let corners = places.corners.filter { $0.weight != 0 }
        var total = 0.0
        for corner in corners { total += corner.weight * (try anchor(step, kind, corner.at, limit, &state)) }
        return (total, corners.count == 1 && state.measured[layer] != nil)
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
