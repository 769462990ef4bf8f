import Architecture
import Machine
import Report

/// Refuses a network that cannot fit into memory before anything is measured.
///
/// Feature maps and weights are the least that a run needs; the engine checks its exact need again when it allocates.
///
/// - Throws: `CommandError`; `ArchitectureError` for a resolution that does not fit.
func checkMemory(_ network: Network, resolution: Int, batch: Int) throws {
    let cost = try network.cost(resolution: resolution)
    let least = Double(cost.peakActivationBytes) * Double(batch) + 4 * Double(cost.params)
    guard let available = MachineMemory.detect().availableBytes, least > Double(available) else { return }
    throw CommandError(
        .badInput,
        "\(network.name) at \(resolution) px and batch \(batch) needs at least \(NumberText.bytes(least)) of memory, and \(NumberText.bytes(Double(available))) are available: "
            + "use a smaller resolution, batch or network")
}
