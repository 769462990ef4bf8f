import Synchronization

/// Draws a progress line on a terminal, over and over on the same line; draws nothing anywhere else.
///
/// Safe to call from any thread and as often as one likes: it draws at most ten times a second.
public final class ProgressLine: Sendable {
    private struct State {
        var label = ""
        var phaseStart: UInt64 = 0
        var lastDraw: UInt64 = 0
        var isShown = false
    }

    private let state = Mutex(State())
    private let isEnabled: Bool
    private let now: @Sendable () -> UInt64
    private let width: @Sendable () -> Int
    private let write: @Sendable (String) -> Void

    /// - Parameters:
    ///   - isEnabled: False where standard error is no terminal, or the person wants silence.
    ///   - now: Monotonic nanoseconds.
    ///   - width: Columns of the terminal, asked at each drawing since windows change size.
    ///   - write: Writes to the terminal at once.
    public init(
        isEnabled: Bool, now: @escaping @Sendable () -> UInt64, width: @escaping @Sendable () -> Int,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.isEnabled = isEnabled
        self.now = now
        self.width = width
        self.write = write
    }

    /// Shows the state of a phase; a new label starts a new clock.
    public func update(_ label: String, done: Double, total: Double?, detail: String = "") {
        guard isEnabled else { return }
        let time = now()
        state.withLock { state in
            if state.label != label {
                state.label = label
                state.phaseStart = time
                state.lastDraw = 0
            }
            guard state.lastDraw == 0 || time >= state.lastDraw + 100_000_000 else { return }
            state.lastDraw = max(time, 1)
            state.isShown = true
            let seconds = Double(time - state.phaseStart) / 1e9
            let text = ProgressText(label: label, done: done, total: total, elapsedSeconds: seconds, detail: detail)
            // The last column stays free: some terminals wrap when it is written.
            write("\r" + text.line(width: max(20, width() - 1)) + "\u{1B}[K")
        }
    }

    /// Takes the line away, so that other text may follow.
    public func clear() {
        guard isEnabled else { return }
        state.withLock { state in
            if state.isShown { write("\r\u{1B}[K") }
            state.isShown = false
            state.lastDraw = 0
        }
    }
}
