/// Room for values that the members of a team write while a job runs, each in places of its own, and that are read behind it.
package final class MemberValues<Value: BitwiseCopyable>: @unchecked Sendable {
    private let base: UnsafeMutablePointer<Value>
    private let count: Int

    package init(count: Int, repeating value: Value) {
        self.count = count
        base = .allocate(capacity: max(count, 1))
        base.initialize(repeating: value, count: count)
    }

    deinit { base.deallocate() }

    package subscript(index: Int) -> Value {
        get { base[index] }
        set { base[index] = newValue }
    }

    /// From a place on.
    package func pointer(_ place: Int) -> UnsafeMutablePointer<Value> { base + place }

    package var array: [Value] { Array(UnsafeBufferPointer(start: base, count: count)) }
}
