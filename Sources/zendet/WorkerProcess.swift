import Latency

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A `zendet worker` as a fresh process: this program again, with a pipe to either side.
final class WorkerProcess {
    private let pid: pid_t
    private let input: Int32
    private let output: UnsafeMutablePointer<FILE>

    /// Starts the process; it inherits this one's CPUs and pins itself by its own arguments.
    ///
    /// - Throws: `CommandError` where the system has no room for another process.
    init(_ arguments: [String]) throws(CommandError) {
        var toChild: [Int32] = [-1, -1], fromChild: [Int32] = [-1, -1]
        guard pipe(&toChild) == 0 else { throw WorkerProcess.failure("a pipe") }
        guard pipe(&fromChild) == 0 else {
            toChild.forEach { _ = close($0) }
            throw WorkerProcess.failure("a pipe")
        }
        // This side's ends must not stay open in the child, or it never sees the end of its input.
        for descriptor in [toChild[1], fromChild[0]] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        #if canImport(Glibc)
            var actions = posix_spawn_file_actions_t()
        #else
            var actions: posix_spawn_file_actions_t?
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, toChild[0], STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, fromChild[1], STDOUT_FILENO)
        posix_spawn_file_actions_addclose(&actions, toChild[0])
        posix_spawn_file_actions_addclose(&actions, fromChild[1])
        var words: [UnsafeMutablePointer<CChar>?] = ([WorkerProcess.program, "worker"] + arguments).map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        var child: pid_t = 0
        let status = posix_spawn(&child, WorkerProcess.program, &actions, nil, &words, environ)
        close(toChild[0])
        close(fromChild[1])
        guard status == 0, let stream = fdopen(fromChild[0], "r") else {
            close(toChild[1])
            close(fromChild[0])
            errno = status == 0 ? errno : status
            throw WorkerProcess.failure("another process")
        }
        pid = child
        input = toChild[1]
        output = stream
    }

    deinit {
        close(input)
        fclose(output)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    }

    /// Sends a line.
    func send(_ line: String) throws(CommandError) {
        guard Terminal.write(line + "\n", to: input) else { throw WorkerProcess.failure("a worker's input") }
    }

    /// The next line that the process writes.
    ///
    /// - Throws: `CommandError` where it ended instead; what it said stands on standard error.
    func receive() throws(CommandError) -> String {
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        let length = getline(&line, &capacity, output)
        guard length > 0, let line else { throw CommandError(.failure, "a worker process ended before it answered") }
        return String(decoding: UnsafeRawBufferPointer(start: line, count: length), as: UTF8.self)
    }

    /// This program's own file.
    private static let program = ProfileLocator.runningExecutable() ?? CommandLine.arguments[0]

    private static func failure(_ what: String) -> CommandError {
        CommandError(.failure, "\(what) for a worker process cannot be had: \(String(cString: strerror(errno)))")
    }
}
