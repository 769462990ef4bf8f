import ArgumentParser
import Latency

extension Precision: ExpressibleByArgument {}

/// For which precision and batch the V100 columns hold.
struct V100Options: ParsableArguments {
    @Option(help: "Precision of the V100 columns: fp32, fp16 or int8.")
    var precision = Precision.fp16

    @Option(help: ArgumentHelp("Batch of the V100 columns; the time is that of one image.", valueName: "number"))
    var v100Batch = 32

    @Option(
        help: ArgumentHelp(
            "Profile of the accelerator, or its folder. Without it: \(V100Options.profileName).json in hardware-profiles.",
            valueName: "path"), completion: .file())
    var v100Profile: String?

    /// The name of the profile that comes with the tool.
    static let profileName = "nvidia-v100"

    func validate() throws {
        guard (1...65536).contains(v100Batch) else { throw ValidationError("--v100-batch \(v100Batch) is not between 1 and 65536") }
    }

    /// The columns' model; nil where no profile was named and none is found.
    ///
    /// - Throws: `LatencyError` for a profile that was named and is missing, or that is damaged or without a model.
    func columns() throws -> V100Columns? {
        let locator = ProfileLocator(explicit: v100Profile)
        let path: String
        do throws(LatencyError) {
            path = try locator.path(of: V100Options.profileName)
        } catch {
            guard v100Profile == nil, locator.environment == nil, error.code == .missingFile else { throw error }
            return nil
        }
        return V100Columns(model: try AcceleratorModel(path: path), precision: precision, batch: v100Batch)
    }
}
