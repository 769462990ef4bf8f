import CPlatform
import Machine
import TensorCore

/// What a machine is like for measuring: everything that was read of it, as a value.
///
/// The findings are a pure function of these facts.
public struct Checkup: Sendable {
    public var topology: Topology
    /// CPU of each thread that would measure, and each one's mask as the kernel told it; nil where no team could be pinned.
    public var plan: PinningPlan?
    public var boundCPUs: [[Int]]?
    /// Why no team could be pinned.
    public var pinningFailure: String?
    /// What the machine did while that team computed; nil without a team.
    public var noise: NoiseRecord?
    public var model: CPUModel
    public var frequencies: [CPUFrequency]
    public var limits: CgroupLimits
    public var memory: MachineMemory
    public var system: OperatingSystem
    public var settings: NoiseSettings
    public var loadAverage: Double?
    public var hwlocVersion: String
    /// Instruction sets that there are kernels for, and those of them that run here.
    public var compiled: [InstructionSet]
    public var available: [InstructionSet]
    /// "release" or "debug".
    public var optimization: String

    /// A machine of which the given is known; what is optional is unknown until it is set.
    public init(topology: Topology, model: CPUModel, limits: CgroupLimits, memory: MachineMemory, system: OperatingSystem) {
        self.topology = topology
        self.model = model
        frequencies = []
        self.limits = limits
        self.memory = memory
        self.system = system
        settings = NoiseSettings()
        hwlocVersion = NoiseSettings.hwlocVersion
        compiled = InstructionSet.allCases
        available = InstructionSet.available
        optimization = EnvironmentRecord.optimizationLevel
    }

    /// Reads this machine, and lets a pinned team compute for about a second to see what disturbs it.
    ///
    /// - Parameters:
    ///   - topology: the machine, as it was detected.
    ///   - limits: what its control group grants.
    ///   - plan: makes the pinning plan, and may fail; the failure becomes a finding.
    ///   - seconds: how long the team computes; 0 watches nothing.
    public static func capture(topology: Topology, limits: CgroupLimits, seconds: Double = 1, plan: () throws -> PinningPlan) -> Checkup {
        var checkup = Checkup(topology: topology, model: .detect(), limits: limits, memory: .detect(), system: .detect())
        checkup.settings = .detect()
        checkup.loadAverage = MachineState.loadAverage()
        do {
            let plan = try plan()
            checkup.plan = plan
            checkup.frequencies = plan.cpus.map { CPUFrequency.detect(cpu: $0) }
            let team = try ThreadTeam(plan: plan)
            checkup.boundCPUs = team.boundCPUs
            if seconds > 0 {
                let watch = CoreWatch(team)
                checkup.noise = TeamObserver(team).observe {
                    let blocks = 10
                    _ = MultiplyAddPeak.measure(team, blocks: blocks, blockNanoseconds: UInt64(seconds / Double(blocks) * 0.5e9))
                    lookAround(team, watch, seconds: seconds / 2)
                    // Each block is one job; finding their length takes a few more, none of them long.
                    return blocks + 1
                }
                checkup.noise?.sharedCoreShare = NoiseLimits.sharedShare(watch.shares())
            }
        } catch {
            checkup.pinningFailure = (error as? MachineError)?.message ?? "\(error)"
        }
        return checkup
    }

    /// Looks at the cores once a millisecond.
    private static func lookAround(_ team: ThreadTeam, _ watch: CoreWatch, seconds: Double) {
        let looks = max(1, Int(seconds * 1000))
        watch.begin(looks: looks)
        team.run { member in
            let begin = zd_now_ns()
            for place in 0..<looks {
                while zd_now_ns() < begin + UInt64(place) * 1_000_000 {}
                watch.look(place, member: member)
            }
        }
    }

    /// Everything that was looked at, always in one order: processor and pinning, settings, memory and load, what disturbed the team.
    public var findings: [Finding] { processorFindings + settingFindings + systemFindings + noiseFindings }

    /// What a measurement here and now would be judged, as far as can be told.
    public var verdict: Verdict { findings.map(\.verdict).max() ?? .valid }
}
