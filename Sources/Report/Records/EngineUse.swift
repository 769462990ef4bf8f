import Engines

/// In which runtime a search measured whole networks, where it was not the tensor core.
public struct EngineUse: Encodable, Sendable {
    public var name: String
    public var version: String
    /// Of an engine that was named by its command.
    public var command: String?

    public init(_ engine: Engine, version: String) {
        name = engine.name
        self.version = version
        command = engine.givenCommand
    }

    /// In a sentence.
    public var text: String {
        "Whole networks were measured in \(name) \(version), not in the tensor core: every latency and ratio here is that engine's. Layers were priced in "
            + "the tensor core, and their sums scaled by what \(name) took for whole networks."
    }
}
