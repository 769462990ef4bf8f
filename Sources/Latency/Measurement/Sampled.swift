import Inference
import Machine

/// Something whose run time can be sampled: an executable network, a single layer, or a made-up clock in a test.
public protocol Sampled {
    /// Runs it `runs` times back to back and returns the time of each run in nanoseconds.
    func sample(runs: Int) -> [UInt64]

    /// The same; the team's members call ``TeamMarks/pass(_:member:)`` before every run and behind the last.
    func sample(runs: Int, marks: TeamMarks?) -> [UInt64]

    /// How many jobs a call of ``sample(runs:)`` hands to its threads. They sleep in between, and waking the caller at a job's end may put
    /// them off their core for a moment, which is not the machine's doing.
    func handovers(runs: Int) -> Int
}

extension Sampled {
    /// For what no team runs, or nobody looks into: nothing is read between runs.
    public func sample(runs: Int, marks: TeamMarks?) -> [UInt64] { sample(runs: runs) }

    public func handovers(runs: Int) -> Int { 1 }
}

extension Executable: Sampled {}
