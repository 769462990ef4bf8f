import Report
import Testing

@Suite struct TableTests {
    static func sample() -> Table {
        var table = Table([.text("name", key: "name"), .milliseconds("median", key: "median_ns"), .number("runs", key: "runs")])
        table.append([.text("resnet50"), .real(45_321_000), .integer(120)])
        table.append([.text("é|x"), .real(8_000_000), .missing])
        return table
    }

    @Test func textIsAligned() {
        let lines = Self.sample().text().split(separator: "\n").map(String.init)
        #expect(lines == [
            "name      median (ms)  runs",
            "────────  ───────────  ────",
            "resnet50       45.321   120",
            "é|x             8.000     –",
        ])
    }

    @Test func wideCharactersTakeTwoColumns() {
        var table = Table([.text("name", key: "name"), .number("n", key: "n")])
        table.append([.text("日本"), .integer(1)])
        table.append([.text("abcd"), .integer(2)])
        let lines = table.text().split(separator: "\n")
        #expect(lines[2] == "日本  1")
        #expect(lines[3] == "abcd  2")
    }

    @Test func markdownEscapesAndAligns() {
        let lines = Self.sample().markdown().split(separator: "\n").map(String.init)
        #expect(lines[0] == "| name     | median (ms) | runs |")
        #expect(lines[1] == "| -------- | ----------: | ---: |")
        #expect(lines[3].contains("é\\|x"))
    }

    @Test func csvIsExactAndQuoted() {
        var table = Table([.text("name", key: "name"), .percent("share", key: "share"), .milliseconds("t", key: "t_ns")])
        table.append([.text("a,\"b\"\nc"), .real(0.1), .integer(1_234_567)])
        table.append([.text("plain"), .real(.nan), .missing])
        #expect(table.csv() == "name,share,t_ns\r\n\"a,\"\"b\"\"\nc\",0.1,1234567\r\nplain,,\r\n")
    }

    @Test func emptyColumnsCanBeLeftOut() {
        var table = Table([.text("a", key: "a"), .number("b", key: "b"), .text("c", key: "c")])
        table.append([.text("x"), .missing, .text("")])
        let kept = table.withoutEmptyColumns()
        #expect(kept.columns.map(\.title) == ["a"])
        #expect(kept.rows.count == 1)
    }

    @Test func anEmptyTableHasItsHeadings() {
        let table = Table([.text("a", key: "a")])
        #expect(table.text() == "a\n─\n")
        #expect(table.csv() == "a\r\n")
    }

    @Test func coloursSurroundTheWordOnly() {
        var table = Table([.text("verdict", key: "verdict"), .number("n", key: "n")])
        table.append([.styled("VALID", .good), .integer(1)])
        #expect(table.text(palette: .coloured).contains("\u{1B}[32mVALID\u{1B}[0m    1"))
        #expect(!table.text().contains("\u{1B}"))
        #expect(!table.markdown().contains("\u{1B}"))
    }

    @Test func aSheetIsTheTableOnItsSide() {
        let lines = Section.text([.sheet(Self.sample())], palette: .plain).split(separator: "\n").map(String.init)
        #expect(lines == [
            "             resnet50    é|x",
            "───────────  ────────  ─────",
            "median (ms)    45.321  8.000",
            "runs              120      –",
        ])
    }

    @Test func sectionsAreSpaced() {
        let text = Section.text([.heading("H"), .verbatim("a"), .note("n1"), .note("n2")], palette: .plain)
        #expect(text == "H\na\n\nn1\nn2\n")
        #expect(Section.markdown([.heading("H"), .verbatim("a")]) == "## H\n```\na\n```\n")
    }
}
