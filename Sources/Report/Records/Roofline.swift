/// The bounds that a machine's multiply-adds and memory set to a layer's time.
///
/// Source: Williams, Waterman and Patterson, "Roofline", CACM 52(4), 2009.
public struct Roofline: Hashable, Sendable {
    /// Measured multiply-add peak of the threads; a multiply-add counts two.
    public var gigaflopPerSecond: Double
    /// Measured rate of reading memory that no cache holds, of the same threads.
    public var gigabytePerSecond: Double

    public init(gigaflopPerSecond: Double, gigabytePerSecond: Double) {
        self.gigaflopPerSecond = gigaflopPerSecond
        self.gigabytePerSecond = gigabytePerSecond
    }

    /// The least time for some multiply-adds over some bytes from memory, in nanoseconds, and whether the memory sets it.
    public func bound(multiplyAdds: Double, bytes: Int) -> (nanoseconds: Double, isMemory: Bool) {
        let computing = 2 * multiplyAdds / gigaflopPerSecond
        let moving = Double(bytes) / gigabytePerSecond
        return (max(computing, moving), moving > computing)
    }
}
