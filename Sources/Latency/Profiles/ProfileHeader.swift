/// What every hardware profile begins with.
public struct ProfileHeader: Hashable, Sendable, Codable {
    public enum Kind: String, Hashable, Sendable, Codable {
        case cpu
        case referenceAccelerator = "reference-accelerator"
    }

    /// The version that this tool writes; it reads this one and older.
    public static let currentVersion = 2

    public var schemaVersion: Int
    public var kind: Kind
    /// Kebab-case, vendor-part-configuration, for example "amd-epyc-9r14-2-cores"; never a host.
    public var name: String
    /// UTC, ISO 8601, for example "2025-11-24T08:00:00Z".
    public var createdUTC: String
    public var toolVersion: String

    public init(kind: Kind, name: String, createdUTC: String, toolVersion: String = ZenDetVersion.current) {
        schemaVersion = Self.currentVersion
        self.kind = kind
        self.name = name
        self.createdUTC = createdUTC
        self.toolVersion = toolVersion
    }

    enum CodingKeys: String, CodingKey {
        case kind, name
        case schemaVersion = "schema_version"
        case createdUTC = "created_utc"
        case toolVersion = "tool_version"
    }
}
