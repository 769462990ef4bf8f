import Architecture
import Entropy
import Foundation
import Search
import Testing

/// The code of the article in Search.docc: it runs, and the article shows just this.
@Suite struct ArticleTests {
    @Test func fromStructureToBackbone() throws {
        // article: structure
        let text = """
            {'best_structures': [[
              {'class': 'ConvKXBNRELU', 'in': 3, 'out': 16, 's': 2, 'k': 3},
              {'class': 'SuperResK1KXK1', 'in': 16, 'out': 32, 's': 2, 'k': 3, 'L': 1, 'btn': 16},
              {'class': 'SuperResK1KXK1', 'in': 32, 'out': 64, 's': 2, 'k': 3, 'L': 1, 'btn': 32},
              {'class': 'SuperResK1KXK1', 'in': 64, 'out': 128, 's': 2, 'k': 3, 'L': 1, 'btn': 32},
              {'class': 'SuperResK1KXK1', 'in': 128, 'out': 256, 's': 2, 'k': 3, 'L': 1, 'btn': 64}]],
             'space_arch': 'CnnNet'}
            """
        let start = try StructureFile.parse(Array(text.utf8), source: "start.txt")[0]
        // article end
        #expect(start.blocks.count == 5)

        // article: score
        let entropy = ClosedFormEntropy.maeDet.total(start)
        let cost = try start.cost(resolution: 320)
        print("entropy \(entropy), \(cost.macs) MACs, \(cost.params) parameters, \(cost.layers) layers")
        // article end
        #expect(entropy > 0 && cost.layers == 13)

        // article: search
        let space = try DesignSpace(start: start, resolution: 320, layerBudget: 40)
        let score = ClosedFormScore(.maeDet)
        var options = EvolutionOptions()
        options.seed = 1
        options.evaluations = 5_000
        let budgets = Budgets(macs: 1_000_000_000, layers: 40)
        let found = try Evolution(space: space, score: score, budgets: budgets, options: options).run()
        print("score \(found.best.score) with \(found.best.totals.macs) MACs")
        // article end
        #expect(found.best.score > entropy && found.best.totals.macs <= 1_000_000_000)
        // The gains rise to the winner's score, and say after how many structures.
        #expect(found.gains.count >= 2 && found.gains.last?.score == found.best.score)
        #expect(zip(found.gains, found.gains.dropFirst()).allSatisfy { $0.score < $1.score && $0.evaluations < $1.evaluations })
        #expect(found.gains.allSatisfy { $0.evaluations <= found.evaluations })

        // article: latency
        let latency = TableLatencySource(overheadNanoseconds: 50_000) { block, _, side in
            // 100 multiply-accumulates a nanosecond: put the figures of your own board here.
            let area = Double((side / block.stride) * (side / block.stride))
            let width = Double(block.bottleneck)
            let pixels = Double(block.inChannels) * width + Double(block.kernelSize * block.kernelSize) * width * width + width * Double(block.outChannels)
            return area * (block.kind == .convKXBNRELU ? 27 * Double(block.outChannels) : pixels * Double(block.depth)) / 100
        }
        let limit = Budgets(latency: .nanoseconds(8_000_000), layers: 40)
        let fast = try Evolution(space: space, score: score, latency: latency, budgets: limit, options: options).run()
        print("score \(fast.best.score) at \((fast.best.predictedNanoseconds ?? 0) / 1e6) ms")
        // article end
        #expect(try #require(fast.best.predictedNanoseconds) <= 8_000_000 && fast.best.score > entropy)

        // article: write
        let file = StructureFile.pythonText([fast.best.structure])
        // article end
        #expect(try StructureFile.parse(Array(file.utf8), source: "found.txt")[0].blocks == fast.best.structure.blocks)
    }

    /// Every part of the code above stands in the article, and the article has no other code.
    @Test func articleShowsTheCodeThatRuns() throws {
        let here = URL(fileURLWithPath: #filePath)
        let root = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let lines = try String(contentsOf: here, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
        let article = try String(contentsOf: root.appendingPathComponent("Sources/Search/Search.docc/FromStructureToBackbone.md"), encoding: .utf8)
        let shown = article.components(separatedBy: "```swift\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
        var parts: [String] = []
        var part: [Substring]?
        for line in lines {
            let word = line.trimmingCharacters(in: .whitespaces)
            if word.hasPrefix("// article: ") {
                part = []
            } else if word == "// article end", let block = part {
                let indent = block.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
                parts.append(block.map { String($0.dropFirst(indent)) }.joined(separator: "\n") + "\n")
                part = nil
            } else {
                part?.append(line)
            }
        }
        #expect(parts.count == 5)
        #expect(shown == ["import Architecture\nimport Entropy\nimport Search\n"] + parts)
    }
}
