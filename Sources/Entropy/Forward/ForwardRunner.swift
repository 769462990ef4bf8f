import Architecture
import Inference
import Machine
import TensorCore

/// Makes passes of networks on one thread or on a team: what the scores that run networks share.
///
/// Passes are divided over the members where there are enough of them, and else every layer is; the results are bitwise the same either way.
final class ForwardRunner {
    private let team: ThreadTeam?
    private var pool: GaussianPool?

    init(team: ThreadTeam?) { self.team = team }

    /// What one member finds while a team runs.
    private final class Results: @unchecked Sendable {
        var values: [[Double]?]
        var failures: [EntropyError?]

        init(_ count: Int) {
            values = [[Double]?](repeating: nil, count: count)
            failures = [EntropyError?](repeating: nil, count: count)
        }
    }

    /// Runs `body` for every pass and returns the results in the order of the passes.
    ///
    /// - Parameter body: what a pass is: given a runnable network, its sources of numbers (independent for each stream), this member's share of
    ///   each layer and a barrier.
    /// - Throws: `EntropyError`; of several failures that of the first pass.
    func passes(
        _ program: Program, _ options: ForwardOptions, _ normalization: Normalization,
        _ body: @Sendable (ForwardPass, @Sendable (_ stream: Int) -> ForwardWeights, Shared) throws(EntropyError) -> [Double]
    ) throws(EntropyError) -> [[Double]] {
        let kernels = KernelSet.of(options.isa)
        let count = options.passes
        let members = team?.count ?? 1
        let dividesPasses = count >= members
        do throws(InferenceError) {
            try MemoryNeed(program, .direct).check(program, copies: dividesPasses ? members : 1)
        } catch {
            throw EntropyError(.unavailable, error.message)
        }
        let sources = sources(program, options)
        let copies = (0..<(dividesPasses ? members : 1)).map { _ in
            ForwardPass(program, normalization: normalization, kernels: kernels, cache: .ofThisMachine)
        }
        let results = Results(count)
        // Members write different elements: the buffers make that safe.
        results.values.withUnsafeMutableBufferPointer { values in
            results.failures.withUnsafeMutableBufferPointer { failures in
                let slots = Slots(values: values, failures: failures)
                guard let team else {
                    for pass in 0..<count { slots.fill(pass) { () throws(EntropyError) in try body(copies[0], { sources(pass, $0) }, .alone) } }
                    return
                }
                team.run { member in
                    if dividesPasses {
                        for pass in stride(from: member, to: count, by: members) {
                            slots.fill(pass) { () throws(EntropyError) in try body(copies[member], { sources(pass, $0) }, .alone) }
                        }
                    } else {
                        for pass in 0..<count {
                            let shared = Shared(share: Share(member: member, of: members)) { team.barrier(member) }
                            let result = slots.attempt { () throws(EntropyError) in try body(copies[0], { sources(pass, $0) }, shared) }
                            if member == 0 { slots.keep(result, pass) }
                        }
                    }
                }
            }
        }
        if let failure = results.failures.lazy.compactMap(\.self).first { throw failure }
        return results.values.compactMap(\.self)
    }

    private struct Slots: @unchecked Sendable {
        let values: UnsafeMutableBufferPointer<[Double]?>
        let failures: UnsafeMutableBufferPointer<EntropyError?>

        func attempt(_ body: () throws(EntropyError) -> [Double]) -> Result<[Double], EntropyError> {
            do throws(EntropyError) { return .success(try body()) } catch { return .failure(error) }
        }

        func keep(_ result: Result<[Double], EntropyError>, _ pass: Int) {
            switch result {
            case .success(let found): values[pass] = found
            case .failure(let error): failures[pass] = error
            }
        }

        func fill(_ pass: Int, _ body: () throws(EntropyError) -> [Double]) { keep(attempt(body), pass) }
    }

    /// The numbers of each stream of each pass.
    private func sources(_ program: Program, _ options: ForwardOptions) -> @Sendable (_ pass: Int, _ stream: Int) -> ForwardWeights {
        let seed = options.seed
        switch options.source {
        case .stream: return { .stream(GaussianStream(seed: seed &+ UInt64($0) &+ UInt64($1) << 32)) }
        case .pool:
            let need = ForwardWeights.largestNeed(program)
            // Half as many again, so that passes of the largest layer do not all have the same weights.
            let count = max(GaussianPool.usualCount, need + need / 2)
            if pool.map({ $0.count < need || $0.seed != seed }) ?? true { pool = GaussianPool(count: count, seed: seed) }
            let pool = pool!
            return { .pool(GaussianPool.Cursor(pool, pass: UInt64($0) | UInt64($1) << 32)) }
        }
    }
}

/// A member's place in a team that shares every layer.
struct Shared: Sendable {
    let share: Share
    let barrier: @Sendable () -> Void

    static let alone = Shared(share: .whole) {}
}
