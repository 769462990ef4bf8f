import Architecture
import Engines
import Foundation
import Inference
import Latency
import Machine
import TensorCore

/// A network of four outputs that takes next to no time.
let smallNetwork: Network = {
    let structure = Structure(
        name: "small",
        blocks: [
            Block(.convKXBNRELU, in: 3, out: 8, stride: 2, kernelSize: 3), Block(.superResK1KXK1, in: 8, out: 16, stride: 2, kernelSize: 3, depth: 1, bottleneck: 8),
            Block(.superResK1KXK1, in: 16, out: 24, stride: 2, kernelSize: 3, depth: 1, bottleneck: 8),
            Block(.superResK1KXK1, in: 24, out: 32, stride: 2, kernelSize: 3, depth: 1, bottleneck: 8),
            Block(.superResK1KXK1, in: 32, out: 40, stride: 2, kernelSize: 3, depth: 1, bottleneck: 8),
        ])
    guard let network = try? structure.network() else { fatalError("the structure is well-formed") }
    return network
}()

/// What an engine is started with.
struct Bench {
    let team: ThreadTeam
    let executable: Executable
    let files: NetworkFiles

    init(batch: Int = 1, seed: UInt64 = 7) throws {
        let cpu = try Topology.detect().allowedCPUs[0]
        team = try ThreadTeam(plan: PinningPlan(explicit: [cpu]))
        executable = try Executable(smallNetwork, resolution: 64, batch: batch, team: team, seed: seed)
        files = try NetworkFiles(executable, of: smallNetwork)
    }

    func start(_ engine: Engine, python: String = "python3") throws(EngineError) -> EngineProcess {
        try EngineProcess(engine, running: executable, files: files, imageResolution: 64, python: python)
    }

    /// An engine that is a piece of shell text; `$1` is its outputs' archive where it is given one.
    func shell(_ script: String, _ more: String = "") throws(EngineError) -> EngineProcess {
        try start(try Engine.parse("made-up=/bin/sh -c '\(script.replacing("{", with: "{{").replacing("}", with: "}}"))' sh \(more)")[0])
    }

    var outputs: [[Float]] { executable.program.outputs.indices.map(executable.output) }
}

/// Ready, and then one answer for every `run`.
func answering(_ answer: String) -> String { #"echo "{\"ready\": true}"; while read line; do echo "\#(answer.replacing("\"", with: "\\\""))"; done"# }

/// A made-up engine that keeps the protocol, in plain sh: `run N` takes two milliseconds each.
let honest = #"""
    echo "{\"ready\": true, \"version\": \"1.5\"}"
    while read word argument; do
      case $word in
        quit) exit 0 ;;
        out) cp "$1" "$argument"; echo "{}" ;;
        warm) echo "{}" ;;
        run) i=0; list=""; while [ $i -lt $argument ]; do sleep 0.002; list="$list${list:+, }0.002"; i=$((i + 1)); done; echo "{\"t\": [$list]}" ;;
      esac
    done
    """#
