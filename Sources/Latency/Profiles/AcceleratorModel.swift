import Architecture
import Foundation

/// Latencies of whole networks on an accelerator: from the closed formula that its profile carries, or from the operator libraries in it.
///
/// A network's time is the sum over its convolutions, as in the operator library the model was fitted to; pooling, ReLU and additions are
/// fused and free. Every figure belongs to a precision and a batch: print both. Where a profile has a library for a precision, the library
/// goes before the formula.
public struct AcceleratorModel: Sendable {
    /// The accelerator, by its profile's name.
    public let name: String
    private let pricings: [Precision: OperatorPricing]
    private let libraries: [Precision: OperatorLibrary]

    /// - Parameters:
    ///   - profile: a fitted latency model or operator libraries are read from it.
    ///   - source: the file, for messages.
    /// - Throws: `LatencyError` when the profile has no latency model and no operator library, or damaged ones.
    public init(profile: AcceleratorProfile, source: String) throws(LatencyError) {
        guard profile.latencyModel != nil || profile.operatorLibraries?.isEmpty == false else {
            throw LatencyError(
                .malformed,
                "\(source): latency_model: missing; the profile of an accelerator with a fitted latency model or operator_libraries was expected")
        }
        try HardwareProfile.accelerator(profile).validate(source: source)
        name = profile.name
        pricings = Dictionary(
            uniqueKeysWithValues: (profile.latencyModel?.precisions ?? []).map { precision in
                (precision.precision, OperatorPricing(model: profile.latencyModel!, precision: precision))
            })
        var libraries: [Precision: OperatorLibrary] = [:]
        for description in profile.operatorLibraries ?? [] { libraries[description.precision] = try description.library(source: source) }
        self.libraries = libraries
    }

    /// Reads the model from an accelerator's profile.
    ///
    /// - Throws: what ``HardwareProfile/read(path:)`` throws, and as above.
    public init(path: String) throws(LatencyError) {
        guard case .accelerator(let profile) = try HardwareProfile.read(path: path) else {
            throw LatencyError(.malformed, "\(path): kind: found \"cpu\", the profile of a reference accelerator was expected")
        }
        try self.init(profile: profile, source: path)
    }

    /// The precisions that the model knows.
    public var precisions: [Precision] { Precision.allCases.filter { pricings[$0] != nil || libraries[$0] != nil } }

    /// The time of a network for one image of a batch.
    ///
    /// - Parameters:
    ///   - network: its convolutions are priced; what has no counterpart is named in the estimate.
    ///   - resolution: side of the network's own input.
    ///   - batch: images in one run; the time is that of one of them.
    ///   - precision: one of ``precisions``.
    /// - Throws: `ArchitectureError` when the network does not fit the resolution; `LatencyError` for a batch below 1 or a precision
    ///   that the model does not know.
    public func milliseconds(network: Network, resolution: Int, batch: Int, precision: Precision) throws -> AcceleratorEstimate {
        var estimate = try milliseconds(
            operators: try network.acceleratorOperators(resolution: resolution), batch: batch, precision: precision)
        estimate.uncovered += network.layersWithoutCounterpart.map { layer in
            AcceleratorEstimate.Remark(layer: layer.name, reason: "the operator library has no layer of this kind")
        }
        return estimate
    }

    /// The time of a list of operators for one image of a batch.
    ///
    /// - Throws: `LatencyError` for a batch below 1 or a precision that the model does not know.
    public func milliseconds(operators: [AcceleratorOperator], batch: Int, precision: Precision) throws(LatencyError) -> AcceleratorEstimate {
        guard batch >= 1 else { throw LatencyError(.outOfRange, "batch: found \(batch), at least 1 was expected") }
        let library = libraries[precision]
        let pricing = pricings[precision]
        guard library != nil || pricing != nil else {
            let known = precisions.map(\.rawValue).joined(separator: ", ")
            throw LatencyError(.outOfRange, "\(name): no latency model for \(precision.rawValue), it has \(known)")
        }
        var total = 0.0
        var outside = 0.0
        var (low, high) = (0.0, 0.0)
        var estimate = AcceleratorEstimate(accelerator: name, precision: precision, batch: batch, source: library == nil ? .model : .library)
        for item in operators {
            let price = if let library { library.price(item, batch: batch) } else { pricing?.price(item, batch: batch) }
            guard let price else {
                let reason = "no \(item.kernelSize)x\(item.kernelSize) kernel of stride \(item.stride) in the operator library"
                estimate.uncovered.append(AcceleratorEstimate.Remark(layer: item.layer, reason: reason))
                continue
            }
            total += price.milliseconds
            low += price.low
            high += price.high
            if let reason = price.outOfRange {
                estimate.outOfRange.append(AcceleratorEstimate.Remark(layer: item.layer, reason: reason))
                outside += price.milliseconds
            }
        }
        estimate.millisecondsPerImage = total / Double(batch)
        estimate.lowMillisecondsPerImage = low / Double(batch)
        estimate.highMillisecondsPerImage = high / Double(batch)
        estimate.outOfRangeShare = total > 0 ? outside / total : 0
        if library == nil, let pricing {
            let depthwise = operators.contains(where: \.isDepthwise)
            estimate.error = pricing.precision.error(batch: batch, depthwise: depthwise, outOfRangeShare: estimate.outOfRangeShare)
        }
        return estimate
    }
}

extension PrecisionModel {
    /// The card's entry for a kind of network, at the nearest batch.
    func error(batch: Int, depthwise: Bool, outOfRangeShare: Double) -> AcceleratorEstimate.NetworkError? {
        // The card counts a network as measured while at most 5 % of its time lies outside.
        let set: CardEntry.NetworkSet = outOfRangeShare > 0.05 ? .extrapolated : depthwise ? .depthwise : .measured
        func distance(_ entry: CardEntry) -> Double { abs(log(Double(entry.batch) / Double(batch))) }
        return card.filter { $0.set == set }.min { distance($0) < distance($1) }.map {
            AcceleratorEstimate.NetworkError(
                median: $0.medianPercent / 100, p90: $0.p90Percent / 100, batch: $0.batch, set: $0.set, networks: $0.networks)
        }
    }
}
