import Inference

/// Whole tables of prices: one layer with many channel counts.
extension LayerPredictor {
    /// The times of one layer with other and other channel counts, each equal to ``nanoseconds(step:)``.
    ///
    /// Tables are large and read once, so their prices are not kept; the measured corners are. A layer whose smallest corner takes longer than
    /// `limit` gets that corner's time, and so does every layer above it in both channel counts, unmeasured: a layer with more channels takes no
    /// less time. That is an assumption about the machine; it spares the measurement of layers that no budget would admit.
    ///
    /// - Parameters:
    ///   - step: the layer, whatever its channels.
    ///   - channels: the counts asked for, small ones first; see ``Step/resized(inChannels:outChannels:)``.
    ///   - limit: prices above it need not be exact, but are above it.
    /// - Throws: what the source throws; `LatencyError` with `.outOfRange` if too many layers lie outside of the grid.
    public func nanoseconds(of step: Step, channels: [(in: Int, out: Int)], limit: Double) throws(LatencyError) -> [Double] {
        let steps = channels.map { step.resized(inChannels: $0.in, outChannels: $0.out) }
        let result: Result<[Double], LatencyError> = state.withLock { state in
            do throws(LatencyError) { return .success(try prices(steps, limit, &state)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// Layers outside of the grid are measured one by one: more than this many in one table would take hours.
    static let beyondMaximum = 500

    func checkBeyond(_ count: Int, _ step: Step) throws(LatencyError) {
        guard count <= LayerPredictor.beyondMaximum else {
            throw LatencyError(
                .outOfRange,
                "more than \(LayerPredictor.beyondMaximum) layers like '\(step.summary)' have channel counts outside of the grid of measured "
                    + "layers (up to \(grid.input.last!)): lower the space's channels")
        }
    }

    private func prices(_ steps: [Step], _ limit: Double, _ state: inout State) throws(LatencyError) -> [Double] {
        var slow: [(inChannels: Int, outChannels: Int, nanoseconds: Double)] = []
        var beyond = 0
        var prices: [Double] = []
        prices.reserveCapacity(steps.count)
        next: for step in steps {
            let corners = corners(of: step)
            let smallest = corners.steps[0].step
            if let known = slow.first(where: { $0.inChannels <= smallest.input.channels && $0.outChannels <= smallest.output.channels }) {
                prices.append(known.nanoseconds)
                continue
            }
            if corners.isBeyond, state.measured[smallest] == nil {
                beyond += 1
                try checkBeyond(beyond, step)
            }
            var total = 0.0
            do throws(LatencyError) {
                for (index, corner) in corners.steps.enumerated() {
                    let time = try measured(corner.step, &state)
                    if index == 0, time > limit {
                        slow.append((smallest.input.channels, smallest.output.channels, time))
                        prices.append(time)
                        continue next
                    }
                    total += corner.weight * time
                }
            } catch {
                // As for a single layer: a corner may need memory that the layer itself does not.
                guard error.code == .cannotMeasure, corners.steps.count > 1 else { throw error }
                total = try measured(step, &state)
            }
            prices.append(total)
        }
        return prices
    }
}
