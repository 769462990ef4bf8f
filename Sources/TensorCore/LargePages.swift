import CPlatform

/// Memory in pages of 2 MiB, where the system has them to give.
enum LargePages {
    /// Bytes of the large page of x86-64 and of AArch64 with pages of 4 KiB.
    static let pageBytes = 2 << 20

    /// Room for so many bytes, rounded up: the rest behind the last whole large page would be small ones.
    static func map(_ bytes: Int) -> UnsafeMutableRawPointer {
        guard let pages = zd_map_pages(wholePages(bytes), pageBytes) else { preconditionFailure("no memory for \(bytes) bytes") }
        return pages
    }

    /// - Parameter bytes: as they were asked for.
    static func unmap(_ memory: UnsafeMutableRawPointer, _ bytes: Int) { zd_unmap_pages(memory, wholePages(bytes)) }

    /// So many bytes rounded up, if that can be.
    static func wholePages(_ bytes: Int) -> Int {
        let (sum, overflow) = bytes.addingReportingOverflow(pageBytes - 1)
        return overflow ? bytes : sum / pageBytes * pageBytes
    }
}
