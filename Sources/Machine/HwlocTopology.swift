internal import CHwloc
import Glibc

/// A loaded hwloc topology, freed with its owner.
///
/// hwloc allows concurrent queries and bindings on a loaded topology, so sharing one between threads is sound as long as nobody
/// modifies it; nothing here does.
final class HwlocTopology: @unchecked Sendable {
    let handle: hwloc_topology_t

    /// Creates a topology, lets `configure` choose source, flags and filters, and loads it.
    /// - Parameter place: what a message calls the source, for example "topology file x.xml".
    init(place: String, configure: (hwloc_topology_t) -> Int32) throws(MachineError) {
        var created: hwloc_topology_t?
        guard hwloc_topology_init(&created) == 0, let created else {
            throw MachineError(.unavailable, "\(place): hwloc could not start: \(systemText(errno))")
        }
        handle = created
        guard configure(created) == 0 else {
            let code = errno
            throw MachineError(.malformed, "\(place): hwloc does not accept it: \(systemText(code))")
        }
        guard hwloc_topology_load(created) == 0 else {
            let code = errno
            throw MachineError(.malformed, "\(place): hwloc cannot load it: \(systemText(code))")
        }
    }

    deinit { hwloc_topology_destroy(handle) }

    /// This machine with nothing but its CPUs, loaded once: the handle that threads are bound through.
    static let forBinding: Result<HwlocTopology, MachineError> = {
        do throws(MachineError) {
            return .success(
                try HwlocTopology(place: "this machine") { topology in
                    hwloc_topology_set_all_types_filter(topology, HWLOC_TYPE_FILTER_KEEP_NONE)
                    // Without this flag a variable such as HWLOC_XMLFILE turns binding into a silent success.
                    return hwloc_topology_set_flags(topology, UInt(HWLOC_TOPOLOGY_FLAG_IS_THISSYSTEM.rawValue))
                })
        } catch {
            return .failure(error)
        }
    }()

    /// All objects of a type in logical order.
    func objects(_ type: hwloc_obj_type_t) -> [hwloc_obj_t] {
        let count = hwloc_get_nbobjs_by_type(handle, type)
        return (0..<max(count, 0)).compactMap { hwloc_get_obj_by_type(handle, type, UInt32($0)) }
    }
}

/// The members of a bitmap, ascending. An infinite bitmap has no such list and gives none.
func indices(_ bitmap: hwloc_const_bitmap_t?) -> [Int] {
    guard let bitmap, hwloc_bitmap_weight(bitmap) >= 0 else { return [] }
    var result: [Int] = []
    var next = hwloc_bitmap_first(bitmap)
    while next >= 0 {
        result.append(Int(next))
        next = hwloc_bitmap_next(bitmap, next)
    }
    return result
}

/// The value of an object's or kind's info by name.
func info(_ infos: UnsafeMutablePointer<hwloc_info_s>?, _ count: UInt32, _ name: String) -> String? {
    guard let infos else { return nil }
    for index in 0..<Int(count) where String(cString: infos[index].name) == name {
        return String(cString: infos[index].value)
    }
    return nil
}
