/// True if `a` and `b` differ by at most `tolerance` times the larger of the two magnitudes. NaN is equal to nothing.
public func isClose(_ a: Double, _ b: Double, relative tolerance: Double) -> Bool {
    a == b || abs(a - b) <= tolerance * max(abs(a), abs(b))
}
