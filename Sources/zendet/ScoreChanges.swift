import Architecture
import Entropy
import Inference
import Latency
import Machine
import Report
import TensorCore

/// What small changes of a structure would add and cost, with the latency that layers already measured on this machine give.
struct ScoreChanges {
    let entropy: ClosedFormEntropy
    /// Nil where no table is there.
    private let predictor: LayerPredictor?

    /// - Parameters:
    ///   - path: the layer table; nil takes the usual one if it exists.
    /// - Throws: `LatencyError` for a table that was named and is damaged.
    init(_ entropy: ClosedFormEntropy, path: String?, threads: Int?) throws {
        self.entropy = entropy
        let file = path ?? LayerTable.defaultPath()
        guard AtomicFile.exists(file) else {
            if let path { throw CommandError(.missingInput, "--layer-table \(path): no such file") }
            predictor = nil
            return
        }
        let table: LayerTable
        do throws(LatencyError) {
            table = try LayerTable(path: file)
        } catch {
            // A damaged table of one's own matters to a search; here it only leaves a column empty.
            if path != nil { throw error }
            predictor = nil
            return
        }
        let topology = try Topology.detect()
        let plan = try PinningPlan.make(topology, threads: threads, quotaCores: CgroupLimits.detect().cpuQuotaCores)
        let context = LayerTable.Context(
            machine: MachineFingerprint(model: .detect(), topology: topology), algorithm: .automatic, isa: .best, plan: plan)
        predictor = LayerPredictor(source: StoredLayers(table: table, context: context))
    }

    func changes(_ network: Network, resolution: Int) throws -> [ScoreRecord.Change] {
        guard let structure = network.structure else { return [] }
        let before = time(structure, resolution)
        return try entropy.whatIfs(structure, resolution: resolution).map { what in
            let after = before == nil ? nil : time(what.structure, resolution)
            return ScoreRecord.Change(
                block: what.block, change: what.summary, score: what.scoreGain, macs: what.macs, params: what.params,
                nanoseconds: before.flatMap { old in after.map { $0 - old } })
        }
    }

    /// The sum of the layers' measured times; nil where one was never measured.
    private func time(_ structure: Structure, _ resolution: Int) -> Double? {
        guard let predictor, let network = try? structure.network(), let program = try? Program.lower(network, resolution: resolution) else { return nil }
        return try? predictor.nanoseconds(program: program)
    }
}
