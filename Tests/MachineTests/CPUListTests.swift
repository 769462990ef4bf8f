import Machine
import Testing

@Suite struct CPUListTests {
    @Test(arguments: [("0", [0]), ("0-3,8", [0, 1, 2, 3, 8]), (" 2 , 0-1", [2, 0, 1]), ("5-5", [5]), ("8191", [8191])])
    func listIsReadInItsOrder(text: String, cpus: [Int]) throws {
        #expect(try CPUList.parse(text) == cpus)
    }

    @Test(arguments: [
        ("", MachineError.Code.malformed, "empty"), ("  ", .malformed, "empty"), ("0,", .malformed, "\"\""), ("a", .malformed, "\"a\""),
        ("0-", .malformed, "\"0-\""), ("-1", .malformed, "\"-1\""), ("+1", .malformed, "\"+1\""), ("1-2-3", .malformed, "\"1-2-3\""),
        ("3-1", .malformed, "backwards"), ("0-99999999", .malformed, "8191"), ("99999999999999999999999", .malformed, "neither"),
        ("0-3,2", .duplicate, "CPU 2 twice"), ("0x1", .malformed, "\"0x1\""), ("٣", .malformed, "neither"),
    ])
    func badListIsRefusedWithItsPiece(text: String, code: MachineError.Code, part: String) {
        let error = #expect(throws: MachineError.self) { try CPUList.parse(text) }
        #expect(error?.code == code)
        #expect(error?.message.contains(part) == true)
    }

    @Test(arguments: [([], "none"), ([3], "3"), ([0, 1, 2, 8], "0-2,8"), ([3, 1, 2], "3,1-2"), ([1, 0], "1,0"), ([0, 2, 4], "0,2,4")])
    func listIsWrittenWithRanges(cpus: [Int], text: String) throws {
        #expect(CPUList.text(cpus) == text)
        if !cpus.isEmpty { #expect(try CPUList.parse(text) == cpus) }
    }
}
