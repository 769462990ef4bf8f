import ArgumentParser
import Latency

/// Other machines whose latency is predicted beside what a command shows.
struct ProfileColumnOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Also predict the latency on the machine of this hardware profile, by its model: a file, or a name in hardware-profiles; may be repeated.",
            valueName: "profile"),
        completion: .profile)
    var profile: [String] = []

    @Option(
        name: .customLong("profile-isa"),
        help: ArgumentHelp("With --profile: the model of this instruction set. Without it: the profile's widest.", valueName: "isa"))
    var profileISA: String?

    @Option(help: ArgumentHelp("With --profile: the model for this number of threads. Without it: the profile's most.", valueName: "number"))
    var profileThreads: Int?

    func validate() throws {
        guard !profile.isEmpty || (profileISA == nil && profileThreads == nil) else {
            throw ValidationError("\(profileISA != nil ? "--profile-isa" : "--profile-threads") chooses among the models of a profile: name one with --profile")
        }
    }

    /// Nil where no profile was named.
    ///
    /// - Throws: what ``ProfileTarget/init(_:isa:threads:)`` throws.
    func columns() throws -> ProfileColumns? {
        profile.isEmpty ? nil : ProfileColumns(targets: try profile.map { try ProfileTarget($0, isa: profileISA, threads: profileThreads) })
    }

    /// Every model of the named profiles that was asked for.
    func models() throws -> [(name: String, model: StepModel)] {
        try profile.flatMap { text in
            let target = try ProfileTarget(text, isa: profileISA, threads: profileThreads)
            return try target.profile.models(isa: profileISA, threads: profileThreads).map { (target.name, $0) }
        }
    }
}
