import Architecture
import Inference
import Machine
import TensorCore
import Glibc

let args = CommandLine.arguments
let name = args.count > 1 ? args[1] : "resnet50"
let side = args.count > 2 ? Int(args[2])! : 480
let threads = args.count > 3 ? Int(args[3])! : 1
let isa = args.count > 4 ? InstructionSet(rawValue: args[4])! : .best
let runs = args.count > 5 ? Int(args[5])! : 15
let team = try ThreadTeam(plan: PinningPlan.make(Topology.detect(), threads: threads, cpus: nil))
let exe = try Executable(Zoo.network(named: name)!, resolution: side, isa: isa, team: team)
nonisolated(unsafe) var peak = 0.0
@MainActor func measurePeak() {
    let (team, isa, threads) = (team, isa, threads)
    team.run { m in
        for _ in 0..<3 { team.barrier(m); _ = PeakKernel.multiplyAdd(isa, iterations: 1_000_000) }
    }
    for _ in 0..<5 {
        var t = timespec(); clock_gettime(CLOCK_MONOTONIC_RAW, &t)
        let a = Double(t.tv_sec) + Double(t.tv_nsec) * 1e-9
        team.run { m in _ = PeakKernel.multiplyAdd(isa, iterations: 2_000_000) }
        clock_gettime(CLOCK_MONOTONIC_RAW, &t)
        let b = Double(t.tv_sec) + Double(t.tv_nsec) * 1e-9
        peak = max(peak, Double(threads) * 2_000_000 * 12 * Double(isa.lanes) * 2 / (b - a) / 1e9)
    }
}
measurePeak()
_ = exe.sample(runs: 3)
let s = exe.sample(runs: runs).sorted()
measurePeak()
let ms = Double(s[runs / 2]) / 1e6
let g = Double(exe.program.macs) * 2 / 1e9 / ms * 1e3
print("\(name)@\(side) t\(threads) \(isa): \(ms) ms, min \(Double(s[0])/1e6), \(g) GFLOP/s, peak \(peak), \(100 * g / peak) % , \(exe.bytes >> 20) MiB")
if args.contains("--steps") {
    let t = exe.sampleSteps(runs: runs)
    for (i, st) in exe.program.steps.enumerated() {
        let n = Double(t[i].sorted()[runs / 2]) / 1e3
        print(String(Int(n)), "us", "\(Int(Double(st.macs) * 2 / n / 1e3)) GF", "\(Int(Double(st.bytes) / n / 1e3)) GB/s", st.summary)
    }
}
