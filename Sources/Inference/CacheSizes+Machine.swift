import Machine
import TensorCore

extension CacheSizes {
    /// The caches of the first allowed CPU, from hwloc; `.typical` for what it does not say.
    public static let ofThisMachine: CacheSizes = {
        guard let topology = try? Topology.detect() else { return .typical }
        func size(_ level: Int) -> Int? {
            topology.caches.filter { $0.level == level && $0.kind != .instruction && $0.bytes > 0 }.map { Int($0.bytes) }.min()
        }
        return CacheSizes(level1: size(1) ?? CacheSizes.typical.level1, level2: size(2) ?? CacheSizes.typical.level2)
    }()
}
