import Glibc
import Machine

/// Another program with a pipe to its input and one from its output, bound to CPUs of one's choice.
///
/// It lives as long as this object: it is asked to end by the end of its input, and killed where it does not. It also ends with this process, since
/// its input then ends.
public final class ChildProcess {
    /// What happens to what it writes to standard error.
    public enum Errors {
        /// It goes where this process' own goes.
        case inherited
        /// Its end is kept, for messages.
        case kept
    }

    public let pid: pid_t
    private let name: String
    private let input: Int32
    private let output: Int32
    private let errors: Int32?
    private var pending: [UInt8] = []
    private var last: [UInt8] = []
    private var status: Int32?

    /// The longest line that is read: a million times as text are not longer.
    static let longestLine = 32 << 20
    private static let keptErrors = 4096
    /// How long it may take to end by itself.
    private static let patience = 2_000_000_000

    /// - Parameters:
    ///   - words: the program, looked for in PATH, and its arguments.
    ///   - name: as messages call it.
    ///   - environment: changes to this process' own.
    ///   - cpus: where its threads may run; nil leaves it to the system.
    /// - Throws: `EngineError` `.notInstalled` where there is no such program, `.gone` where the system has no room for it.
    public init(
        _ words: [String], name: String, environment: [String: String] = [:], cpus: [Int]? = nil, errors: Errors = .inherited
    ) throws(EngineError) {
        self.name = name
        var pipes: [[Int32]] = []
        func fail(_ what: String, _ code: Int32) -> EngineError {
            pipes.joined().forEach { _ = close($0) }
            let isMissing = code == ENOENT || code == EACCES || code == ENOTDIR
            return EngineError(isMissing ? .notInstalled : .gone, "\(name): \(what): \(String(cString: strerror(code)))")
        }
        for _ in 0..<(errors == .kept ? 3 : 2) {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { throw fail("no pipe can be had", errno) }
            // Not open in other children, or this one never sees the end of its input.
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            pipes.append(ends)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, pipes[0][0], STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, pipes[1][1], STDOUT_FILENO)
        if errors == .kept { posix_spawn_file_actions_adddup2(&actions, pipes[2][1], STDERR_FILENO) }
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = ChildProcess.variables(environment).map { strdup($0) } + [nil]
        defer { (arguments + variables).forEach { free($0) } }
        var child: pid_t = 0
        var before: [Int]?
        if let cpus {
            do throws(MachineError) { before = try CallerAffinity.bind(to: cpus) } catch {
                pipes.joined().forEach { _ = close($0) }
                throw EngineError(.notBound, "\(name): \(error.message)")
            }
        }
        let code = posix_spawnp(&child, words[0], &actions, nil, &arguments, &variables)
        if let before { _ = try? CallerAffinity.bind(to: before) }
        guard code == 0 else { throw fail("'\(words[0])' cannot be started", code) }
        close(pipes[0][0])
        close(pipes[1][1])
        if errors == .kept { close(pipes[2][1]) }
        pid = child
        input = pipes[0][1]
        output = pipes[1][0]
        self.errors = errors == .kept ? pipes[2][0] : nil
    }

    deinit {
        close(input)
        close(output)
        if let errors { close(errors) }
        end()
    }

    /// Sends a line.
    ///
    /// - Throws: `EngineError` `.gone` where it has ended, with its last words.
    public func send(_ line: String) throws(EngineError) {
        var bytes = ArraySlice((line + "\n").utf8)
        while !bytes.isEmpty {
            let (count, code) = writeQuietly(input, bytes)
            if count < 0, code == EINTR { continue }
            guard count > 0 else { throw gone() }
            bytes = bytes.dropFirst(count)
        }
    }

    /// The next line that it writes, without its end; waits as long as it takes.
    ///
    /// - Throws: `EngineError` `.gone` where it ended instead, `.badAnswer` for a line without end.
    public func receive() throws(EngineError) -> String {
        var searched = 0
        while true {
            if let end = pending[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { pending.removeSubrange(...end) }
                return String(decoding: pending[..<end], as: UTF8.self)
            }
            searched = pending.count
            guard pending.count <= ChildProcess.longestLine else {
                kill(pid, SIGKILL)
                throw EngineError(.badAnswer, "\(name): wrote \(pending.count) bytes without the end of a line")
            }
            guard fill() else { throw gone() }
        }
    }

    /// Whether it has written what nobody asked for.
    public var hasMore: Bool {
        guard pending.isEmpty else { return true }
        var descriptor = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
        return poll(&descriptor, 1, 0) > 0 && descriptor.revents & Int16(POLLIN) != 0
    }

    /// Waits for output, and keeps the end of what comes on standard error meanwhile; false at the end.
    private func fill() -> Bool {
        var descriptors = [pollfd(fd: output, events: Int16(POLLIN), revents: 0)] + (errors.map { [pollfd(fd: $0, events: Int16(POLLIN), revents: 0)] } ?? [])
        while true {
            guard poll(&descriptors, nfds_t(descriptors.count), -1) > 0 else {
                if errno == EINTR { continue }
                return false
            }
            if descriptors.count > 1, descriptors[1].revents != 0 {
                let piece = readSome(descriptors[1].fd)
                // A closed pipe is ready for ever.
                if piece.isEmpty { descriptors.removeLast() } else { keep(piece) }
            }
            if descriptors[0].revents != 0 {
                let piece = readSome(output)
                pending += piece
                return !piece.isEmpty
            }
        }
    }

    private func keep(_ piece: [UInt8]) {
        last += piece
        if last.count > ChildProcess.keptErrors { last.removeFirst(last.count - ChildProcess.keptErrors) }
    }

    /// Why there is no answer.
    private func gone() -> EngineError {
        // What it said last may still be in the pipe.
        if let errors {
            var descriptor = pollfd(fd: errors, events: Int16(POLLIN), revents: 0)
            while poll(&descriptor, 1, 200) > 0 {
                let piece = readSome(errors)
                if piece.isEmpty { break }
                keep(piece)
            }
        }
        end()
        let status = status ?? 0
        let how = status & 0x7F == 0 ? "ended with \(status >> 8 & 0xFF)" : "was ended by signal \(status & 0x7F)"
        let words = EngineAnswer.short(String(decoding: last, as: UTF8.self), ChildProcess.keptErrors)
        let said = errors == nil ? "" : words.isEmpty ? ", and said nothing" : ": " + String(words.suffix(600))
        return EngineError(.gone, "\(name): \(how) before it answered\(said)")
    }

    /// Waits for its end, which is helped on where it takes too long.
    private func end() {
        guard status == nil else { return }
        var code: Int32 = 0
        var waited = 0
        while true {
            let found = waitpid(pid, &code, WNOHANG)
            if found == pid || found < 0 && errno != EINTR { break }
            if waited >= ChildProcess.patience {
                kill(pid, SIGKILL)
                while waitpid(pid, &code, 0) < 0, errno == EINTR {}
                break
            }
            usleep(2000)
            waited += 2_000_000
        }
        status = code
    }

    private static func variables(_ changes: [String: String]) -> [String] {
        var result: [String] = []
        var pointer = environ
        while let entry = pointer.pointee {
            let text = String(cString: entry)
            if !changes.keys.contains(where: { text.hasPrefix($0 + "=") }) { result.append(text) }
            pointer += 1
        }
        return result + changes.map { "\($0)=\($1)" }.sorted()
    }
}

/// What is there to be read; empty at the end.
private func readSome(_ descriptor: Int32) -> [UInt8] {
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
        var got = 0
        repeat {
            got = read(descriptor, buffer.baseAddress, 65536)
            code = errno
        } while got < 0 && code == EINTR
        count = max(got, 0)
    }
    return bytes
}

/// A write whose reader has gone is an error and no signal, whatever the process does about that signal.
private func writeQuietly(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) -> (count: Int, code: Int32) {
    var pipe = sigset_t(), before = sigset_t(), waiting = sigset_t()
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    sigpending(&waiting)
    let wasWaiting = sigismember(&waiting, SIGPIPE) == 1
    pthread_sigmask(SIG_BLOCK, &pipe, &before)
    let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    let code = errno
    if count < 0, code == EPIPE, !wasWaiting {
        var none = timespec()
        while sigtimedwait(&pipe, nil, &none) < 0, errno == EINTR {}
    }
    pthread_sigmask(SIG_SETMASK, &before, nil)
    return (count, code)
}
