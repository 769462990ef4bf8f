extension ProfileShape {
    package static let accelerator: [Field] = [
        .required("product", .text("the product and its variant")),
        .required(
            "peaks",
            .list(
                of: .object([
                    .required("precision", precision),
                    .required("gflop_per_s", .real(.positive, "1e9 operations per second")),
                    .required("source", source),
                ]), atLeast: 0)),
        .optional(
            "memory_bandwidth",
            .object([.required("gb_per_s", .real(.positive, "1e9 bytes per second")), .required("source", source)])),
        .required(
            "published",
            .list(
                of: .object([
                    .required("network", .text("a network's name")),
                    .required("resolution", .integer(atLeast: 1, "pixels of the image's side")),
                    .required("batch", .integer(atLeast: 1, "images")),
                    .required("precision", .text("the precision as published")),
                    .required("runtime", .text("the software that ran it")),
                    .optional("ms_per_batch", .real(.positive, "milliseconds")),
                    .optional("images_per_s", .real(.positive, "images per second")),
                    .required("source", source),
                ]), atLeast: 0)),
        .optional("latency_model", latencyModel),
        .optional(
            "operator_libraries",
            .list(
                of: .object([
                    .required("precision", precision), .required("source", .text("where the rows come from")),
                    .required("imported_utc", .text("a date")),
                    .required("rows", .list(of: .text("a row of an operator library"), atLeast: 1)),
                ]), atLeast: 0)),
    ]

    private static let precision = ProfileShape.word(Precision.allCases.map(\.rawValue))
    private static let source = ProfileShape.text("where the figure was published")

    private static let latencyModel = ProfileShape.object([
        .required("form", .word([LatencyModelDescription.knownForm])),
        .required(
            "source",
            .object([
                .required("library", .text("the library the model was fitted to")),
                .required("license", .text("the library's license")),
                .required("runtime", .text("what ran the operators")),
                .required("fitted_utc", .text("a date")),
            ])),
        .required("multiprocessors", .integer(atLeast: 1, "units that work on one tile each")),
        .required(
            "tiles",
            .list(
                of: .object([
                    .required("pixels", .integer(atLeast: 1, "output pixels of a tile")),
                    .required("channels", .integer(atLeast: 1, "output channels of a tile")),
                ]), atLeast: 1)),
        .required("splits", .list(of: .integer(atLeast: 1, "parts of a sum"), atLeast: 1)),
        .required("tile_blend", .real(.positive, "an exponent")),
        .required("roofline_blend", .real(.positive, "an exponent")),
        .required(
            "winograd_block",
            .object([
                .required("height", .integer(atLeast: 1, "output pixels")), .required("width", .integer(atLeast: 1, "output pixels")),
            ])),
        .required("precisions", .list(of: precisionModel, atLeast: 1)),
    ])

    private static let precisionModel = ProfileShape.object([
        .required("precision", precision),
        .required("element_bytes", .integer(atLeast: 1, "bytes of a value")),
        .required("channel_padding", .integer(atLeast: 1, "input channels")),
        .required(
            "grid",
            .object([
                .required("batches", .list(of: .integer(atLeast: 1, "images"), atLeast: 1)),
                .required("sides", .list(of: .integer(atLeast: 1, "pixels"), atLeast: 1)),
                .required("output_channels", .list(of: .integer(atLeast: 1, "channels"), atLeast: 1)),
                .required("image_output_channels", .list(of: .integer(atLeast: 1, "channels"), atLeast: 1)),
                .required("channel_ratios", .list(of: .real(.positive, "input over output channels"), atLeast: 1)),
            ])),
        .required("longest_ms", .real(.positive, "milliseconds per batch")),
        .required(
            "rows",
            .object([
                .required("total", .integer(atLeast: 0, "rows")), .required("not_measured", .integer(atLeast: 0, "rows")),
                .required("excluded", .integer(atLeast: 0, "rows")), .required("fitted", .integer(atLeast: 0, "rows")),
                .required("held_out", .integer(atLeast: 0, "rows")), .required("outliers", .integer(atLeast: 0, "rows")),
                .required("held_out_median_percent", .real(.notNegative, "percent")),
                .required("held_out_p90_percent", .real(.notNegative, "percent")),
            ])),
        .required("operators", .list(of: operatorCoefficients, atLeast: 1)),
        .required(
            "card",
            .list(
                of: .object([
                    .required("set", .word(["measured", "depthwise", "extrapolated"])),
                    .required("batch", .integer(atLeast: 1, "images")),
                    .required("networks", .integer(atLeast: 1, "networks")),
                    .required("median_percent", .real(.notNegative, "percent")),
                    .required("p90_percent", .real(.notNegative, "percent")),
                    .required("worst_percent", .real(.notNegative, "percent")),
                ]), atLeast: 0)),
    ])

    private static let operatorCoefficients = ProfileShape.object([
        .required("kind", .word(["convolution", "image_convolution", "depthwise"])),
        .required("kernel_size", .integer(atLeast: 1, "pixels")),
        .required("stride", .integer(atLeast: 1, "pixels")),
        .required("launch_ms", .real(.positive, "milliseconds")),
        .required("residual_launch_share", .real(.notNegative, "a share of the launch")),
        .required("bandwidth_gb_per_s", .real(.positive, "1e9 bytes per second")),
        .required("input_factor", .real(.positive, "a factor")),
        .required("depth_offset", .real(.notNegative, "steps of the inner loop")),
        .required("misaligned_factor", .real(.positive, "a factor")),
        .optional("wave_rounding", .real(.share, "a share")),
        .optional("padding_exponent", .real(.share, "an exponent")),
        .optional("split_ms", .real(.notNegative, "milliseconds")),
        .optional("winograd_factor", .real(.positive, "a factor")),
        .required("tile_rates_gmac_per_s", .list(of: .real(.positive, "1e9 multiply-accumulates per second"), atLeast: 1)),
    ])
}
