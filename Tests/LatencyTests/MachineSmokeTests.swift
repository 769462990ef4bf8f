import Architecture
import Foundation
import Inference
import Latency
import Machine
import TensorCore
import Testing

/// The real engine on this machine, briefly. Nothing here depends on how fast it is.
@Suite(.serialized) struct MachineSmokeTests {
    let topology: Topology
    let team: ThreadTeam

    init() throws {
        topology = try Topology.detect()
        team = try ThreadTeam(plan: try PinningPlan.make(topology, threads: 1))
    }

    @Test func aTinyNetworkIsMeasured() throws {
        let structure = Structure(
            name: "tiny",
            blocks: [
                Block(.convKXBNRELU, in: 3, out: 16, stride: 2, kernelSize: 3),
                Block(.superResK1KXK1, in: 16, out: 32, stride: 2, kernelSize: 3, depth: 1, bottleneck: 16),
            ])
        let network = try structure.network()
        let executable = try Executable(network, resolution: 32, team: team)
        var plan = MeasurementPlan()
        plan.minNanoseconds = 2_000_000
        plan.maxNanoseconds = 20_000_000
        let result = measure(executable, plan: plan, observer: TeamObserver(team))
        #expect(result.samplesNanoseconds.count >= plan.minSamples)
        #expect(result.medianNanoseconds > 0)
        #expect(result.noise.elapsedNanoseconds > 0 && result.noise.members == 1)
        // What cannot be read here is listed; what can is not.
        #expect(result.noise.involuntarySwitches != nil || result.judgement.unknowns.contains("involuntary context switches"))

        let table = try LayerTable(inMemory: ())
        let timer = LayerTimer(team: team, table: table, machine: try MachineFingerprint.detect())
        let predictor = LayerPredictor(source: timer)
        let predicted = try predictor.nanoseconds(program: executable.program)
        #expect(predicted > 0 && predicted.isFinite)
        let measured = timer.statistics.measured
        #expect(measured > 0 && measured == predictor.statistics.measuredLayers && timer.statistics.reused == 0)
        #expect(try table.rows(timer.context).count == measured)
        #expect(timer.statistics.storageWarning == nil)

        // A second run takes from the table what was not INVALID; on a busy machine some is, and is measured again.
        let invalid = try table.rows(timer.context).count { $0.verdict == .invalid }
        #expect(invalid == timer.statistics.invalid)
        let again = LayerTimer(team: team, table: table, machine: try MachineFingerprint.detect())
        let second = try LayerPredictor(source: again).nanoseconds(program: executable.program)
        #expect(again.statistics.measured == invalid && again.statistics.reused == measured - invalid)
        if invalid == 0 { #expect(second == predicted) }
    }

    @Test func peaksAreMeasured() throws {
        for isa in InstructionSet.available {
            let peak = MultiplyAddPeak.measure(team, isa: isa, blocks: 3, blockNanoseconds: 1_000_000)
            #expect(peak.blocksFlopPerSecond.count == 3 && peak.best > 1e8 && peak.best >= peak.median)
        }
        let bandwidth = MemoryBandwidth.measure(team, bytes: 8 << 20, blocks: 2)
        #expect(bandwidth.read > 1e6 && bandwidth.copy > 1e6)
        let plan = try PinningPlan.make(topology)
        let bytes = MemoryBandwidth.bufferBytes(plan: plan, topology: topology, memory: .detect())
        #expect(bytes >= 1 << 20)
    }

    @Test func theEnvironmentIsRecordedWithoutAName() throws {
        let record = EnvironmentRecord.capture(team: team, isa: .best, topology: topology)
        #expect(record.toolVersion == ZenDetVersion.current)
        #expect(record.threads == 1 && record.cpus == team.plan.cpus && record.boundMasks == [CPUList.text(team.plan.cpus)])
        #expect(record.isa == InstructionSet.best.rawValue)
        #expect(!record.kernel.isEmpty && !record.microcode.isEmpty && !record.governor.isEmpty)
        let data = try JSONEncoder().encode(record)
        #expect(try JSONDecoder().decode(EnvironmentRecord.self, from: data) == record)
        let host = ProcessInfo.processInfo.hostName
        if host.count > 3, host != "localhost" { #expect(!String(decoding: data, as: UTF8.self).contains(host)) }
    }

    @Test func aDeltaOfUnknownsIsUnknown() throws {
        let missing = MachineSources(proc: "/nonexistent", system: "/nonexistent", cgroup: .detect(root: "/nonexistent", membership: "/nonexistent"))
        let record = TeamObserver(team, sources: missing).observe { 0 }
        #expect(record.stealShare == nil && record.foreignLoadShare == nil && record.throttledMicroseconds == nil && record.migrations == nil)
        #expect(record.unknowns.contains("steal time") && record.unknowns.contains("control-group throttling"))
    }
}
