import Architecture
import Latency

/// What a study is a study of: everything that decides a search's result beside what it measures.
public struct StudyHeader: Hashable, Sendable, Codable {
    /// An option of the search as a person would write it.
    public struct Option: Hashable, Sendable, Codable {
        /// As on the command line: "--seed".
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Version of the tool.
    public var version: String
    /// The build that began the study, to look up; other builds of the version may go on with it.
    public var engine: String
    /// The machine's fingerprint; no host name.
    public var machine: String
    /// The words of the command line behind `search`.
    public var command: [String]
    public var options: [Option]
    /// The start structure, as JSON text of a structure file, and its name.
    public var start: String
    public var startName: String
    /// Side of the network's own input.
    public var resolution: Int
    public var seed: UInt64
    /// UTC, ISO 8601, to the second.
    public var createdAt: String

    public init(machine: String, command: [String], options: [Option], start: Structure, resolution: Int, seed: UInt64, createdAt: String) {
        version = ZenDetVersion.current
        engine = EngineVersion.current
        self.machine = machine
        self.command = command
        self.options = options
        self.start = StructureFile.jsonText([start])
        startName = start.name
        self.resolution = resolution
        self.seed = seed
        self.createdAt = createdAt
    }

    /// The start structure, whose classes and strides all structures of the study have.
    func startStructure(path: String) throws(SearchError) -> Structure {
        do throws(ArchitectureError) {
            guard let start = try StructureFile.parse(Array(start.utf8), source: path).first else {
                throw ArchitectureError(.malformed, "\(path): the study has no start structure")
            }
            return Structure(name: startName, blocks: start.blocks)
        } catch { throw SearchError(.malformedStudy, "\(path): the study's start structure cannot be read: \(error.message)") }
    }

    /// Refuses to go on with a study of another version, another machine or other options, naming both sides.
    ///
    /// - Parameters:
    ///   - asked: the header that a new study of this search would have here.
    ///   - path: the study's file, for messages.
    /// - Throws: `SearchError` with `.foreignStudy`.
    public func check(against asked: StudyHeader, path: String) throws(SearchError) {
        func refuse(_ message: String) -> SearchError { SearchError(.foreignStudy, "\(path): \(message)") }
        guard version == asked.version else {
            throw refuse("the study was made by zendet \(version), this is \(asked.version): go on with it there, or begin a new study")
        }
        guard machine == asked.machine else {
            throw refuse(
                "the study was made on another machine, and what was measured there does not hold here; there: \(machine); here: \(asked.machine)")
        }
        let theirs = Dictionary(options.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        for option in asked.options where theirs[option.name] != option.value {
            throw refuse(
                "\(option.name) is \(option.value) on this command line and \(theirs[option.name] ?? "not there") in the study; "
                    + "leave all options out to go on with the study's own, or begin a new study")
        }
        for option in options where !asked.options.contains(where: { $0.name == option.name }) {
            throw refuse("\(option.name) is \(option.value) in the study and not known to this command line")
        }
        guard start == asked.start else { throw refuse("the start structure is another one than that of the study") }
    }
}
