import Architecture

/// What one block at one position contributes to a structure's figures.
struct BlockTerms {
    var params: Int
    var macs: Int
    var referenceFLOPs: Double
    var layers: Int
    var peakActivationBytes: Int
    var outputBytes: Int
    /// The block's part of an additive score; 0 for any other score.
    var score: Double
    /// The price if `isPriced`, else an estimate of the generation `estimated`.
    var nanoseconds = 0.0
    var isPriced = false
    /// The surrogate's generation that made the estimate; 0 for none.
    var estimated: Int32 = 0
}

/// The terms of all blocks seen at one position, by key: open addressing in two flat arrays.
///
/// The inner loop of a search looks up one to four blocks for each candidate; a `Dictionary` with its keyed hash would take most of its time.
struct BlockTable {
    private var keys: [UInt64] = Array(repeating: 0, count: 256)
    private var places: [Int32] = Array(repeating: 0, count: 256)
    private var mask = 255
    private(set) var terms: [BlockTerms] = []
    private(set) var blocks: [Block] = []

    /// The place of a block in `terms`, or nil.
    @inline(__always)
    func place(of key: BlockKey) -> Int32? {
        var slot = Int(truncatingIfNeeded: mix64(key.bits)) & mask
        // A key is never 0: channels are at least 1.
        while keys[slot] != 0 {
            if keys[slot] == key.bits { return places[slot] }
            slot = (slot + 1) & mask
        }
        return nil
    }

    mutating func insert(_ block: Block, _ newTerms: BlockTerms) -> Int32 {
        let place = Int32(terms.count)
        terms.append(newTerms)
        blocks.append(block)
        if terms.count * 2 > keys.count { grow() } else { store(BlockKey(block).bits, place) }
        return place
    }

    mutating func setPrice(_ value: Double, at place: Int32) {
        terms[Int(place)].nanoseconds = value
        terms[Int(place)].isPriced = true
    }

    mutating func setEstimate(_ value: Double, generation: Int32, at place: Int32) {
        terms[Int(place)].nanoseconds = value
        terms[Int(place)].estimated = generation
    }

    private mutating func store(_ key: UInt64, _ place: Int32) {
        var slot = Int(truncatingIfNeeded: mix64(key)) & mask
        while keys[slot] != 0 { slot = (slot + 1) & mask }
        keys[slot] = key
        places[slot] = place
    }

    private mutating func grow() {
        let size = keys.count * 2
        keys = Array(repeating: 0, count: size)
        places = Array(repeating: 0, count: size)
        mask = size - 1
        for (place, block) in blocks.enumerated() { store(BlockKey(block).bits, Int32(place)) }
    }
}
