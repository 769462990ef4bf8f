import Foundation
import Latency

/// A line that `zendet worker` understands.
enum WorkerRequest: Equatable {
    case run(Int)
    case warm(Int)
    case out(String)
    /// Measures by a plan, given as JSON.
    case measure(MeasurementPlan)
    case quit

    /// More runs than anyone waits for, and few enough that their times fit into memory.
    static let mostRuns = 1_000_000

    /// - Throws: `CommandError` saying what was found and what would be right.
    init(_ line: String) throws(CommandError) {
        let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true).map(String.init)
        let argument = words.count > 1 ? words[1] : nil
        switch words.first {
        case "run": self = .run(try WorkerRequest.count("run", argument))
        case "warm": self = .warm(try WorkerRequest.count("warm", argument))
        case "out":
            guard let argument else { throw CommandError(.usage, "'out' needs the path of the .npz file to write") }
            self = .out(argument)
        case "measure":
            guard let argument, let plan = try? JSONDecoder().decode(MeasurementPlan.self, from: Data(argument.utf8)), plan.isUsable else {
                throw CommandError(.usage, "'measure' needs a measurement's plan as JSON, as 'zendet bench --processes' sends it")
            }
            self = .measure(plan)
        case "quit" where argument == nil: self = .quit
        default: throw CommandError(.usage, "'\(line.prefix(80))' is no command; run N, warm N, measure PLAN, out PATH and quit are")
        }
    }

    private static func count(_ word: String, _ argument: String?) throws(CommandError) -> Int {
        guard let argument, let count = Int(argument), (1...mostRuns).contains(count) else {
            throw CommandError(.usage, "'\(word)' needs a number of runs from 1 to \(mostRuns), not '\((argument ?? "").prefix(40))'")
        }
        return count
    }
}
