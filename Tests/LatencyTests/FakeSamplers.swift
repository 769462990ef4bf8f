import Latency

/// A reproducible stream of numbers (SplitMix64).
struct Noise {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Uniform in 0..<1.
    mutating func uniform() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

    /// About normal, mean 0, variance 1: the sum of twelve uniforms less 6.
    mutating func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + uniform() } }
}

/// A clock that every fake of a test may share: each run moves it on.
final class FakeClock {
    var now = 0.0
}

/// A made-up subject: the time of a run is a function of its number, the shared clock and a stream of noise.
final class FakeSampler: Sampled {
    private(set) var runs = 0
    private(set) var calls: [Int] = []
    private var noise: Noise
    let clock: FakeClock
    let time: (_ run: Int, _ now: Double, _ noise: inout Noise) -> Double

    init(seed: UInt64 = 1, clock: FakeClock = FakeClock(), time: @escaping (_ run: Int, _ now: Double, _ noise: inout Noise) -> Double) {
        noise = Noise(seed: seed)
        self.clock = clock
        self.time = time
    }

    func sample(runs count: Int) -> [UInt64] {
        calls.append(count)
        return (0..<count).map { _ in
            let nanoseconds = time(runs, clock.now, &noise)
            runs += 1
            clock.now += nanoseconds
            return UInt64(nanoseconds)
        }
    }
}

/// Reports a fixed record, whatever happens.
struct FixedObserver: NoiseObserver {
    var record: NoiseRecord

    func observe(_ work: () -> Int) -> NoiseRecord {
        _ = work()
        return record
    }
}

extension NoiseRecord {
    /// A second on two threads with everything readable and nothing wrong.
    static var quiet: NoiseRecord {
        var record = NoiseRecord(elapsedNanoseconds: 1_000_000_000, members: 2)
        record.involuntarySwitches = 0
        record.migrations = 0
        record.strayMembers = 0
        record.runQueueWaitShare = 0
        record.stealShare = 0
        record.foreignLoadShare = 0
        record.sharedCoreShare = 0
        record.throttledMicroseconds = 0
        record.minorFaults = 0
        record.majorFaults = 0
        record.thermalThrottles = 0
        record.frequencyBeforeHertz = 3e9
        record.frequencyAfterHertz = 3e9
        return record
    }
}
