#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif
import Inference
import Machine
import TensorCore

extension NetworkSteps {
    /// The sum of the steps over the whole runs: far from 1 where something else ran during one of the two.
    package var stepsOverTotal: Double { nanoseconds.reduce(0, +) / max(totalNanoseconds, 1) }

    /// Runs a program with a choice and times its steps, again while the machine is disturbed.
    ///
    /// Of the tries the first undisturbed one counts: steps and whole runs within 4 percent of each other, two halves of the runs within 3, and the
    /// cores before and after within 4 percent of their best speed and equally far apart. Between tries the machine is given a fifth of a second. Otherwise the fastest, marked as
    /// disturbed: disturbances only add time.
    /// - Throws: `LatencyError` `.cannotMeasure`.
    package static func measure(
        _ program: Program, choice: ConvolutionChoice, isa: InstructionSet, team: ThreadTeam, coreSpeed: CoreSpeed, seed: UInt64 = 0, stepRuns: Int = 5,
        runs: Int = 6, tries: Int = 6
    ) throws(LatencyError) -> NetworkSteps {
        let executable: Executable
        do throws(InferenceError) {
            executable = try Executable(program, isa: isa, team: team, seed: seed, convolution: choice, cache: nil)
        } catch {
            throw LatencyError(.cannotMeasure, "network '\(program.name)' at \(program.resolution) px cannot be measured: \(error.message)")
        }
        _ = executable.sample(runs: 2)
        let methods = methods(program, choice)
        var fastest: NetworkSteps?
        var (speed, distance) = (coreSpeed.speed(), BarrierTime.measure(team))
        for attempt in 0..<max(tries, 1) {
            if attempt > 0 {
                usleep(200_000)
                (speed, distance) = (coreSpeed.speed(), BarrierTime.measure(team))
            }
            let totals = executable.sample(runs: runs)
            let steps = executable.sampleSteps(runs: stepRuns).map { Quantile.median($0) }
            let (distanceAfter, after) = (BarrierTime.measure(team), coreSpeed.speed())
            let measured = NetworkSteps(
                methods: methods, nanoseconds: steps, totals: totals, barrierNanoseconds: (distance + distanceAfter) / 2)
            if min(speed, after) > 0.96, areAlike(distance, distanceAfter), abs(measured.stepsOverTotal - 1) < 0.04, measured.selfDifference < 0.03 { return measured }
            if fastest == nil || measured.totalNanoseconds < fastest!.totalNanoseconds { fastest = measured }
        }
        fastest!.isDisturbed = true
        return fastest!
    }
}
