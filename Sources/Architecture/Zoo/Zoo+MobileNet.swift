extension Zoo {
    /// MobileNetV2 (arXiv 1801.04381) in K1DWK1 blocks, which put a ReLU where the original is linear.
    static let mobileNet: [Entry] = [
        Entry(
            Structure(
                "mobilenetv2", .superResK1DWK1, stem: (32, 2, 3),
                [
                    (16, 1, 3, 1, 32), (24, 2, 3, 2, 96), (32, 2, 3, 3, 144), (64, 2, 3, 4, 256),
                    (96, 1, 3, 3, 480), (160, 2, 3, 3, 768), (320, 1, 3, 1, 960),
                ], head: 1280),
            summary: "MobileNetV2 1.0 in K1DWK1 blocks",
            source: "own transcription into the notation")
    ]
}
