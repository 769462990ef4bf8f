import ArgumentParser
import Engines

/// Which other runtimes a command asks, and with which Python.
struct EngineOptions: ParsableArguments {
    @Option(
        name: [.customLong("engine"), .customLong("engines")],
        help: ArgumentHelp(
            "Other runtimes: onnxruntime, openvino, ncnn, mnn, or several separated by commas; or NAME=COMMAND for one that speaks the protocol of 'zendet help engines'. May be repeated.",
            valueName: "names|name=command"),
        completion: .list(Engine.Runtime.allCases.map(\.rawValue)))
    var engines: [String] = []

    @Option(
        help: ArgumentHelp("Python that has the runtimes' packages. Without it: $ZENDET_PYTHON, else python3.", valueName: "path"), completion: .file())
    var python: String?

    var interpreter: String { python ?? Environment.variables["ZENDET_PYTHON"].flatMap { $0.isEmpty ? nil : $0 } ?? "python3" }

    /// The engines asked for, in order, after a look at whether they are installed.
    ///
    /// - Throws: `EngineError`: unknown, or not installed, with the command that installs it; `ValidationError` for the same engine twice.
    func checked() throws -> [Engine] {
        let all = try engines.flatMap { text throws(EngineError) in try Engine.parse(text) }
        if let twice = all.indices.first(where: { index in all[..<index].contains { $0.name == all[index].name } }) {
            throw ValidationError("--engine \(all[twice].name) is given twice")
        }
        guard all.contains(where: { $0.runtime != nil }) else { return all }
        let installed: [InstalledEngine]
        do throws(EngineError) { installed = try InstalledEngine.all(python: interpreter) } catch {
            throw EngineError(error.code, error.message + "; name a Python with --python or ZENDET_PYTHON")
        }
        for engine in all {
            guard let found = installed.first(where: { $0.engine == engine.runtime?.rawValue }), let install = found.install else { continue }
            throw EngineError(
                .notInstalled, "\(engine.name): \(found.missing.joined(separator: ", ")) \(found.missing.count == 1 ? "is" : "are") not installed in "
                    + "\(interpreter): \(install)")
        }
        return all
    }
}
