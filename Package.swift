// swift-tools-version: 6.2
import PackageDescription

/// Kernel targets share one source folder (Sources/Microkernels, by symbolic link) and differ only in these flags.
/// `-unroll-threshold`: without it LLVM keeps a 12-row accumulator tile in memory instead of registers.
/// `-O` also in debug builds: SIMD types without optimization are hundreds of times slower. Whole modules, so that what one file declares is inlined in
/// the others; with threads, since only then each file has its object, which a debug build looks for.
func microkernels(_ isa: String, flags: [String]) -> Target {
    .target(
        name: "Microkernels\(isa)",
        dependencies: ["CMicrokernels"],
        path: "Sources/Microkernels\(isa)",
        swiftSettings: [
            .define("ISA_\(isa.uppercased())"),
            .unsafeFlags(["-O", "-wmo", "-num-threads", "2", "-Xllvm", "-unroll-threshold=4000"] + flags.flatMap { ["-Xcc", $0] }),
        ])
}

/// The instruction sets of the architecture that the package is built on.
#if arch(arm64)
let kernelTargets = [microkernels("NEON", flags: [])]
#else
let kernelTargets = [
    microkernels("Baseline", flags: []), microkernels("AVX2", flags: ["-march=x86-64-v3"]), microkernels("AVX512", flags: ["-march=x86-64-v4"]),
]
#endif

let package = Package(
    name: "ZenDet",
    products: [
        .executable(name: "zendet", targets: ["zendet"]),
        .library(name: "ZenDetTensorCore", targets: ["TensorCore"]),
        .library(name: "ZenDetEngines", targets: ["Engines"]),
        .library(name: "ZenDetSearch", targets: ["Architecture", "Entropy", "Latency", "Search"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    ],
    targets: [
        // What everything stands on.
        .systemLibrary(name: "CHwloc", pkgConfig: "hwloc", providers: [.apt(["libhwloc-dev"])]),
        .target(name: "CPlatform"),
        .target(name: "CMicrokernels"),
        .target(name: "Architecture"),

        // The engine.
        .target(
            name: "TensorCore",
            dependencies: ["CPlatform", "CMicrokernels"] + kernelTargets.map { .target(name: $0.name) },
            swiftSettings: [.unsafeFlags(["-O"])]),
        .target(name: "Machine", dependencies: ["CHwloc", "CPlatform"]),
        .target(name: "Inference", dependencies: ["Architecture", "TensorCore", "Machine"]),

        // What is asked of it.
        .target(name: "Entropy", dependencies: ["Architecture", "Inference", "Machine", "TensorCore"]),
        .target(
            name: "Latency",
            dependencies: [
                "Architecture", "Inference", "Machine", "TensorCore", "CPlatform",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .target(name: "Search", dependencies: ["Architecture", "Entropy", "Latency", .product(name: "GRDB", package: "GRDB.swift")]),
        // Weights are drawn and read where they are run, so this room stands above Inference.
        .target(
            name: "Export", dependencies: ["Architecture", "Inference", .product(name: "SwiftProtobuf", package: "swift-protobuf")],
            exclude: ["ONNX/onnx-subset.proto"]),
        // Other runtimes as sources of latency.
        .target(
            name: "Engines", dependencies: ["Architecture", "Export", "Inference", "Latency", "Machine"],
            resources: [.embedInCode("Adapter/engine_adapter.py")]),
        .target(name: "Report", dependencies: ["Architecture", "Engines", "Entropy", "Latency", "Search"]),
        .executableTarget(
            name: "zendet",
            dependencies: [
                "Architecture", "CPlatform", "Machine", "TensorCore", "Inference", "Entropy", "Latency", "Search", "Report", "Export", "Engines",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // Benchmarks that are programs; recorded runs lie beside them.
        .executableTarget(
            name: "network-benchmark",
            dependencies: ["Architecture", "Machine", "TensorCore", "Inference", "Latency", "Search"],
            path: "Benchmarks/network", exclude: ["runs"]),
        .executableTarget(
            name: "search-benchmark",
            dependencies: ["Architecture", "Entropy", "Machine", "TensorCore", "Inference", "Latency", "Search"],
            path: "Benchmarks/search", exclude: ["runs", "README.md"]),
        .executableTarget(
            name: "entropy-benchmark", dependencies: ["Architecture", "Entropy", "Latency", "Machine", "TensorCore"], path: "Benchmarks/entropy",
            exclude: ["torch_forward.py", "runs"]),
        .executableTarget(name: "convolution-benchmark", dependencies: ["Machine", "TensorCore"], path: "Benchmarks/convolution"),

        // Tests.
        .target(name: "Support", path: "Tests/Support"),
        .testTarget(name: "ArchitectureTests", dependencies: ["Architecture", "Support"], resources: [.copy("Fixtures")]),
        .testTarget(
            name: "EntropyTests", dependencies: ["Architecture", "Entropy", "Inference", "Machine", "Support", "TensorCore"],
            resources: [.copy("Fixtures")]),
        .testTarget(name: "MachineTests", dependencies: ["Machine", "CPlatform", "Support"], resources: [.copy("Fixtures")]),
        .target(name: "Ladder", dependencies: ["TensorCore", "CMicrokernels", "Support"], path: "Tests/Ladder"),
        .testTarget(name: "TensorCoreTests", dependencies: ["TensorCore", "Ladder"], exclude: ["AArch64/Emulated"]),
        .testTarget(name: "InferenceTests", dependencies: ["Architecture", "Inference", "Machine", "TensorCore", "Support"]),
        .testTarget(
            name: "LatencyTests",
            dependencies: [
                "Architecture", "CPlatform", "Inference", "Latency", "Machine", "Support", "TensorCore", .product(name: "GRDB", package: "GRDB.swift"),
            ],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "SearchTests", dependencies: ["Architecture", "Entropy", "Latency", "Search", "Support", .product(name: "GRDB", package: "GRDB.swift")]),
        .testTarget(
            name: "ExportTests",
            dependencies: [
                "Architecture", "Export", "Inference", "Machine", "Support", "TensorCore", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            exclude: ["Python"]),
        .testTarget(
            name: "EnginesTests", dependencies: ["Architecture", "Engines", "Inference", "Latency", "Machine", "Support", "TensorCore"]),
        .testTarget(name: "ReportTests", dependencies: ["Latency", "Report", "Support"]),
        .testTarget(name: "CommandTests", dependencies: ["Support", "zendet"]),
    ] + kernelTargets
)
