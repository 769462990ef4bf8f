// Direct convolution against every Winograd variant, layer by layer: convolution-benchmark [threads] [isa] [filter] [repetitions]
//
// The variants of a layer take turns, so that a slow moment of the machine hits all of them; the median is printed. GFLOP/s count the operations of
// direct convolution, so Winograd may exceed the peak; "%" is of the multiply-add peak measured in the same run on the same threads.

import Glibc
import Machine
import TensorCore

struct Layer {
    var kernel: Int
    var channels: Int
    var side: Int
    var name: String { "\(kernel)x\(kernel) \(channels)@\(side)" }
}

let layers: [Layer] = [
    (3, [(64, 120), (128, 60), (256, 30), (512, 15), (120, 60), (32, 120), (16, 120), (64, 160), (128, 80), (256, 40), (512, 20)]),
    (5, [(32, 120), (72, 60), (112, 30), (80, 30), (184, 15), (32, 160), (72, 80), (112, 40), (184, 20), (16, 120)]),
].flatMap { kernel, sizes in sizes.map { Layer(kernel: kernel, channels: $0.0, side: $0.1) } }

let arguments = CommandLine.arguments
let threads = arguments.count > 1 ? Int(arguments[1]) ?? 1 : 1
let isa = arguments.count > 2 ? InstructionSet(rawValue: arguments[2]) ?? .best : .best
let filter = arguments.count > 3 ? arguments[3] : ""
let repetitions = arguments.count > 4 ? Int(arguments[4]) ?? 15 : 15

func now() -> Double {
    var t = timespec()
    clock_gettime(CLOCK_MONOTONIC_RAW, &t)
    return Double(t.tv_sec) + Double(t.tv_nsec) * 1e-9
}

func pad(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(width - text.count, 0)) + text }

/// A fixed number of decimals without Foundation.
func text(_ value: Double, _ decimals: Int = 0) -> String {
    let scale = decimals == 0 ? 1.0 : (decimals == 1 ? 10 : 100)
    let rounded = Int((value * scale).rounded())
    guard decimals > 0 else { return "\(rounded)" }
    let fraction = "\(rounded % Int(scale))"
    return "\(rounded / Int(scale))." + String(repeating: "0", count: decimals - fraction.count) + fraction
}

let topology = try Topology.detect()
let team = try ThreadTeam(plan: PinningPlan.make(topology, threads: threads, cpus: nil))
let level2 = topology.caches.first { $0.level == 2 }.map { Int($0.bytes) } ?? CacheSizes.typical.level2
let cache = CacheSizes(level1: CacheSizes.typical.level1, level2: level2)

let team2 = team
func peak() -> Double {
    var best = 0.0
    for _ in 0..<7 {
        let start = now()
        team2.run { [isa] _ in _ = PeakKernel.multiplyAdd(isa, iterations: 1_000_000) }
        best = max(best, Double(threads) * 1e6 * 12 * Double(isa.lanes) * 2 / (now() - start) / 1e9)
    }
    return best
}

/// More than a third-level cache: what a network's other layers do to a layer's weights between two of its runs.
let others = FloatBuffer(count: 24 << 20)

/// Seconds of one run with cold weights and a warm input.
func seconds(_ op: any Operator, input: FloatBuffer) -> Double {
    if !arguments.contains("--warm") {
        team.run { [threads, isa] member in
            let part = Share(member: member, of: threads).range(of: others.count / 64)
            _ = PeakKernel.read(isa, others.base + part.lowerBound * 64, count: part.count * 64)
            let pixels = Share(member: member, of: threads).range(of: input.count / 64)
            _ = PeakKernel.read(isa, input.base + pixels.lowerBound * 64, count: pixels.count * 64)
        }
    }
    let start = now()
    team.run { [threads] member in op.run(Share(member: member, of: threads)) }
    return now() - start
}

let kernels = KernelSet.of(isa)
let scratch = MemberScratch(members: threads)
let fma = peak()
print("\(isa.rawValue), \(threads) threads, peak \(text(fma)) GFLOP/s, L2 \(cache.level2 >> 10) KiB, median of \(repetitions)")
print(pad("layer", 14), pad("variant", 12), pad("us", 8), pad("GFLOP/s", 8), pad("%", 5), pad("ratio", 6), "blocking (tiles, panels)")
for layer in layers where filter.isEmpty || layer.name.contains(filter) {
    let shape = ConvolutionShape(inChannels: layer.channels, outChannels: layer.channels, kernelSize: layer.kernel, padding: layer.kernel / 2)
    let layout = TensorLayout(batch: 1, channels: layer.channels, height: layer.side, width: layer.side, halo: layer.kernel / 2)
    let (a, b) = (FloatBuffer(count: layout.elementCount), FloatBuffer(count: layout.elementCount))
    for i in 0..<a.count { a.base[i] = Float(i % 17) * 0.1 - 0.8 }
    let (input, output) = (TensorView(layout, a.base), TensorView(layout, b.base))
    input.clearHalo(.whole)
    let weights = (0..<shape.weightCount).map { Float($0 % 13) * 0.01 - 0.06 }
    let bias = [Float](repeating: 0.1, count: layer.channels)
    var contestants: [(String, any Operator, String)] = [
        ("direct", ConvolutionOperator(
            shape, weights: PackedWeights(shape, weights: weights, bias: bias, tiles: kernels.tiles), input: input, output: output, rectified: true,
            kernels: kernels, cache: cache), "")
    ]
    for variant in WinogradVariant.variants(for: shape, input: layout) {
        let transformed = WinogradWeights(shape, variant: variant, weights: weights, bias: bias, tiles: kernels.tiles)
        var blockings: [WinogradBlocking?] = [nil]
        if arguments.contains("--sweep") {
            for tiles in [14, 28, 56, 84, 112, 224] { for panels in [1, 2, 4, 8] { blockings.append(WinogradBlocking(tiles: tiles, panels: panels)) } }
        }
        var seen: Set<WinogradBlocking> = []
        for blocking in blockings {
            let op = WinogradOperator(
                shape, weights: transformed, input: input, output: output, rectified: true, kernels: kernels, cache: cache, scratch: scratch,
                blocking: blocking)
            if !seen.insert(op.blocking).inserted { continue }
            contestants.append((variant.rawValue, op, "\(op.blocking.tiles), \(op.blocking.panels)"))
        }
    }
    if let i = arguments.firstIndex(of: "--only") { contestants.removeAll { $0.0 != arguments[i + 1] } }
    var samples = [[Double]](repeating: [], count: contestants.count)
    for repetition in 0..<(repetitions + 2) {
        for (i, contestant) in contestants.enumerated() {
            let time = seconds(contestant.1, input: a)
            if repetition >= 2 { samples[i].append(time) }
        }
    }
    let medians = samples.map { $0.sorted()[repetitions / 2] }
    let flop = 2 * Double(shape.weightCount * layer.side * layer.side)
    for (i, contestant) in contestants.enumerated() {
        let rate = flop / medians[i] / 1e9
        print(
            pad(layer.name, 14), pad(contestant.0, 12), pad(text(medians[i] * 1e6), 8), pad(text(rate), 8), pad(text(100 * rate / fma), 5),
            pad(text(medians[0] / medians[i], 2), 6), contestant.2)
    }
}
