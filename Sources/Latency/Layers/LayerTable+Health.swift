import GRDB

extension LayerTable {
    /// How many layers a table holds, of all machines and settings; nil where there is no file. Nothing is made or changed.
    ///
    /// - Throws: `malformed` for a file that is damaged or not a layer table, `tooNew` for one of a newer version.
    public static func rowCount(path: String) throws(LatencyError) -> Int? {
        guard try LayerTableFile.file.isPresent(at: path) else { return nil }
        do {
            let database = try DatabaseQueue(path: path, configuration: LayerTableFile.file.configuration(readonly: true))
            try LayerTableFile.file.check(database, path: path)
            return try database.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM layer") }
        } catch let error as LatencyError {
            throw error
        } catch {
            throw LatencyError(.malformed, "\(path): not a readable layer table (\(error))")
        }
    }
}
