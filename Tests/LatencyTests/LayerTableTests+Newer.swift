import Foundation
import GRDB
import Latency

extension LayerTableTests {
    /// The bytes of a table to which a later version has added a migration.
    static func withUnknownMigration(_ path: String) throws -> Data {
        let database = try DatabaseQueue(path: path)
        try database.write { try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('999')") }
        try database.writeWithoutTransaction { _ = try Row.fetchAll($0, sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        try database.close()
        return try Data(contentsOf: URL(fileURLWithPath: path))
    }
}
