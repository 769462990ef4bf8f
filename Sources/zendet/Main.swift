import ArgumentParser

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@main
enum Main {
    static func main() {
        // A reader that goes away (`zendet models | head -1`) is no fault: the write fails with EPIPE, see Output.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try ZenDet.parseAsRoot()
            try command.run()
        } catch {
            ExitMapping.exit(for: error)
        }
    }
}
