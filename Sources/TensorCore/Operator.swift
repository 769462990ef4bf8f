/// A computation with its memory bound: ready to run again and again.
///
/// All members of a team call `run` with their own share; the caller puts a barrier after it. Operators allocate nothing while they run,
/// and every output value is computed by one member in an order that does not depend on the number of members.
public protocol Operator: AnyObject, Sendable {
    func run(_ share: Share)
}

/// Sizes of the caches that operators block for, in bytes, as one thread sees them.
public struct CacheSizes: Hashable, Sendable {
    public var level1: Int
    public var level2: Int

    public init(level1: Int, level2: Int) {
        self.level1 = level1
        self.level2 = level2
    }

    /// What most cores have at least; for machines that do not say.
    public static let typical = CacheSizes(level1: 32 << 10, level2: 512 << 10)
}
