import Architecture
import Latency

/// Reads result files: JSON arrays of records, JSON Lines, or single objects such as hardware profiles.
struct ResultFile {
    static let noun = "a result as written with '-o json' or '-o jsonl'"
    static let mostBytes = 256 << 20

    /// Adds what a file says to a set.
    ///
    /// - Parameter name: the file, for messages.
    /// - Throws: `ReportError` naming the file and the place.
    static func read(_ bytes: [UInt8], name: String, into set: inout ResultSet) throws(ReportError) {
        let source = SourceText(name: name, bytes: bytes, noun: noun, mostBytes: mostBytes)
        let values: [Literal]
        do throws(ArchitectureError) { values = try LiteralParser.values(source) } catch { throw ReportError(.malformed, error.message) }
        set.files.append(name)
        for value in values {
            if case .list(let items) = value.value {
                if items.isEmpty { set.remarks.append("\(name) holds no record.") }
                for item in items { try record(item, source, &set) }
            } else {
                try record(value, source, &set)
            }
        }
    }

    private static func record(_ literal: Literal, _ source: SourceText, _ set: inout ResultSet) throws(ReportError) {
        let record = try ResultObject(literal, in: source, what: "a record")
        let environment = try record.objectIfKnown("environment")
        let version = try (environment ?? record).stringIfKnown("tool_version")
        do throws(ReportError) {
            guard try read(record, &set) else {
                let known = "bench, compare, verify, search, score, profile and topology write such results"
                throw ReportError(.foreign, "\(record.place()): no result of zendet: an object with the fields \(fieldList(record)); \(known)")
            }
        } catch {
            // What this version does not understand, a newer one may have written.
            guard let version, isNewer(version, than: ZenDetVersion.current) else { throw error }
            throw ReportError(.tooNew, "\(error.message) (ZenDet \(version) wrote it, and this is \(ZenDetVersion.current): use the newer one)")
        }
        if let time = try environment?.stringIfKnown("time") { set.times.append(time) }
        if let version, isNewer(version, than: ZenDetVersion.current) {
            let remark = "\(source.name) was written by ZenDet \(version), which is newer than this (\(ZenDetVersion.current)): it may hold more than is shown."
            if !set.remarks.contains(remark) { set.remarks.append(remark) }
        }
    }

    /// Reads a record of any kind; false for none that is known.
    private static func read(_ record: ResultObject, _ set: inout ResultSet) throws(ReportError) -> Bool {
        if record.has("schema_version") {
            try set.addProfile(record)
        } else if record.has("winner") {
            try set.addSearch(record)
        } else if record.has("points"), record.has("objectives") {
            try set.addFront(record)
        } else if record.has("priced_blocks"), record.has("state") {
            try set.addStudy(record)
        } else if record.has("median_ns"), record.has("samples_ns") {
            try set.addBench(record)
        } else if record.has("peaks"), record.has("allowed_cpus") {
            try set.addTopology(record)
        } else if record.has("kendall_tau") || record.has("outputs_compared"), record.has("engine") {
            // It follows from the networks' records, and the figure tells it.
        } else if record.has("record"), record.has("a") || record.has("ranks") {
            try set.addAudit(record)
        } else if record.has("entropy"), record.has("params"), record.has("name") {
            try set.addScore(record)
        } else {
            return false
        }
        return true
    }

    private static func fieldList(_ record: ResultObject) -> String {
        let keys = record.keys.prefix(4).map { "'\($0.prefix(30))'" }
        return keys.isEmpty ? "(none)" : keys.joined(separator: ", ") + (record.keys.count > 4 ? ", …" : "")
    }

    /// By the numbers of a semantic version; a text that is none is not newer.
    static func isNewer(_ version: String, than other: String) -> Bool {
        func numbers(_ text: String) -> [Int] { text.prefix { $0 != "-" && $0 != "+" }.split(separator: ".").map { Int($0) ?? 0 } }
        let (a, b) = (numbers(version), numbers(other))
        for index in 0..<max(a.count, b.count) {
            let (left, right) = (index < a.count ? a[index] : 0, index < b.count ? b[index] : 0)
            if left != right { return left > right }
        }
        return false
    }
}
