extension Zoo {
    /// Backbones of "DeepMAD: Mathematical Architecture Design for Deep Convolutional Neural Network", arXiv 2303.02165.
    static let deepMAD: [Entry] = [
        Entry(
            Structure(
                "deepmad-r18", .superResK1KXK1, stem: (32, 2, 3),
                [
                    (96, 2, 5, 1, 40), (384, 2, 5, 6, 40), (384, 2, 5, 9, 64), (1024, 1, 3, 10, 104),
                    (672, 2, 5, 12, 104),
                ]),
            summary: "DeepMAD, the budget of ResNet-18",
            source: "TinyNAS, commit 8ccaf88, configs/classification/models/deepmad-R18.txt"),
        Entry(
            Structure(
                "deepmad-r34", .superResK1KXK1, stem: (24, 2, 3),
                [
                    (128, 2, 5, 1, 24), (512, 2, 5, 10, 48), (896, 2, 5, 13, 88), (1024, 1, 5, 11, 104),
                    (616, 2, 5, 14, 128),
                ]),
            summary: "DeepMAD, the budget of ResNet-34",
            source: "TinyNAS, commit 8ccaf88, configs/classification/models/deepmad-R34.txt"),
        Entry(
            Structure(
                "deepmad-r50", .superResK1KXK1, stem: (32, 2, 3),
                [
                    (128, 2, 5, 1, 40), (512, 2, 5, 11, 48), (872, 2, 5, 12, 88), (1024, 1, 5, 13, 104),
                    (1232, 2, 5, 15, 120),
                ]),
            summary: "DeepMAD, the budget of ResNet-50",
            source: "TinyNAS, commit 8ccaf88, configs/classification/models/deepmad-R50.txt"),
        Entry(
            Structure(
                "deepmad-29m-224", .superResK1DWSEK1, stem: (40, 2, 3),
                [
                    (40, 1, 5, 2, 240), (85, 2, 5, 4, 512), (134, 2, 5, 6, 800), (201, 2, 5, 6, 1208),
                    (312, 2, 5, 5, 1872),
                ], head: 1792),
            summary: "DeepMAD, 29 M parameters, for 224 px",
            source: "TinyNAS, commit 8ccaf88, configs/classification/models/deepmad-29M-224.txt"),
        Entry(
            Structure(
                "deepmad-29m-288", .superResK1DWSEK1, stem: (40, 2, 3),
                [
                    (61, 2, 5, 4, 368), (96, 2, 5, 4, 576), (145, 2, 5, 5, 872), (217, 1, 5, 6, 1304),
                    (328, 2, 5, 4, 1968),
                ], head: 1792),
            summary: "DeepMAD, 29 M parameters, for 288 px",
            source: "TinyNAS, commit 8ccaf88, configs/classification/models/deepmad-29M-288.txt"),
        Entry(
            Structure(
                "deepmad-50m", .superResK1DWSEK1, stem: (48, 2, 3),
                [
                    (112, 2, 5, 7, 672), (168, 2, 5, 9, 1008), (252, 2, 5, 7, 1512), (378, 2, 5, 3, 2272),
                    (576, 1, 3, 1, 3456),
                ], head: 2048),
            summary: "DeepMAD, 50 M parameters",
            source: "TinyNAS, commit 8ccaf88, configs/classification/models/deepmad-50M.txt"),
        Entry(
            Structure(
                "deepmad-89m", .superResK1DWSEK1, stem: (56, 2, 3),
                [
                    (136, 2, 5, 10, 816), (204, 2, 5, 9, 1224), (326, 2, 5, 7, 1952), (490, 2, 5, 4, 2944),
                    (744, 1, 3, 1, 4464),
                ], head: 2560),
            summary: "DeepMAD, 89 M parameters",
            source: "TinyNAS, commit 8ccaf88, configs/classification/models/deepmad-89M.txt"),
    ]
}
