import Inference

/// Something whose run time can be sampled: an executable network, a single layer, or a made-up clock in a test.
public protocol Sampled {
    /// Runs it `runs` times back to back and returns the time of each run in nanoseconds.
    func sample(runs: Int) -> [UInt64]
}

extension Executable: Sampled {}
