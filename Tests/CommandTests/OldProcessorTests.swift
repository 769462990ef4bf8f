import Foundation
import Testing

/// The one binary must start on processors without AVX: a weak symbol taken from a wider kernel target would stop it with a signal.
@Suite("An emulated processor without AVX")
struct OldProcessorTests {
    static let emulator = ["/usr/bin/qemu-x86_64", "/usr/bin/qemu-x86_64-static"].first { FileManager.default.isExecutableFile(atPath: $0) }

    @Test("Lists, scores and names only the baseline", .enabled(if: emulator != nil, "needs qemu-x86_64 (Debian: qemu-user)"))
    func startsOnNehalem() throws {
        let zendet = try Zendet()
        let emulator = try #require(Self.emulator)
        let score = try zendet.shell("\(emulator) -cpu Nehalem \"$ZENDET\" score maedet-s --resolution 480 -o json")
        #expect(score.status == 0, "\(score.error)")
        #expect(score.output.contains("1731.907"))
        // A convolution runs with the baseline kernels, and a wider instruction set is refused by name.
        let kernels = try zendet.shell("\(emulator) -cpu Nehalem \"$ZENDET\" kernels")
        #expect(kernels.status == 0 && kernels.output.contains("baseline") && !kernels.output.contains("avx2"), "\(kernels.output)\(kernels.error)")
        let small = try zendet.shell("\(emulator) -cpu Nehalem \"$ZENDET\" bench start-mbv2 --resolution 32 --threads 1 --min-time 1ms -o csv")
        #expect(small.status == 0 && small.output.contains("baseline"), "\(small.error)")
        let wide = try zendet.shell("\(emulator) -cpu Nehalem \"$ZENDET\" bench resnet18 --isa avx2 --resolution 32 --threads 1")
        #expect(wide.status != 0 && wide.status < 128 && wide.error.contains("avx2"), "\(wide.status) \(wide.error)")
    }
}
