import Architecture
import Testing

/// Every kind of wrong file gets one line with file, line, column, what was found and what would be right.
@Suite struct RejectionTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var text: String
        var code: ArchitectureError.Code
        var message: String
        init(_ text: String, _ message: String, _ code: ArchitectureError.Code = .malformed) {
            self.text = text
            self.code = code
            self.message = message
        }
        var testDescription: String { text }
    }

    private static func stem(_ change: (String, String)) -> String {
        "[{'class': 'ConvKXBNRELU', 'in': 3, 'out': 32, 's': 2, 'k': 3}]".replacing(change.0, with: change.1)
    }
    private static func block(_ change: (String, String)) -> String {
        "[{'class': 'ConvKXBNRELU', 'in': 3, 'out': 32, 's': 2, 'k': 3},\n {'class': 'SuperResK1KXK1', 'in': 32, 'out': 48, 's': 2, 'k': 5, 'L': 2, 'btn': 16}]"
            .replacing(change.0, with: change.1)
    }

    static let known = "known are ConvKXBNRELU, SuperResK1KXK1, SuperResKXKX, SuperResK1KX, SuperResK1DWK1, SuperResK1DWSEK1"

    static let structures: [Case] = [
        Case(stem(("'s': 2", "'s': 3")), "n.txt:1:53: block[0] (ConvKXBNRELU): 's' is 3; a stride is 1 or 2"),
        Case(stem(("'s': 2", "'s': 0")), "n.txt:1:53: block[0] (ConvKXBNRELU): 's' is 0; a stride is 1 or 2"),
        Case(stem(("'in': 3", "'in': 0")), "n.txt:1:34: block[0] (ConvKXBNRELU): 'in' is 0; it must be 1 to 131072"),
        Case(stem(("'out': 32", "'out': -8")), "n.txt:1:44: block[0] (ConvKXBNRELU): 'out' is -8; it must be 1 to 131072"),
        Case(stem(("'out': 32", "'out': 9223372036854775807")), "'out' is 9223372036854775807; it must be 1 to 131072"),
        Case(stem(("'out': 32", "'out': 9223372036854775808")), "n.txt:1:44: the number '9223372036854775808' is too large"),
        Case(stem(("'out': 32", "'out': 32.0")), "'out' is the number 32.0; it is a whole number, the number of output channels"),
        Case(stem(("'out': 32", "'out': True")), "'out' is true; it is a whole number"),
        Case(stem(("'out': 32", "'out': '32'")), "'out' is the string '32'; it is a whole number"),
        Case(stem(("'out': 32", "'out': [32]")), "'out' is a list; it is a whole number"),
        Case(stem(("'k': 3", "'k': 4")), "block[0] (ConvKXBNRELU): 'k' is 4; a kernel size is odd"),
        Case(stem(("'k': 3", "'k': -9223372036854775808, 'p': 1")), "'k' is -9223372036854775808; it must be 1 to 63"),
        Case(stem(("'k': 3", "'k': 3, 'p': 9223372036854775807")), "only (k - 1) / 2 = 1 is supported", .unsupported),
        Case(stem(("'k': 3", "'k': 65")), "'k' is 65; it must be 1 to 63"),
        Case(stem((", 'k': 3", "")), "n.txt:1:2: block[0] (ConvKXBNRELU): the key 'k' is missing; it is the kernel size, odd"),
        Case(stem(("'k': 3", "'k': 3, 'L': 2")), "'L' is 2; a ConvKXBNRELU is one convolution"),
        Case(stem(("'k': 3", "'k': 3, 'p': 0")), "'p' is the number 0; only (k - 1) / 2 = 1 is supported", .unsupported),
        Case(stem(("'k': 3", "'k': 3, 'act': 'swish'")), "'act' is the string 'swish'; only 'relu' is supported", .unsupported),
        Case(stem(("'k': 3", "'k': 3, 'nbitsA': 8")), "'nbitsA' asks for quantized arithmetic, which is not supported", .unsupported),
        Case(stem(("'k': 3", "'k': 3, 'g': 2")), "'g' is 2, which does not divide 'in' 3"),
        Case(stem(("'k': 3", "'k': 3, 'k': 3")), "n.txt:1:64: key 'k' stands twice in one dictionary"),
        Case(stem(("'class': 'ConvKXBNRELU', ", "")), "n.txt:1:2: block[0]: the key 'class' is missing"),
        Case(stem(("'ConvKXBNRELU'", "7")), "n.txt:1:12: block[0]: 'class' is the number 7; it is a string"),
        Case(stem(("ConvKXBNRELU", "ConvBNReLU")), "n.txt:1:12: block[0]: 'ConvBNReLU' is an unknown block class; \(known)", .unsupported),
        Case(
            block(("SuperResK1KXK1", "SuperQuantResK1DWK1")),
            "n.txt:2:12: block[1]: 'SuperQuantResK1DWK1' is a quantized block, which is not supported; \(known)", .unsupported),
        Case(
            block(("'in': 32", "'in': 48")),
            "n.txt:2:36: block[1] (SuperResK1KXK1): 'in' is 48, but block[0] has 'out' 32; they must be equal"),
        Case(
            block((", 'btn': 16", "")),
            "n.txt:2:2: block[1] (SuperResK1KXK1): the key 'btn' is missing; it is the number of channels inside"),
        Case(block((", 'L': 2", "")), "block[1] (SuperResK1KXK1): the key 'L' is missing; it is the number of inner blocks"),
        Case(block(("'L': 2", "'L': 0")), "'L' is 0; it must be 1 to 1000"),
        Case(block(("'L': 2", "'L': 1000000000")), "'L' is 1000000000; it must be 1 to 1000"),
        Case(block(("'btn': 16", "'btn': 0")), "'btn' is 0; it must be 1 to 131072"),
        Case(block(("'btn': 16", "'btn': 16, 'g': 32")), "'g' is 32, which does not divide 'out' 48"),
        Case("[[\(stem(("x", "x")).dropFirst().dropLast())], 5]", "structure[1]: found the number 5 where a list of blocks should stand"),
        Case("[[], []]", "structure[0], found 0 blocks"),
        Case("[\(stem(("x", "x")).dropFirst().dropLast()), 5]", "block[1]: found the number 5 where a block should stand"),
        Case("[]", "n.txt:1:1: found an empty list where a list of blocks should stand"),
        Case("{'best_structures': []}", "n.txt:1:21: found an empty list where a list of blocks should stand"),
        Case("{'best_structures': 3}", "n.txt:1:21: found the number 3 where a list of blocks should stand"),
        Case("{'structures': []}", "n.txt:1:1: a dictionary without the key 'best_structures' (found 'structures')"),
        Case("42", "n.txt:1:1: found the number 42; a structure file holds a list of blocks"),
        Case("'text'", "found the string 'text'; a structure file holds a list of blocks"),
    ]

    static let syntax: [Case] = [
        Case("", "n.txt: the file is empty; a structure file was expected"),
        Case("  # only a comment\n", "n.txt: the file is empty"),
        Case(
            "[{'class': 'ConvKXBNRELU', 'in': 3,\n 'out'",
            "n.txt:2:7: the file ends inside the dictionary that begins at n.txt:1:2; is it cut off?"),
        Case("[{'class': 'Conv", "n.txt:1:17: the file ends inside the string that begins at n.txt:1:12; is it cut off?"),
        Case("[{'a': 1}", "n.txt:1:10: the file ends inside the list that begins at n.txt:1:1; is it cut off?"),
        Case("[{'a': ", "the file ends inside the dictionary"),
        Case("[1 2]", "n.txt:1:4: found '2' in a list; ',' or ']' should follow a value"),
        Case("(1 2)", "n.txt:1:4: found '2' in a list; ',' or ')' should follow a value"),
        Case("{'a' 1}", "n.txt:1:6: found '1'; ':' should follow the key 'a'"),
        Case("{1, 2}", "found ','; ':' should follow the key '1'"),
        Case("{'a': 1 'b': 2}", "n.txt:1:9: found ''' in a dictionary; ',' or '}' should follow the value of 'a'"),
        Case("{[1]: 2}", "n.txt:1:2: found a list as a key; a key is a string"),
        Case("[,]", "n.txt:1:2: found ',' where a value should stand"),
        Case("[1] [2]", "n.txt:1:5: found '[' after the end of the value; nothing should follow"),
        Case("[é]", "n.txt:1:2: found 'é' where a value should stand"),
        Case("['é', ;]", "n.txt:1:7: found ';' where a value should stand"),
        Case("[1,\r\n2,\r;]", "n.txt:3:1: found ';' where a value should stand"),
        Case("[\u{0}]", "found '\\u{0}' where a value should stand"),
        Case("SuperConvK3BNRELU(3,64,1,1)", "n.txt:1:1: found the word 'SuperConvK3BNRELU' where a value should stand"),
        Case("[nan]", "found the word 'nan'"),
        Case("['a\nb']", "n.txt:1:4: found '\\u{A}' inside a string; the closing ' is missing"),
        Case("['a\\qb']", "n.txt:1:4: found a backslash before 'q'; known escapes are"),
        Case("['\\u12']", "a \\u escape wants four hexadecimal digits"),
        Case("['\\ud800']", "a \\u escape wants four hexadecimal digits of a Unicode character"),
        Case("['\\", "n.txt:1:4: the file ends inside the string that begins at n.txt:1:2; is it cut off?"),
        Case("[0x10]", "found '0x' in a number; numbers are decimal"),
        Case("[1_000]", "found '1_' in a number; numbers are decimal"),
        Case("[007]", "'007' is no number; a number has digits and no leading zero"),
        Case("[-]", "'-' is no number"),
        Case("[1.2.3]", "'1.2.3' is no finite number"),
        Case("[1e999]", "'1e999' is no finite number"),
        Case("[3-4]", "n.txt:1:3: found '-' in a list; ',' or ']' should follow a value"),
        Case(String(repeating: "[", count: 100_000), "n.txt:1:33: nested more than 32 deep"),
        Case(String(repeating: "{'a':", count: 100_000), "nested more than 32 deep"),
    ]

    @Test(arguments: structures + syntax)
    func rejected(_ wrong: Case) {
        let error = #expect(throws: ArchitectureError.self) { try StructureFile.parse(Array(wrong.text.utf8), source: "n.txt") }
        #expect(error?.code == wrong.code)
        #expect(error?.message.contains(wrong.message) == true, "\(error?.message ?? "no error")")
        #expect(error?.message.contains("n.txt") == true)
        #expect(error?.message.contains { $0.isNewline } == false)
        #expect((error?.message.count ?? 0) < 400)
    }

    @Test func bytesThatAreNotUTF8() {
        let error = #expect(throws: ArchitectureError.self) {
            try StructureFile.parse(Array("[\n 'caf".utf8) + [0xE9, 0x27, 0x5D], source: "n.txt")
        }
        #expect(error?.message == "n.txt:2:6: byte 0xE9 is not UTF-8; a structure file is UTF-8 text")
        let cut = #expect(throws: ArchitectureError.self) { try StructureFile.parse(Array("['".utf8) + [0xC3], source: "-") }
        #expect(cut?.message == "<standard input>:1:3: byte 0xC3 is not UTF-8; a structure file is UTF-8 text")
    }

    @Test func tooLarge() {
        let error = #expect(throws: ArchitectureError.self) {
            try StructureFile.parse([UInt8](repeating: 32, count: 5 << 20), source: "n.txt")
        }
        #expect(error?.message == "n.txt: 5242880 bytes; a structure file has at most 4194304")
    }

    @Test func tooManyInnerBlocks() {
        let block = Block(.superResKXKX, in: 8, out: 8, stride: 1, kernelSize: 3, depth: 1000, bottleneck: 8)
        let error = #expect(throws: ArchitectureError.self) {
            try Structure(name: "long", blocks: [Block](repeating: block, count: 11)).validate()
        }
        #expect(error?.message == "structure 'long', block[10] (SuperResKXKX): 11000 inner blocks so far; a network has at most 10000")
        let empty = #expect(throws: ArchitectureError.self) { try Structure(name: "none", blocks: []).network() }
        #expect(empty?.message == "structure 'none', the list of blocks: found 0 blocks; a structure has 1 to 1000")
    }
}
