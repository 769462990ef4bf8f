import Inference
import Machine
import TensorCore

extension NetworkSteps {
    /// Below this share of whole runs with cores of their own, quiet moments are too short for whole runs.
    private static let fewestOwnRuns = 0.8

    /// The sum of the steps over the whole runs, or over the sums of half of their samples: far from 1 where something else ran during one of the two.
    package var stepsOverTotal: Double { nanoseconds.reduce(0, +) / max(Quantile.median(totals), 1) }

    /// What was sampled of a network so far, with its cores as far apart as they are.
    struct Samples: Sendable {
        private let parts: [StepPart]
        private let needed: Int
        /// Whole runs with cores of their own, and all of them.
        private var totals: [UInt64] = []
        private var wholeRuns = 0
        /// Of each part and member, in cycles of the member's core where they can be counted, else in nanoseconds.
        private var members: [[MemberSamples]]
        private var barriers: [Double] = []
        private var clocks = Mean()
        /// Of the members' samples of all parts, 1 for an undisturbed one.
        private var ownParts = Mean()

        init(parts: [StepPart], members: Int, needed: Int) {
            self.parts = parts
            self.needed = needed
            self.members = Array(repeating: Array(repeating: MemberSamples(), count: members), count: parts.count)
        }

        /// Passes that were kept.
        var passes: Int { barriers.count }

        /// The cores' mean clock; nil where their cycles cannot be counted.
        var gigahertz: Double? { clocks.value }

        /// Of the members' samples of all parts those that are undisturbed.
        var ownShare: Double { ownParts.value ?? 0 }

        /// The mean of those seen.
        var barrierNanoseconds: Double { barriers.isEmpty ? 0 : barriers.reduce(0, +) / Double(barriers.count) }

        /// Whether whole runs are undisturbed often enough to trust that one is undisturbed between two looks, too.
        var hasWholeRuns: Bool { totals.count >= needed && wantsWholeRuns }

        /// Whether they were so far.
        var wantsWholeRuns: Bool { Double(totals.count) >= fewestOwnRuns * Double(wholeRuns) }

        var areEnough: Bool {
            let shares = ownShares
            return members.allSatisfy { zip($0, shares).allSatisfy { $0.isEnough(needed: needed, ownShare: $1) } }
        }

        /// Of each member's samples of all parts those that are undisturbed.
        private var ownShares: [Double] {
            (members.first ?? []).indices.map { member in
                let (own, all) = members.reduce((0, 0)) { ($0.0 + $1[member].own.count, $0.1 + $1[member].all.count) }
                return all > 0 ? Double(own) / Double(all) : 0
            }
        }

        mutating func take(_ executable: Executable, _ watch: CoreWatch, _ looks: TimedLooks, runs: Int, whole: Bool) {
            if whole {
                let whole = executable.sample(runs: runs, watch: watch)
                add(runs: whole.nanoseconds, whole.coreShares)
            }
            add(executable.sampleParts(runs: runs, looks: looks))
        }

        mutating func sawBarrier(_ nanoseconds: Double) { barriers.append(nanoseconds) }

        mutating func add(_ pass: Samples) {
            totals += pass.totals
            wholeRuns += pass.wholeRuns
            barriers += pass.barriers
            clocks.add(pass.clocks)
            ownParts.add(pass.ownParts)
            for part in members.indices {
                for member in members[part].indices { members[part][member].add(pass.members[part][member]) }
            }
        }

        mutating func add(runs nanoseconds: [UInt64], _ coreShares: [Double?]) {
            wholeRuns += nanoseconds.count
            totals += NetworkSteps.own(nanoseconds, coreShares)
        }

        mutating func add(_ times: MemberTimes) {
            for part in members.indices {
                for member in members[part].indices {
                    let (nanoseconds, shares) = (times.nanoseconds[part][member], times.coreShares[part][member])
                    let clocks = times.gigahertz[part][member]
                    members[part][member].add(zip(nanoseconds, clocks).map { UInt64((Double($0) * ($1 ?? 1)).rounded()) }, shares)
                    let known = clocks.compactMap(\.self)
                    self.clocks.add(sum: known.reduce(0, +), of: known.count)
                    ownParts.add(sum: Double(NetworkSteps.own(nanoseconds, shares).count), of: nanoseconds.count)
                }
            }
        }

        func summary(_ methods: [ConvolutionMethod?]) -> NetworkSteps {
            let known = steps(count: methods.count) { $0.time(needed: needed, ownShare: $1) }
            var whole = totals
            if !hasWholeRuns {
                whole = (0..<2).map { half in
                    UInt64(steps(count: methods.count) { $0.half(half).time(needed: max(needed / 2, 1), ownShare: $1) }.reduce(0, +))
                }
            }
            var summary = NetworkSteps(methods: methods, nanoseconds: known, totals: whole, barrierNanoseconds: barrierNanoseconds, gigahertz: gigahertz)
            summary.isDisturbed = !areEnough || abs(summary.stepsOverTotal - 1) >= 0.04 || summary.selfDifference >= 0.03
            return summary
        }

        /// Each step's nanoseconds, by each member's time of each part in the unit of its samples; 0 where one has none.
        private func steps(count: Int, _ time: (MemberSamples, _ ownShare: Double) -> Double?) -> [Double] {
            let (shares, clock) = (ownShares, gigahertz ?? 1)
            var steps = [Double](repeating: 0, count: count)
            var isUnknown = [Bool](repeating: false, count: count)
            for (part, members) in zip(parts, members) {
                let times = zip(members, shares).map { member, share in time(member, share).map { $0 / clock } }
                if times.isEmpty || times.contains(nil) { isUnknown[part.step] = true }
                steps[part.step] += (times.compactMap(\.self).max() ?? 0) + (part.endsAtBarrier ? barrierNanoseconds : 0)
            }
            return zip(steps, isUnknown).map { $1 ? 0 : $0 }
        }
    }

    /// A mean that numbers are added to.
    private struct Mean: Sendable {
        private var sum = 0.0
        private var count = 0

        /// Nil of nothing.
        var value: Double? { count > 0 ? sum / Double(count) : nil }

        mutating func add(sum: Double, of count: Int) {
            self.sum += sum
            self.count += count
        }

        mutating func add(_ other: Mean) { add(sum: other.sum, of: other.count) }
    }

    /// The samples with cores of their own; all of them where no look could tell.
    static func own(_ samples: [UInt64], _ coreShares: [Double?]) -> [UInt64] {
        guard coreShares.contains(where: { $0 != nil }) else { return samples }
        return zip(samples, coreShares).filter { $1 ?? 0 >= NoiseLimits.ownCoreShare }.map(\.0)
    }
}
