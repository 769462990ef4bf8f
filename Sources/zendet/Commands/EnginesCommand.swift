import ArgumentParser
import Engines
import Report

struct EnginesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engines",
        abstract: "Says which other runtimes are installed, and how to install the others.",
        discussion: """
            Other runtimes are sources of latency beside the tensor core: 'zendet verify' compares both, 'bench' and 'compare' show theirs in columns of \
            their own, 'search' can be for one of them. They run from a Python that has their packages, named by --python or ZENDET_PYTHON.

            Any other engine is named by its command, as in --engine 'mine=./mine {onnx} {threads}'. These are filled in: {network} (name or structure \
            file), {resolution} (side of the image), {batch}, {threads}, {cpus}, {weights} (.npz: NAME.weight, NAME.bias), {input} (.npz: input), {onnx}. It is \
            started bound to the CPUs it is measured on, and may read its files until it is ready. It writes {"ready": true, "version": "..."} as a line \
            of JSON, or {"error": "..."}; then it answers every line on its standard input by one line of JSON on its standard output:

              run N     N timed runs: {"t": [seconds]}
              warm N    N runs without times: {}
              out PATH  writes the outputs of the last run (c2, c3, ...; NCHW, fp32) as an .npz file: {}
              quit      ends, as does the end of the input

            What fails is answered by {"error": "..."}. 'zendet worker' is such an engine, and Benchmarks/peers takes the same commands.

            EXAMPLES
              zendet engines
              zendet engines --python .venv/bin/python -o json
            """)

    @Option(
        help: ArgumentHelp("Python that has the runtimes' packages. Without it: $ZENDET_PYTHON, else python3.", valueName: "path"), completion: .file())
    var python: String?

    @OptionGroup var output: OutputOptions

    func run() throws {
        let output = try Output(output)
        var options = EngineOptions()
        options.engines = []
        options.python = python
        let found = try InstalledEngine.all(python: options.interpreter)
        var table = Table([
            .text("engine", key: "engine"), .text("state", key: "state"), .text("version", key: "version"), .text("install with", key: "install"),
        ])
        for engine in found {
            table.append([
                .text(engine.engine), engine.isUsable ? .styled("installed", .good) : .styled("missing", .doubtful), .text(optional: engine.version),
                .text(optional: engine.install),
            ])
        }
        try output.emit([.table(table.withoutEmptyColumns()), .note("In \(options.interpreter).")], table: table, records: found)
    }
}
