import ArgumentParser
import Latency
import Machine
import Report
import TensorCore

struct TopologyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topology",
        abstract: "Shows what this machine is made of and what it can do at most.",
        discussion: """
            The hardware as hwloc sees it, what this process may use of it, where threads would be pinned, and the measured peaks: fp32 \
            multiply-adds per core and for all cores, and memory bandwidth.

            EXAMPLES
              zendet topology
              zendet topology --threads 4 --cpus 0-7
              zendet topology -o json
            """)

    @OptionGroup var threads: ThreadOption
    @OptionGroup var machine: MachineOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let output = try Output(output)
        let topology = try Topology.detect()
        let limits = CgroupLimits.detect()
        let plan = try Session.plan(machine, threads: threads.threads, topology: topology)
        let team = try ThreadTeam(plan: plan)
        let isas = machine.isa == nil ? InstructionSet.available : [try machine.instructionSet()]
        var peaks: [MachinePeaks] = []
        for (index, isa) in isas.enumerated() {
            output.progress.update("measuring peaks", done: Double(index), total: Double(isas.count), detail: isa.rawValue)
            peaks.append(try MachinePeaks.measure(plan: plan, topology: topology, isa: isa))
        }
        let record = TopologyRecord(topology, limits: limits, team: team, peaks: peaks)
        let table = Table.peaks(peaks)
        try output.emit(record.sections(), table: table, records: [record])
    }
}
