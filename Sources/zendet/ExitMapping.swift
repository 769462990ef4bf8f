import Architecture
import ArgumentParser
import Engines
import Entropy
import Export
import Inference
import Latency
import Machine
import Report
import Search

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The exit codes of the command; the numbers from 64 on are those of sysexits.h.
enum ExitStatus: Int32 {
    case failure = 1
    case budgetCannotBeMet = 3
    case usage = 64
    case badInput = 65
    case missingInput = 66
    case tooNoisy = 75
}

/// A failure that the command line finds itself.
struct CommandError: Error {
    var status: ExitStatus
    var message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }
}

/// The one place that turns an error of any room into a line on standard error and an exit code.
enum ExitMapping {
    /// What an error means to whoever called the command; nil for errors of the argument parser.
    static func outcome(of error: any Error) -> (status: ExitStatus, message: String)? {
        switch error {
        case let error as CommandError: (error.status, error.message)
        case let error as ArchitectureError: (status(error.code), error.message)
        case let error as EntropyError: (status(error.code), error.message)
        case let error as MachineError: (status(error.code), error.message)
        case let error as InferenceError: (status(error.code), error.message)
        case let error as LatencyError: (status(error.code), error.message)
        case let error as SearchError: (status(error.code), error.message)
        case let error as ReportError: (.badInput, error.message)
        case let error as ExportError: (status(error.code), error.message)
        case let error as EngineError: (status(error.code), error.message)
        default: nil
        }
    }

    /// Ends the process: help goes to standard output with 0, anything else is one line on standard error.
    static func exit(for error: any Error) -> Never {
        if let (status, message) = outcome(of: error) { end(status, message) }
        let code = ZenDet.exitCode(for: error)
        // Help and version texts are "errors" to the argument parser, with the code 0.
        if code.isSuccess { ZenDet.exit(withError: error) }
        if let status = error as? ExitCode { Terminal.end(status.rawValue) }
        if code == .validationFailure {
            end(.usage, "\(ZenDet.message(for: error)) ('\(helpCommand())' shows how)")
        }
        end(.failure, "\(error)")
    }

    private static func end(_ status: ExitStatus, _ message: String) -> Never {
        Terminal.say("zendet: " + oneLine(message))
        Terminal.end(status.rawValue)
    }

    /// "zendet bench --help" for the subcommand that was called.
    private static func helpCommand() -> String {
        let named = CommandLine.arguments.dropFirst().prefix { !$0.hasPrefix("-") }.prefix(2)
        var words = ["zendet"]
        var commands = ZenDet.configuration.subcommands
        for word in named {
            guard let next = commands.first(where: { $0._commandName == word }) else { break }
            words.append(word)
            commands = next.configuration.subcommands
        }
        return (words + ["--help"]).joined(separator: " ")
    }

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private static func status(_ code: ArchitectureError.Code) -> ExitStatus {
        switch code {
        case .missingFile, .unknownName: .missingInput
        case .malformed, .unsupported, .doesNotFit: .badInput
        }
    }

    private static func status(_ code: EntropyError.Code) -> ExitStatus {
        switch code {
        case .badWeights, .unusedWeights, .badNetwork, .overflow, .zeroVariance: .badInput
        case .badOption: .usage
        case .unavailable: .failure
        }
    }

    private static func status(_ code: MachineError.Code) -> ExitStatus {
        switch code {
        case .missingFile: .missingInput
        case .malformed, .outsideAllowedSet, .tooManyThreads, .duplicate: .badInput
        case .unavailable, .notBound: .failure
        }
    }

    private static func status(_ code: InferenceError.Code) -> ExitStatus {
        switch code {
        case .badNetwork, .notEnoughMemory, .malformedFile: .badInput
        case .missingFile: .missingInput
        case .unavailable: .usage
        case .tooLarge: .failure
        }
    }

    private static func status(_ code: LatencyError.Code) -> ExitStatus {
        switch code {
        case .missingFile: .missingInput
        case .malformed, .tooNew, .outOfRange: .badInput
        case .storage, .cannotMeasure: .failure
        }
    }

    private static func status(_ code: SearchError.Code) -> ExitStatus {
        switch code {
        case .malformedBudget, .unsuitableStart: .badInput
        case .budgetCannotBeMet: .budgetCannotBeMet
        case .badOption, .notSeparable: .usage
        case .sourceFailed, .studyInUse, .studyStorage: .failure
        case .missingStudy: .missingInput
        case .malformedStudy, .foreignStudy: .badInput
        }
    }

    private static func status(_ code: EngineError.Code) -> ExitStatus {
        switch code {
        case .unknownEngine, .malformedCommand: .usage
        case .notInstalled: .missingInput
        case .cannotRun, .gone, .badAnswer, .notBound, .storage: .failure
        }
    }

    private static func status(_ code: ExportError.Code) -> ExitStatus {
        switch code {
        case .missingFile: .missingInput
        case .badNetwork, .malformed, .unsupported: .badInput
        case .cannotExpress: .failure
        }
    }
}
