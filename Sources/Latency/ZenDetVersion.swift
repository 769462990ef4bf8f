/// The version of the tool that made a result.
public enum ZenDetVersion {
    /// Semantic version; stored with every result.
    public static let current = "0.1.0"
}
