import Inference

/// Something whose run time can be sampled: an executable network, a single layer, or a made-up clock in a test.
public protocol Sampled {
    /// Runs it `runs` times back to back and returns the time of each run in nanoseconds.
    func sample(runs: Int) -> [UInt64]

    /// How many jobs a call of ``sample(runs:)`` hands to its threads. They sleep in between, and waking the caller at a job's end may put
    /// them off their core for a moment, which is not the machine's doing.
    func handovers(runs: Int) -> Int
}

extension Sampled {
    public func handovers(runs: Int) -> Int { 1 }
}

extension Executable: Sampled {}
