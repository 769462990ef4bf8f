/// Values in the order that others write them in: image, channel, row, column.
extension TensorView {
    /// All values.
    public var nchw: [Float] {
        var result: [Float] = []
        result.reserveCapacity(layout.pixels * layout.channels)
        forEachPlace { result.append($0.pointee) }
        return result
    }

    /// Writes all values; the halo stays as it is.
    ///
    /// - Precondition: `values` holds batch · channels · height · width.
    public func write(nchw values: UnsafePointer<Float>) {
        var next = values
        forEachPlace {
            $0.pointee = next.pointee
            next += 1
        }
    }

    @inline(__always)
    private func forEachPlace(_ body: (UnsafeMutablePointer<Float>) -> Void) {
        for n in 0..<layout.batch {
            for c in 0..<layout.channels {
                for y in 0..<layout.height {
                    for x in 0..<layout.width { body(pixel(n, y, x) + c) }
                }
            }
        }
    }
}
