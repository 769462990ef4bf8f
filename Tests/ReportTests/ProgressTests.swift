import Report
import Synchronization
import Testing

@Suite struct ProgressTests {
    @Test func lineShowsShareAndETA() {
        let line = ProgressText(label: "search", done: 50, total: 200, elapsedSeconds: 10, detail: "best 812.3").line(width: 100)
        #expect(line == "search  [#####···············]  25 %  ETA 0:30  best 812.3")
    }

    @Test func lineWithoutAnEndShowsTheClock() {
        #expect(ProgressText(label: "warming up", done: 3, total: nil, elapsedSeconds: 65).line(width: 80) == "warming up  1:05")
    }

    @Test func lineNeverExceedsTheWidth() {
        for width in 1...60 {
            let line = ProgressText(label: "search", done: 1, total: 2, elapsedSeconds: 1, detail: "日本語 resnet50").line(width: width)
            #expect(line.count <= width)
        }
    }

    @Test func shareStaysWithinBounds() {
        #expect(ProgressText(label: "", done: 5, total: 2, elapsedSeconds: 1).share == 1)
        #expect(ProgressText(label: "", done: 0, total: 0, elapsedSeconds: 1).share == nil)
        #expect(ProgressText(label: "", done: 0, total: 10, elapsedSeconds: 1).remainingSeconds == nil)
    }

    /// Counts what is written, with a clock that the test moves.
    final class Screen: Sendable {
        let time = Mutex<UInt64>(0)
        let written = Mutex<[String]>([])

        func line(isEnabled: Bool) -> ProgressLine {
            ProgressLine(
                isEnabled: isEnabled, now: { self.time.withLock { $0 } }, width: { 60 }, write: { text in self.written.withLock { $0.append(text) } })
        }
    }

    @Test func drawsAtMostTenTimesASecondAndClears() {
        let screen = Screen()
        let line = screen.line(isEnabled: true)
        for step in 0..<100 {
            screen.time.withLock { $0 = UInt64(step) * 10_000_000 + 1 }
            line.update("x", done: Double(step), total: 100)
        }
        line.clear()
        line.clear()
        let written = screen.written.withLock { $0 }
        #expect(written.count == 11)
        #expect(written.allSatisfy { $0.hasPrefix("\r") })
        #expect(written.last == "\r\u{1B}[K")
    }

    @Test func isSilentWhereThereIsNoTerminal() {
        let screen = Screen()
        let line = screen.line(isEnabled: false)
        line.update("x", done: 1, total: 2)
        line.clear()
        #expect(screen.written.withLock { $0.isEmpty })
    }

    @Test(arguments: [
        (true, ["TERM": "xterm"], true), (false, ["TERM": "xterm"], false), (true, ["NO_COLOR": "1"], false), (true, ["NO_COLOR": ""], true),
        (true, ["TERM": "dumb"], false),
    ])
    func colours(_ isTerminal: Bool, _ environment: [String: String], _ expected: Bool) {
        let text = Palette.forStream(isTerminal: isTerminal, environment: environment).apply(.bad, to: "x")
        #expect((text != "x") == expected)
    }
}
