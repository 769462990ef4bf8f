/// A front's hypervolume at one time of a search.
public struct HypervolumePoint: Hashable, Sendable, Codable {
    public var evaluations: Int
    /// As a part of the box between the ideal and the reference point, 0 to 1.
    public var share: Double
    /// Points on the front then.
    public var points: Int
}
