import Architecture
import Support
import Testing

/// Random damage to valid files: whatever comes out is a structure that can be built and counted, or an error of one line.
@Suite struct FuzzTests {
    private static let fragments = [
        "{", "}", "[", "]", "(", ")", "'", "\"", ",", ":", "#", "\\", "-", "+", ".", "e", "\n", "None", "True", "best_structures", "'s': 3",
        "99999999999999999999",
        "9223372036854775807", "131072", "0", "\u{0}", "é", "\u{FEFF}", "'L': 1000", "'g': 2", "SuperQuantResK1DWK1", "1e5",
    ]

    @Test(arguments: 0..<8 as Range<UInt64>)
    func mutatedFilesNeverCrash(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let originals = try Fixtures.structures().flatMap { [StructureFile.pythonText([$0]), StructureFile.jsonText([$0])] }.map {
            Array($0.utf8)
        }
        var accepted = 0
        var rejected = 0
        for round in 0..<1000 {
            var bytes = originals.randomElement(using: &random)!
            for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, &random) }
            do throws(ArchitectureError) {
                for structure in try StructureFile.parse(bytes, source: "fuzz") {
                    // Small graphs only: building a thousand deep ones would take minutes and test nothing more.
                    if structure.blocks.reduce(0, { $0 + $1.depth }) <= 300 { _ = try structure.network().cost(resolution: 224) }
                    _ = try structure.cost(resolution: 224)
                }
                accepted += 1
            } catch {
                rejected += 1
                let isOneLine = !error.message.contains { $0.isNewline } && error.message.count < 500
                #expect(isOneLine, "seed \(seed), round \(round): \(error.message)")
            }
        }
        #expect(accepted > 5 && rejected > 200, "seed \(seed): \(accepted) accepted, \(rejected) rejected")
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.insert(contentsOf: Array(Self.fragments.randomElement(using: &random)!.utf8), at: place)
        case 2: bytes.removeSubrange(place..<min(place + Int.random(in: 1...20, using: &random), bytes.count))
        case 3: bytes.removeLast(bytes.count - place)
        case 4:
            // A digit for a digit keeps the file readable and changes what it says.
            guard let digit = bytes[place...].firstIndex(where: { (48...57).contains($0) }) else { return }
            bytes[digit] = UInt8.random(in: 48...57, using: &random)
        default:
            let other = Int.random(in: 0..<bytes.count, using: &random)
            let length = min(Int.random(in: 1...40, using: &random), bytes.count - max(place, other))
            bytes.insert(contentsOf: Array(bytes[other..<other + length]), at: place)
        }
    }
}
