import Foundation

/// The kernels, TensorCore and the ladders as Embedded Swift for AArch64, linked to a program with Debian's cross compiler.
///
/// Embedded Swift, because no toolchain for Linux on AArch64 is needed for it: the C library alone is Debian's.
struct CrossBuild {
    let program: String

    /// What the build needs, and a sentence for each program that is missing.
    static let swiftc = Tool(named: "swiftc")
    static let gcc = Tool(named: "aarch64-linux-gnu-gcc")
    static let emulator = Tool(named: "qemu-aarch64") ?? Tool(named: "qemu-aarch64-static")
    static let objdump = Tool(named: "aarch64-linux-gnu-objdump")
    static let missing: String = [
        swiftc == nil || resources == nil ? "swiftc with Embedded Swift for \(target)" : nil,
        gcc == nil || objdump == nil ? "aarch64-linux-gnu-gcc (Debian: gcc-aarch64-linux-gnu)" : nil,
        emulator == nil ? "qemu-aarch64 (Debian: qemu-user)" : nil,
    ].compactMap { $0 }.joined(separator: ", ")

    /// One build serves all tests.
    static let shared = Result { try CrossBuild() }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private static let target = "aarch64-none-none-elf"

    /// The toolchain's folder for the target, nil where it has none.
    private static let resources: String? = {
        struct Info: Decodable {
            struct Paths: Decodable { var runtimeResourcePath: String }
            var paths: Paths
        }
        guard let text = try? swiftc?.run(["-print-target-info", "-target", target]).output,
            let info = try? JSONDecoder().decode(Info.self, from: Data(text.utf8))
        else { return nil }
        let folder = "\(info.paths.runtimeResourcePath)/embedded/\(target)"
        return FileManager.default.fileExists(atPath: folder) ? folder : nil
    }()

    private let folder: URL
    private let root: URL

    private init() throws {
        guard Self.missing.isEmpty, let gcc = Self.gcc, let resources = Self.resources else { throw Failure(description: "needs \(Self.missing)") }
        folder = Tool.ownBinary.deletingLastPathComponent().appendingPathComponent("aarch64-ladder")
        root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../..").standardizedFileURL
        program = folder.appendingPathComponent("ladder").path
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try writeModuleMap("CMicrokernels", ["zd_microkernels.h"])
        try writeModuleMap("CPlatform", ["zd_cpu.h", "zd_libc.h"])

        // As in Package.swift. Without stack protectors, which Linux builds do not have either.
        let kernelFlags = ["-D", "ISA_NEON", "-Xllvm", "-unroll-threshold=4000", "-Xfrontend", "-disable-stack-protector"]
        var objects = [
            try compile("MicrokernelsNEON", "Sources/Microkernels", kernelFlags), try compile("TensorCore", "Sources/TensorCore"),
            try compile("Support", "Tests/Support"), try compile("Ladder", "Tests/Ladder"),
            try compile("EmulatedLadder", "Tests/TensorCoreTests/AArch64/Emulated"),
        ]
        for source in ["cpu", "libc"] {
            let object = folder.appendingPathComponent("\(source).o").path
            try run(gcc, ["-O2", "-c", path("Sources/CPlatform/\(source).c"), "-I", path("Sources/CPlatform/include"), "-o", object])
            objects.append(object)
        }
        objects.append("\(resources)/libswiftUnicodeDataTables.a")
        // Position-independent: Embedded Swift's protected symbols admit no copy relocations.
        try run(gcc, ["-static-pie", "-o", program] + objects + ["-lm"])
    }

    private func path(_ relative: String) -> String { root.appendingPathComponent(relative).path }

    private func moduleMap(_ module: String) -> String { folder.appendingPathComponent("\(module).modulemap").path }

    /// A module of C headers, as SwiftPM makes it from a target's include folder.
    private func writeModuleMap(_ module: String, _ headers: [String]) throws {
        let lines = headers.map { "    header \"\(path("Sources/\(module)/include/\($0)"))\"\n" }
        try "module \(module) {\n\(lines.joined())    export *\n}\n".write(toFile: moduleMap(module), atomically: true, encoding: .utf8)
    }

    /// Compiles a folder of sources to an object and a module; returns the object.
    private func compile(_ module: String, _ sources: String, _ flags: [String] = []) throws -> String {
        guard let swiftc = Self.swiftc else { throw Failure(description: "needs swiftc") }
        let files = try FileManager.default.contentsOfDirectory(atPath: path(sources)).filter { $0.hasSuffix(".swift") }.sorted()
        let object = folder.appendingPathComponent("\(module).o").path
        let maps = ["CMicrokernels", "CPlatform"].flatMap { ["-Xcc", "-fmodule-map-file=\(moduleMap($0))"] }
        try run(
            swiftc,
            ["-target", Self.target, "-enable-experimental-feature", "Embedded", "-O", "-wmo", "-parse-as-library", "-package-name", "ZenDet"]
                + ["-swift-version", "6"] + maps + flags
                + ["-I", folder.path, "-module-name", module, "-emit-module-path", folder.appendingPathComponent("\(module).swiftmodule").path]
                + ["-emit-module", "-c", "-o", object] + files.map { path("\(sources)/\($0)") })
        return object
    }

    private func run(_ tool: Tool, _ arguments: [String]) throws {
        let (output, status) = try tool.run(arguments, withErrors: true)
        if status != 0 { throw Failure(description: "\(tool.path) \(arguments.joined(separator: " ")) exits with \(status):\n\(output)") }
    }
}
