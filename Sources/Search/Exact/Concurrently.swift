import Dispatch

/// Runs `body` for 0 ..< count on at most `threads` threads; `worker` says which of them, from 0.
///
/// Every index is computed alone and in the same way whichever thread gets it, so results do not depend on the number of threads. Indices
/// are dealt out in turn: neighbours cost alike.
func concurrently(_ count: Int, threads: Int, _ body: @Sendable (_ index: Int, _ worker: Int) -> Void) {
    let workers = max(1, min(threads, count))
    guard workers > 1 else {
        for index in 0..<count { body(index, 0) }
        return
    }
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
        for index in stride(from: worker, to: count, by: workers) { body(index, worker) }
    }
}

/// Memory that the workers of ``concurrently(_:threads:_:)`` write at places of their own.
struct SharedBuffer<Element>: @unchecked Sendable {
    let base: UnsafeMutablePointer<Element>

    init(_ buffer: UnsafeMutableBufferPointer<Element>) { base = buffer.baseAddress! }

    subscript(index: Int) -> Element {
        @inline(__always) get { base[index] }
        @inline(__always) nonmutating set { base[index] = newValue }
    }
}
