import Foundation
import Inference
import Support
import Testing

@Suite("Arrays in .npz files")
struct NPZTests {
    /// `numpy.savez(f, a=arange(6).reshape(2, 3), **{'conv.bias': [1.5, -2]})` in fp32, as NumPy 2.4 writes it (streamed, with ZIP64 local headers).
    static let fromNumPy = [UInt8](
        Data(
            base64Encoded: [
                "UEsDBC0AAAAAAAAAIQBP6QAq//////////8FABQAYS5ucHkBABAAmAAAAAAAAACYAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxmNCcsICdmb3J0cmFuX29y",
                "ZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCAzKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAAAA",
                "AAAAgD8AAABAAABAQAAAgEAAAKBAUEsDBC0AAAAAAAAAIQDWQ0sF//////////8NABQAY29udi5iaWFzLm5weQEAEACIAAAAAAAAAIgAAAAAAAAAk05VTVBZAQB2",
                "AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg",
                "ICAgICAgICAgICAgICAgICAgICAgICAgIAoAAMA/AAAAwFBLAQItAy0AAAAAAAAAIQBP6QAqmAAAAJgAAAAFAAAAAAAAAAAAAACAAQAAAABhLm5weVBLAQItAy0A",
                "AAAAAAAAIQDWQ0sFiAAAAIgAAAANAAAAAAAAAAAAAACAAc8AAABjb252LmJpYXMubnB5UEsFBgAAAAACAAIAbgAAAJYBAAAAAA==",
            ].joined())!)

    /// A file that is gone when the test is over.
    final class Scratch {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("npz-\(UUID().uuidString)").path

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func write(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

        func message(_ body: () throws -> Void) -> (code: InferenceError.Code, text: String)? {
            do {
                try body()
                return nil
            } catch {
                return (error as? InferenceError).map { ($0.code, $0.message) }
            }
        }
    }

    @Test("Reads what NumPy writes")
    func numpy() throws {
        let scratch = Scratch()
        try scratch.write(Self.fromNumPy)
        let file = try NPZFile(path: scratch.path)
        #expect(file.names == ["a", "conv.bias"])
        #expect(file.shape("a") == [2, 3])
        #expect(try file.read("a", shape: [2, 3]) == [0, 1, 2, 3, 4, 5])
        #expect(try file.read("conv.bias", shape: [2]) == [1.5, -2])
    }

    @Test("Reads back every bit that it wrote, and writes the same bytes again")
    func roundTrip() throws {
        var random = SplitMix64(seed: 7)
        let arrays: [(String, [Int])] = [("scalar", []), ("none", [0, 3]), ("one", [1]), ("c2", [2, 3]), ("layer1.0.conv1.weight", [5, 3, 7, 2]), ("ü", [17])]
        func archive() throws -> (bytes: [UInt8], values: [[Float]]) {
            var writer = NPZWriter()
            var all: [[Float]] = []
            for (name, shape) in arrays {
                // Every bit pattern, so NaNs and infinities too.
                let values = (0..<shape.reduce(1, *)).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: random.next())) }
                try writer.append(name, shape: shape, values)
                all.append(values)
            }
            return (writer.bytes, all)
        }
        let (bytes, values) = try archive()
        random = SplitMix64(seed: 7)
        #expect(try archive().bytes == bytes)
        let scratch = Scratch()
        try scratch.write(bytes)
        let file = try NPZFile(path: scratch.path)
        #expect(Set(file.names) == Set(arrays.map(\.0)))
        for ((name, shape), expected) in zip(arrays, values) {
            #expect(try file.read(name, shape: shape).map(\.bitPattern) == expected.map(\.bitPattern), "\(name)")
        }
    }

    @Test("A file that is cut off anywhere is refused")
    func truncated() throws {
        let scratch = Scratch()
        for length in 0..<Self.fromNumPy.count {
            try scratch.write(Array(Self.fromNumPy[..<length]))
            let failure = scratch.message { _ = try NPZFile(path: scratch.path) }
            #expect(failure?.code == .malformedFile && failure?.text.hasPrefix(scratch.path) == true, "\(length) bytes")
        }
    }

    @Test("A damaged byte is noticed, or it changes nothing")
    func damaged() throws {
        let scratch = Scratch()
        var noticed = 0
        for index in Self.fromNumPy.indices {
            for mask in [UInt8(0x01), 0x80, 0xFF] {
                var bytes = Self.fromNumPy
                bytes[index] ^= mask
                try scratch.write(bytes)
                let failure = scratch.message {
                    let file = try NPZFile(path: scratch.path)
                    #expect(try file.read("a", shape: [2, 3]) == [0, 1, 2, 3, 4, 5], "byte \(index)")
                    #expect(try file.read("conv.bias", shape: [2]) == [1.5, -2], "byte \(index)")
                }
                if let failure {
                    noticed += 1
                    #expect(failure.code == .malformedFile)
                }
            }
        }
        #expect(noticed > 3 * Self.fromNumPy.count / 2)
    }

    @Test(
        "Sizes that overflow and headers that lie are refused with a reason",
        arguments: [
            ("'shape': (2, 3), }                      ", "'shape': (4611686018427387904, 4), }    ", "does not fit"),
            ("'shape': (2, 3), }                      ", "'shape': (99999999999999999999, 1), }   ", "99999999999999999999"),
            ("'shape': (2, 3), }", "'shape': (2, 4), }", "does not fit"), ("'shape': (2, 3), }", "'shape': (-2,3), }", "whole numbers"),
            ("'shape': (2, 3), }", "'shape':  2, 3 , }", "tuple"), ("'<f4'", "'<f8'", "'<f4'"), ("'<f4'", "'>f4'", "'<f4'"),
            ("'fortran_order': False", "'fortran_order': True ", "C order"), ("'shape'", "'shame'", "'shape'"),
        ])
    func lies(found: String, written: String, words: String) throws {
        var bytes = Self.fromNumPy
        let (old, new) = (Array(found.utf8), Array(written.utf8))
        let place = try #require(bytes.firstRange(of: old))
        try #require(old.count == new.count)
        bytes.replaceSubrange(place, with: new)
        let scratch = Scratch()
        try scratch.write(bytes)
        let failure = scratch.message { _ = try NPZFile(path: scratch.path) }
        #expect(failure?.code == .malformedFile)
        #expect(failure?.text.contains("array 'a'") == true && failure?.text.contains(words) == true, "\(failure?.text ?? "no error")")
    }

    @Test("Sizes and places in the table of contents are checked against the file")
    func table() throws {
        let record = try #require(Self.fromNumPy.firstRange(of: [0x50, 0x4B, 1, 2] as [UInt8])).lowerBound
        // Offsets in the record: method 10, packed size 20, size 24, place of the local header 42.
        let lies: [([Int], [UInt8], String)] = [
            ([10], [8, 0], "savez_compressed"), ([20, 24], [0xF0, 0xFF, 0xFF, 0xFF], "cut off"), ([24], [0x10, 0, 0, 0], "contradict"),
            ([42], [0xF0, 0xFF, 0xFF, 0x7F], "beyond"), ([42], [1, 0, 0, 0], "not where"),
        ]
        for (places, value, words) in lies {
            var bytes = Self.fromNumPy
            for place in places { bytes.replaceSubrange((record + place)..<(record + place + value.count), with: value) }
            let scratch = Scratch()
            try scratch.write(bytes)
            let failure = scratch.message { _ = try NPZFile(path: scratch.path) }
            #expect(failure?.code == .malformedFile && failure?.text.contains(words) == true, "\(failure?.text ?? "no error")")
        }
    }

    @Test("What is no file, no such array, or another shape says so")
    func missing() throws {
        let scratch = Scratch()
        #expect(scratch.message { _ = try NPZFile(path: scratch.path) }?.code == .missingFile)
        #expect(scratch.message { _ = try NPZFile(path: "/") }?.code == .missingFile)
        try scratch.write(Self.fromNumPy)
        let file = try NPZFile(path: scratch.path)
        #expect(scratch.message { _ = try file.read("b", shape: [2]) }?.text.contains("no array 'b'") == true)
        #expect(scratch.message { _ = try file.read("a", shape: [3, 2]) }?.text.contains("shape [2, 3]; [3, 2] is needed") == true)
    }
}
