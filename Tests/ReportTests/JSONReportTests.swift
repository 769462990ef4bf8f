import Foundation
import Report
import Testing

@Suite struct JSONReportTests {
    struct Inner: Codable, Equatable {
        var z: Int
        var a: [Double]
    }

    struct Record: Codable, Equatable {
        var name: String
        var count: Int
        var big: UInt64
        var real: Double
        var whole: Double
        var flag: Bool
        var missing: Int?
        var present: Int?
        var inner: Inner
        var list: [Inner]
        var optionals: [Int?]
        var map: [String: Int]
        var float: Float
    }

    static let record = Record(
        name: "q\"\\\n\u{1}é", count: Int.max, big: UInt64.max, real: 0.1, whole: 2377, flag: true, missing: nil, present: 3,
        inner: Inner(z: 1, a: [1, 2.5]), list: [Inner(z: 2, a: [])], optionals: [1, nil], map: ["k": 1], float: 0.1)

    @Test func keysKeepTheOrderOfDeclaration() throws {
        let line = try JSONReport.line(Self.record)
        let places = try ["name", "count", "big", "real", "whole", "flag", "missing", "present", "inner", "list"].map { key in
            try #require(line.range(of: "\"\(key)\": ")).lowerBound
        }
        #expect(places == places.sorted())
    }

    @Test func numbersAreExact() throws {
        let line = try JSONReport.line(Self.record)
        #expect(line.contains("\"count\": 9223372036854775807,"))
        #expect(line.contains("\"big\": 18446744073709551615,"))
        #expect(line.contains("\"real\": 0.1,"))
        #expect(line.contains("\"whole\": 2377,"))
        #expect(line.contains("\"float\": 0.1}"))
        #expect(line.contains("\"missing\": null"))
        #expect(line.contains("\"optionals\": [1, null]"))
    }

    @Test func everyFormReadsBack() throws {
        let array = try JSONReport.array([Self.record, Self.record])
        #expect(try JSONDecoder().decode([Record].self, from: Data(array.utf8)) == [Self.record, Self.record])
        let line = try JSONReport.line(Self.record)
        #expect(line.last == "\n" && line.filter { $0 == "\n" }.count == 1)
        #expect(try JSONDecoder().decode(Record.self, from: Data(line.utf8)) == Self.record)
    }

    @Test func notANumberIsNull() throws {
        #expect(try JSONReport.line(["x": Double.nan]) == "{\"x\": null}\n")
        #expect(try JSONReport.line(["x": -Double.infinity]) == "{\"x\": null}\n")
        #expect(try JSONReport.array([Int]()) == "[]\n")
    }
}
