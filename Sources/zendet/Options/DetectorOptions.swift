import Architecture
import ArgumentParser

/// Which detector stands around the networks.
struct DetectorOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Build a detector around each network, up to what its head gives before boxes are suppressed: \(Detector.Head.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "detector"), completion: .list(Detector.Head.allCases.map(\.rawValue)))
    var detector: String?

    @Option(
        help: ArgumentHelp(
            "Channels of the detector's pyramid and head, a multiple of 32 (default: 256; MAE-DET-S was published with 192).", valueName: "number"))
    var detectorWidth: Int?

    func validate() throws {
        if detectorWidth != nil && detector == nil { throw ValidationError("--detector-width goes with --detector") }
    }

    /// The detector that was asked for.
    ///
    /// - Throws: `ArchitectureError` for a name that is unknown.
    func named() throws(ArchitectureError) -> Detector? {
        guard let detector else { return nil }
        return try Detector(named: detector, width: detectorWidth ?? Detector.usualWidth)
    }
}
