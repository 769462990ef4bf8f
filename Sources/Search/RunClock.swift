/// The time of a run, and when its next progress report is due: five times a second at most.
struct RunClock {
    private let clock = ContinuousClock()
    private let begin: ContinuousClock.Instant
    private var next: ContinuousClock.Instant

    init() {
        begin = clock.now
        next = begin + .milliseconds(200)
    }

    var elapsed: Duration { clock.now - begin }
    var seconds: Double { elapsed / .seconds(1) }
    var isDue: Bool { clock.now >= next }

    mutating func tick() { next = clock.now + .milliseconds(200) }
}
