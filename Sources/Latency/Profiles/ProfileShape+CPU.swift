extension ProfileShape {
    package static let header: [Field] = [
        .required("schema_version", .integer(atLeast: 1, "the version of this format")),
        .required("kind", .word([ProfileHeader.Kind.cpu.rawValue, ProfileHeader.Kind.referenceAccelerator.rawValue])),
        .required("name", .text("vendor-part-configuration in lower case, for example \"amd-epyc-9r14-2-cores\"")),
        .required("created_utc", .text("a time such as \"2025-11-24T08:00:00Z\"")),
        .required("tool_version", .text("the version of the tool that wrote the file")),
    ]

    package static let cpu: [Field] = [
        .required(
            "cpu",
            .object([
                .required("vendor", .text("for example \"AuthenticAMD\"")),
                .required("name", .text("the CPU's name for itself")),
                .optional("family", .integer(atLeast: 0, "the family of an x86 CPU")),
                .optional("model", .integer(atLeast: 0, "the model of an x86 CPU")),
                .optional("stepping", .integer(atLeast: 0, "the stepping of an x86 CPU")),
                .required("features", .list(of: .text("a feature's name"), atLeast: 0)),
                .required("microcode", .text("the microcode's version or \"unknown\"")),
            ])),
        .required(
            "topology",
            .object([
                .required("packages", .integer(atLeast: 1, "the number of packages")),
                .required("numa_nodes", .integer(atLeast: 1, "the number of NUMA nodes")),
                .required("cores", .integer(atLeast: 1, "the number of cores")),
                .required("pus", .integer(atLeast: 1, "the number of hardware threads")),
                .required(
                    "core_kinds",
                    .list(
                        of: .object([
                            .required("name", .text("the kind of core")),
                            .required("pus", .integer(atLeast: 1, "the number of hardware threads of this kind")),
                        ]), atLeast: 0)),
                .required(
                    "caches",
                    .list(
                        of: .object([
                            .required("level", .integer(atLeast: 1, "the cache's level")),
                            .required("kind", .word(["data", "instruction", "unified"])),
                            .required("bytes", .integer(atLeast: 1, "the bytes of one cache")),
                            .required("count", .integer(atLeast: 1, "the number of such caches")),
                        ]), atLeast: 0)),
            ])),
        .required("memory_bytes", .integer(atLeast: 1, "the bytes of memory")),
        .required(
            "measured",
            .object([
                .required("peaks", .list(of: peak, atLeast: 1)),
                .required("baselines", .list(of: baseline, atLeast: 0)),
                .optional("layers", .list(of: layer, atLeast: 0)),
                .optional("models", .list(of: stepModel, atLeast: 0)),
                .optional("staircases", .list(of: staircase, atLeast: 0)),
                .optional("noise_floor_percent", .real(.notNegative, "percent of the median")),
            ])),
        .required(
            "environment",
            .object([
                .required("kernel", .text("the kernel's version or \"unknown\"")),
                .required("hypervisor", .text("\"yes\", \"no\" or \"unknown\"")),
                .required("governor", .text("the frequency governor or \"unknown\"")),
                .optional("load_average", .real(.notNegative, "the load average over one minute")),
            ])),
    ]

    private static let isa = ProfileShape.text("an instruction set such as \"avx512\"")
    private static let threads = ProfileShape.integer(atLeast: 1, "the number of pinned threads")

    private static let peak = ProfileShape.object([
        .required("isa", isa),
        .required("threads", threads),
        .required("fma_gflop_per_s_per_core", .real(.positive, "1e9 operations per second")),
        .required("fma_gflop_per_s", .real(.positive, "1e9 operations per second")),
        .required("read_gb_per_s", .real(.positive, "1e9 bytes per second")),
        .required("copy_gb_per_s", .real(.positive, "1e9 bytes per second")),
    ])

    private static let baseline = ProfileShape.object([
        .required("network", .text("a network's name")),
        .required("resolution", .integer(atLeast: 1, "pixels")),
        .required("batch", .integer(atLeast: 1, "images")),
        .required("threads", threads),
        .required("isa", isa),
        .required("median_ns", .real(.positive, "nanoseconds")),
        .required("p10_ns", .real(.positive, "nanoseconds")),
        .required("p90_ns", .real(.positive, "nanoseconds")),
        .required("samples", .integer(atLeast: 1, "the number of samples")),
        .required("verdict", .word(Verdict.allCases.map(\.rawValue))),
    ])

    private static let layer = ProfileShape.object([
        .required("kind", .word(["convolution", "depthwise", "max_pooling", "average_pooling", "squeeze_excitation", "add", "relu"])),
        .required("in_channels", .integer(atLeast: 1, "input channels")),
        .required("out_channels", .integer(atLeast: 1, "output channels")),
        .required("kernel_size", .integer(atLeast: 1, "pixels")),
        .required("stride", .integer(atLeast: 1, "pixels")),
        .required("groups", .integer(atLeast: 1, "groups of channels")),
        .required("input_height", .integer(atLeast: 1, "pixels")),
        .required("input_width", .integer(atLeast: 1, "pixels")),
        .required("batch", .integer(atLeast: 1, "images")),
        .required("relu", .boolean("whether a ReLU is applied")),
        .required("residual", .boolean("whether a residual is added")),
        .required("threads", threads),
        .required("isa", isa),
        .optional("method", .text("how a convolution was computed, \"direct\" or a Winograd variant such as \"F(4x4,3x3)\"")),
        .required("median_ns", .real(.positive, "nanoseconds")),
        .required("samples", .integer(atLeast: 1, "the number of samples")),
    ])
}
