import Inference
import Machine
import TensorCore

extension LayerTable.Context {
    /// The conditions of this build of the engine on a machine.
    ///
    /// - Parameter convolution: how convolutions are computed; layers measured one way are not used for the other.
    public init(machine: MachineFingerprint, convolution: ConvolutionAlgorithm, isa: InstructionSet, plan: PinningPlan) {
        self.init(
            machine: machine.identifier, engine: "\(EngineVersion.current) \(convolution.rawValue)", isa: isa.rawValue, threads: plan.cpus.count,
            cpus: CPUList.text(plan.cpus))
    }
}
