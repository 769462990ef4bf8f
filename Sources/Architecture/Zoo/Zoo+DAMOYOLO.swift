extension Zoo {
    /// Backbones of "DAMO-YOLO", arXiv 2211.15444. They read the image as 12 channels at half the side (space-to-depth).
    static let damoYOLO: [Entry] = [
        Entry(
            Structure(
                "damo-k1kx", .superResK1KX, input: 12, stem: (32, 1, 3),
                [
                    (128, 2, 3, 1, 24), (128, 2, 3, 5, 88), (256, 2, 3, 3, 128), (256, 1, 3, 2, 120),
                    (512, 2, 3, 1, 144),
                ]),
            summary: "DAMO-YOLO-S: K1KX blocks, 25 layers",
            source: "DAMO-YOLO, tinynas_L25_k1kx.txt"),
        Entry(
            Structure(
                "damo-kxkx", .superResKXKX, input: 12, stem: (32, 1, 3),
                [
                    (128, 2, 3, 2, 64), (128, 2, 3, 4, 64), (256, 2, 3, 4, 256), (256, 1, 3, 4, 256),
                    (512, 2, 3, 3, 256),
                ]),
            summary: "DAMO-YOLO-M: KXKX blocks, 35 layers",
            source: "DAMO-YOLO, tinynas_L35_kxkx.txt"),
    ]
}
