extension ProfileShape {
    /// A fitted model of a CPU.
    static let stepModel = ProfileShape.object([
        .required("form", .text("the name of the formula, \"\(StepModel.knownForm)\"")),
        .required("isa", .text("an instruction set such as \"avx512\"")),
        .required(
            "engine",
            .object([
                .required("lanes", .integer(atLeast: 1, "floats in a vector")),
                .required("tile_rows", .integer(atLeast: 1, "pixels of the largest microkernel of two vectors")),
                .optional("wide_tile_rows", .integer(atLeast: 1, "pixels of the largest microkernel of three vectors")),
                .required("threads", .integer(atLeast: 1, "the number of pinned threads")),
                .required("level1_bytes", .integer(atLeast: 1, "the bytes of a core's first-level data cache")),
                .required("level2_bytes", .integer(atLeast: 1, "the bytes of a core's second-level cache")),
                .required("level3_bytes", .integer(atLeast: 1, "the bytes of the cache that cores share")),
                .required("barrier_ns", .real(.notNegative, "nanoseconds of a barrier, which say how far apart the cores are")),
            ])),
        .required(
            "families",
            .list(
                of: .object([
                    .required("family", .word(StepFamily.allCases.map(\.rawValue))),
                    .required(
                        "terms",
                        .list(
                            of: .object([
                                .required("term", .word(StepTerm.allCases.map(\.rawValue))),
                                .required("ns", .real(.positive, "nanoseconds for one of the term")),
                            ]), atLeast: 1)),
                    .required("samples", .integer(atLeast: 1, "the number of measured steps")),
                    .required("median_percent", .real(.notNegative, "percent of a step's time")),
                    .required(
                        "range",
                        .object([
                            .required("in_channels_low", .integer(atLeast: 1, "input channels")),
                            .required("in_channels_high", .integer(atLeast: 1, "input channels")),
                            .required("out_channels_low", .integer(atLeast: 1, "output channels")),
                            .required("out_channels_high", .integer(atLeast: 1, "output channels")),
                            .required("side_low", .integer(atLeast: 1, "pixels")),
                            .required("side_high", .integer(atLeast: 1, "pixels")),
                            .required("windows", .list(of: .text("a window and its stride, such as \"3/2\""), atLeast: 1)),
                        ])),
                ]), atLeast: 1)),
        .required("scale", .real(.positive, "a whole network's time over that of its steps")),
        .required(
            "fitted",
            .object([
                .required("fitted_utc", .text("a time such as \"2025-11-24T08:00:00Z\"")),
                .required("networks", .integer(atLeast: 1, "the number of measured networks")),
                .required("steps", .integer(atLeast: 1, "the number of measured steps")),
                .required("seconds", .real(.notNegative, "seconds")),
                .optional("used_seconds", .real(.notNegative, "seconds")),
                .optional("gigahertz", .real(.positive, "the cores' clock")),
                .required("seed", .integer(atLeast: 0, "the seed of the networks")),
            ])),
        .optional("card", errorCard),
    ])

    private static let errorCard = ProfileShape.object([
        .required("networks", .integer(atLeast: 1, "the number of checked networks")),
        .required("seed", .integer(atLeast: 0, "the seed of the networks")),
        .required("median_percent", .real(.notNegative, "percent of the measured time")),
        .required("p95_percent", .real(.notNegative, "percent of the measured time")),
        .required("worst_percent", .real(.notNegative, "percent of the measured time")),
        .required("bias_percent", .real(.any, "percent of the measured time, above zero where the model is too slow")),
        .required("within_5_share", .real(.share, "the part of the networks within 5 percent")),
        .required("within_8_share", .real(.share, "the part of the networks within 8 percent")),
        .required("spearman", .real(.any, "a rank correlation")),
        .required("networks_outside", .integer(atLeast: 0, "the number of networks with steps outside of what was measured")),
        .optional("noise_floor_percent", .real(.notNegative, "percent of the median")),
    ])

    /// What channel counts cost.
    static let staircase = ProfileShape.object([
        .required("isa", .text("an instruction set such as \"avx512\"")),
        .required("threads", .integer(atLeast: 1, "the number of pinned threads")),
        .required("channel_step", .integer(atLeast: 1, "channels")),
        .required(
            "points",
            .list(
                of: .object([
                    .required("kernel_size", .integer(atLeast: 1, "pixels")),
                    .required("side", .integer(atLeast: 1, "pixels")),
                    .required("channels", .integer(atLeast: 1, "input and output channels")),
                    .required("median_ns", .real(.positive, "nanoseconds")),
                ]), atLeast: 1)),
    ])
}
