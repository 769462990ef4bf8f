import ArgumentParser
import CPlatform

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
        // Else weights that were read and packed stay with the process as free memory: 12 of 380 MiB with DAMO-YOLO's largest.
        zd_map_large_blocks(1 << 20)
        do {
            var command = try ZenDet.parseAsRoot()
            try command.run()
        } catch {
            ExitMapping.exit(for: error)
        }
    }
}
