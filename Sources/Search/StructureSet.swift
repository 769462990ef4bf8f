/// The hashes of all structures seen so far: open addressing in one array, eight bytes an entry at half load.
struct StructureSet {
    private var slots: [UInt64]
    private(set) var count = 0
    private var mask: Int

    init(capacity: Int = 1024) {
        var size = 1024
        while size < capacity * 2 { size *= 2 }
        slots = Array(repeating: 0, count: size)
        mask = size - 1
    }

    /// A set of given hashes.
    init(_ hashes: [UInt64]) {
        self.init(capacity: hashes.count)
        for hash in hashes { _ = insert(hash) }
    }

    /// All hashes, in no particular order; 1 stands for 0 too.
    var hashes: [UInt64] { slots.filter { $0 != 0 } }

    /// Adds a hash; false if it was there.
    @inline(__always)
    mutating func insert(_ hash: UInt64) -> Bool {
        // 0 marks an empty slot.
        let key = hash == 0 ? 1 : hash
        var slot = Int(truncatingIfNeeded: key) & mask
        while slots[slot] != 0 {
            if slots[slot] == key { return false }
            slot = (slot + 1) & mask
        }
        slots[slot] = key
        count += 1
        if count * 2 > slots.count { grow() }
        return true
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: 0, count: old.count * 2)
        mask = slots.count - 1
        for key in old where key != 0 {
            var slot = Int(truncatingIfNeeded: key) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = key
        }
    }
}
