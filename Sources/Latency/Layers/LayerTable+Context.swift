import Inference
import Machine
import TensorCore

extension LayerTable.Context {
    /// The conditions of this build of the engine on a machine.
    ///
    /// - Parameters:
    ///   - machine: fingerprint of the machine.
    ///   - algorithm: how convolutions are computed; layers measured one way are not used for the other.
    ///   - isa: the instruction set that runs.
    ///   - plan: which CPUs the threads are on, and how many there are.
    public init(machine: MachineFingerprint, algorithm: ConvolutionAlgorithm, isa: InstructionSet, plan: PinningPlan) {
        self.init(
            machine: machine.identifier, engine: "\(EngineVersion.current) \(algorithm.rawValue)", isa: isa.rawValue, threads: plan.cpus.count,
            cpus: CPUList.text(plan.cpus))
    }
}
