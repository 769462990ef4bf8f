/// What came of a ladder: cases that were executed, and what was wrong.
public struct Tally: Sendable {
    public private(set) var executed = 0
    public private(set) var failureCount = 0
    /// The first failures in words; a broken kernel would fail in every output value.
    public private(set) var failures: [String] = []
    private static let mostTexts = 20

    public init() {}

    mutating func count() { executed += 1 }

    mutating func expect(_ condition: Bool, _ failure: @autoclosure () -> String) {
        guard !condition else { return }
        failureCount += 1
        if failures.count < Self.mostTexts { failures.append(failure()) }
    }
}
