import Architecture
import Foundation

/// Structures as the numbers that a search may change, and back.
struct StructureCoding {
    /// Gives classes and strides.
    let start: Structure
    let path: String

    static func numbers(_ block: Block) -> BlockNumbers {
        [block.inChannels, block.outChannels, block.kernelSize, block.depth, block.bottleneck]
    }

    static func numbers(_ blocks: [Block]) -> [BlockNumbers] { blocks.map(numbers) }

    static func numbers(_ structure: ScoredStructure) -> ScoredNumbers {
        ScoredNumbers(blocks: numbers(structure.structure.blocks), score: structure.score, nanoseconds: structure.predictedNanoseconds)
    }

    /// - Throws: `SearchError` with `.malformedStudy` for numbers that no block of the start can have.
    func block(_ numbers: BlockNumbers, index: Int) throws(SearchError) -> Block {
        guard start.blocks.indices.contains(index), numbers.count == 5 else { throw malformed("block \(index) is \(numbers)") }
        var block = start.blocks[index]
        block.inChannels = numbers[0]
        block.outChannels = numbers[1]
        block.kernelSize = numbers[2]
        block.depth = numbers[3]
        block.bottleneck = numbers[4]
        guard BlockKey.fits(block) else { throw malformed("block \(index) is \(numbers)") }
        return block
    }

    func blocks(_ numbers: [BlockNumbers]) throws(SearchError) -> [Block] {
        guard numbers.count == start.blocks.count else {
            throw malformed("a structure has \(numbers.count) blocks, the start has \(start.blocks.count)")
        }
        var blocks: [Block] = []
        for (index, block) in numbers.enumerated() { blocks.append(try self.block(block, index: index)) }
        for (before, block) in zip(blocks, blocks.dropFirst()) where before.outChannels != block.inChannels {
            throw malformed("a block takes \(block.inChannels) channels from one of \(before.outChannels)")
        }
        return blocks
    }

    func structure(_ numbers: [BlockNumbers]) throws(SearchError) -> Structure { Structure(name: start.name, blocks: try blocks(numbers)) }

    func malformed(_ what: String) -> SearchError { SearchError(.malformedStudy, "\(path): the study cannot be read: \(what)") }
}

extension StudyEvent {
    func body() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return switch self {
        case .opened(let value): try encoder.encode(value)
        case .priced(let value): try encoder.encode(value)
        case .evolved(let value): try encoder.encode(value)
        case .solved(let value): try encoder.encode(value)
        case .measured(let value): try encoder.encode(value)
        case .finished(let value): try encoder.encode(value)
        }
    }

    init?(kind: String, body: Data) throws {
        let decoder = JSONDecoder()
        switch kind {
        case "opened": self = .opened(try decoder.decode(StudyOpening.self, from: body))
        case "priced": self = .priced(try decoder.decode(PricedBlock.self, from: body))
        case "evolved": self = .evolved(try decoder.decode(EvolvedRun.self, from: body))
        case "solved": self = .solved(try decoder.decode(SolvedRun.self, from: body))
        case "measured": self = .measured(try decoder.decode(MeasuredStructures.self, from: body))
        case "finished": self = .finished(try decoder.decode(StudyOutcome.self, from: body))
        default: return nil
        }
    }
}
