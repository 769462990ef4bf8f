import Foundation
import Latency
import Testing

/// A folder that goes away with the test.
final class Folder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "zendet-layers-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }
}

@Suite struct LayerTableTests {
    let context = LayerTable.Context(machine: "0123", engine: "1", isa: "avx2", threads: 2, cpus: "0-1")
    let row = LayerTable.Row(
        layer: "conv", medianNanoseconds: 1234.5, samplesNanoseconds: [1, 2, .max], verdict: .suspect, measuredAt: "2026-01-02T03:04:05Z")

    @Test func rowsOutliveTheProgram() throws {
        let folder = try Folder()
        let path = folder.file("deep/er/layers.sqlite")
        do {
            let table = try LayerTable(path: path)
            #expect(table.warning == nil && table.path == path)
            #expect(try table.row("conv", context) == nil)
            try table.store(row, context)
        }
        let table = try LayerTable(path: path)
        #expect(try table.row("conv", context) == row)
        var newer = row
        newer.medianNanoseconds = 99
        newer.verdict = .valid
        try table.store(newer, context)
        #expect(try table.rows(context) == [newer])
        // Nothing but the table is left behind once it is closed.
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.file("deep/er"))
        #expect(left.allSatisfy { $0.hasPrefix("layers.sqlite") && !$0.contains(".new-") }, "\(left)")
    }

    @Test func anInvalidRowCostsItsFastestSample() {
        var disturbed = LayerTable.Row(layer: "conv", medianNanoseconds: 30, samplesNanoseconds: [90, 10, 30], verdict: .invalid, measuredAt: "")
        #expect(disturbed.priceNanoseconds == 10)
        disturbed.verdict = .suspect
        #expect(disturbed.priceNanoseconds == 30)
    }

    @Test func rowsOfOtherConditionsAreNotUsed() throws {
        let table = try LayerTable(inMemory: ())
        try table.store(row, context)
        var others = [LayerTable.Context](repeating: context, count: 5)
        others[0].machine = "4567"
        others[1].engine = "2"
        others[2].isa = "avx512"
        others[3].threads = 1
        others[4].cpus = "0,2"
        for other in others {
            #expect(try table.row("conv", other) == nil)
            #expect(try table.rows(other).isEmpty)
        }
        #expect(try table.row("conv", context) == row)
    }

    @Test func twoProgramsShareOneFile() throws {
        let folder = try Folder()
        let path = folder.file("layers.sqlite")
        let first = try LayerTable(path: path), second = try LayerTable(path: path)
        try first.store(row, context)
        #expect(try second.row("conv", context) == row)
        var other = row
        other.layer = "pool"
        try second.store(other, context)
        #expect(try first.rows(context).map(\.layer) == ["conv", "pool"])
    }

    /// Files that are not layer tables are refused in words and stay byte for byte as they are.
    @Test(arguments: ["text", "empty", "short", "foreign", "damaged", "truncated", "newer"])
    func otherFilesAreRefusedAndNotTouched(kind: String) throws {
        let folder = try Folder()
        let path = folder.file("layers.sqlite")
        switch kind {
        case "text": try Data(String(repeating: "not a database\n", count: 100).utf8).write(to: URL(fileURLWithPath: path))
        case "empty": try Data().write(to: URL(fileURLWithPath: path))
        case "short": try Data("SQLite format 3\0".utf8).write(to: URL(fileURLWithPath: path))
        default:
            do {
                let table = try LayerTable(path: path)
                for index in 0..<200 {
                    var many = row
                    many.layer = "layer \(index)"
                    many.samplesNanoseconds = (0..<50).map { $0 }
                    try table.store(many, context)
                }
            }
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect(bytes.count > 20_000)
            switch kind {
            case "foreign": bytes.replaceSubrange(68..<72, with: [0, 0, 0, 0])
            case "damaged": for index in 5000..<20_000 { bytes[index] ^= 0x5A }
            case "truncated": bytes = bytes.prefix(10_000)
            default:
                // A migration that this version does not know, named as the migrator names them: "1" becomes "9".
                let known = Data("1".utf8), table = Data("grdb_migrations".utf8)
                #expect(bytes.range(of: table) != nil && !known.isEmpty)
                bytes = try Self.withUnknownMigration(path)
            }
            try bytes.write(to: URL(fileURLWithPath: path))
        }
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        do {
            _ = try LayerTable(path: path)
            Issue.record("a \(kind) file was accepted")
        } catch {
            #expect(error.code == (kind == "newer" ? .tooNew : .malformed))
            #expect(error.message.hasPrefix(path + ": "), "\(error.message)")
            #expect(!error.message.contains("\n"))
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test func aPlaceThatCannotBeWrittenGivesATableInMemory() throws {
        let table = try LayerTable(path: "/proc/zendet/layers.sqlite")
        let warning = try #require(table.warning)
        #expect(warning.contains("/proc/zendet/layers.sqlite") && table.path == nil)
        try table.store(row, context)
        #expect(try table.row("conv", context) == row)
    }

    @Test func defaultPlaceFollowsTheXDGSpecification() {
        #expect(LayerTable.defaultPath(environment: ["XDG_CACHE_HOME": "/c", "HOME": "/h"]) == "/c/zendet/layers.sqlite")
        #expect(LayerTable.defaultPath(environment: ["XDG_CACHE_HOME": "relative", "HOME": "/h"]) == "/h/.cache/zendet/layers.sqlite")
        #expect(LayerTable.defaultPath(environment: ["HOME": "/h"]) == "/h/.cache/zendet/layers.sqlite")
    }

    @Test func keysTellEveryFieldApart() {
        var keys: Set<String> = []
        let base = convolution(64, 128, kernel: 3, stride: 2)
        var steps = [base, convolution(64, 128, kernel: 1, stride: 2), convolution(64, 128, kernel: 3), convolution(32, 128, kernel: 3, stride: 2)]
        steps += [convolution(64, 96, kernel: 3, stride: 2), convolution(64, 128, kernel: 3, stride: 2, groups: 2), convolution(64, 128, kernel: 3, stride: 2, side: 30)]
        for change in 0..<4 {
            var step = base
            switch change {
            case 0: step.batch = 2
            case 1: step.rectified = false
            case 2: step.residual = true
            default: step.image = true
            }
            steps.append(step)
        }
        for step in steps { keys.insert(LayerKey.text(step)) }
        #expect(keys.count == steps.count)
        #expect(LayerKey.text(base) == "conv k3 s2 p1 g1 in 64x60x60 out 128x30x30 batch 1 relu")
    }
}
