import Architecture
import Foundation
import Inference
import Latency
import Machine
import TensorCore
import Testing

/// Rows of another machine, instruction set or number of threads are never taken for this one's, whatever lies in the table.
@Suite(.serialized) struct ForeignRowsTests {
    @Test func aChangedMachineOrEngineMeasuresAnew() throws {
        let topology = try Topology.detect()
        let team = try ThreadTeam(plan: try PinningPlan.make(topology, threads: 1))
        let here = try MachineFingerprint.detect()
        let table = try LayerTable(inMemory: ())
        let step = try Program.lower(try #require(ResNet.network(depth: 18)), resolution: 32, batch: 1).steps[0]
        func timer(_ isa: InstructionSet = .baseline, _ algorithm: ConvolutionAlgorithm = .direct) -> LayerTimer {
            LayerTimer(team: team, isa: isa, table: table, machine: here, algorithm: algorithm)
        }
        // The layer lies in the table, for a nanosecond, from everywhere but here.
        var elsewhere = [LayerTable.Context](repeating: timer().context, count: 5)
        elsewhere[0].machine = "0123456789abcdef"
        elsewhere[1].engine += "-older"
        elsewhere[2].isa = "avx1024"
        elsewhere[3].threads += 1
        elsewhere[4].cpus = "4000"
        let pretended = LayerTable.Row(
            layer: LayerKey.text(step), medianNanoseconds: 1, samplesNanoseconds: [1], verdict: .valid, measuredAt: "2020-01-01T00:00:00Z")
        for context in elsewhere { try table.store(pretended, context) }
        let first = timer()
        #expect(try first.nanoseconds(of: step) > 1)
        #expect(first.statistics.measured == 1 && first.statistics.reused == 0)
        // Another way to compute, and another instruction set, are other rows.
        let ruled = timer(.baseline, .rule)
        _ = try ruled.nanoseconds(of: step)
        #expect(ruled.statistics.reused == 0)
        if let isa = InstructionSet.available.first(where: { $0 != .baseline }) {
            let wider = timer(isa)
            _ = try wider.nanoseconds(of: step)
            #expect(wider.statistics.reused == 0)
        }
        for context in elsewhere { #expect(try table.row(LayerKey.text(step), context) == pretended) }
    }

    /// A disk without room: the table says so and what lies in it stays; the layers are measured all the same.
    @Test func aFullDiskLosesNothing() throws {
        let folder = try Folder()
        let disk = folder.file("disk")
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        guard run("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", disk]) else {
            print("skipped: a small disk needs the right to mount one")
            return
        }
        defer { _ = run("umount", ["-l", disk]) }
        let context = LayerTable.Context(machine: "0123", engine: "1", isa: "avx2", threads: 1, cpus: "0")
        let path = disk + "/layers.sqlite"
        let table = try LayerTable(path: path)
        try #require(table.warning == nil)
        func row(_ number: Int) -> LayerTable.Row {
            LayerTable.Row(
                layer: "layer \(number)", medianNanoseconds: 5, samplesNanoseconds: [UInt64](repeating: 5, count: 500), verdict: .valid,
                measuredAt: "2026-01-02T03:04:05Z")
        }
        var stored = 0
        var refusal: LatencyError?
        while refusal == nil, stored < 1000 {
            do throws(LatencyError) {
                try table.store(row(stored), context)
                stored += 1
            } catch { refusal = error }
        }
        let error = try #require(refusal)
        #expect(error.code == .storage && error.message.hasPrefix(path) && stored > 0, "\(error.message)")
        #expect(try table.rows(context).count == stored)
    }

    /// A disk that became read-only: the table is left as it is, and layers are measured without it.
    @Test func aReadOnlyDiskIsLeftAlone() throws {
        let folder = try Folder()
        let disk = folder.file("disk")
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        guard run("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", disk]) else {
            print("skipped: a read-only disk needs the right to mount one")
            return
        }
        defer { _ = run("umount", ["-l", disk]) }
        let context = LayerTable.Context(machine: "0123", engine: "1", isa: "avx2", threads: 1, cpus: "0")
        let row = LayerTable.Row(layer: "layer", medianNanoseconds: 5, samplesNanoseconds: [5], verdict: .valid, measuredAt: "2026-01-02T03:04:05Z")
        let path = disk + "/layers.sqlite"
        do { try LayerTable(path: path).store(row, context) }
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        try #require(run("mount", ["-o", "remount,ro", disk]))
        let table = try LayerTable(path: path)
        #expect(table.path == nil && table.warning?.hasPrefix(path) == true && table.warning?.contains("kept in memory") == true, "\(table.warning ?? "")")
        try table.store(row, context)
        #expect(try table.row("layer", context) == row)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    private func run(_ tool: String, _ arguments: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [tool] + arguments
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
