extension Zoo {
    /// Small structures from which the published searches set out.
    static let starts: [Entry] = [
        Entry(
            Structure(
                "start-r50", .superResK1KXK1, stem: (32, 2, 3),
                [
                    (256, 2, 3, 1, 64), (512, 2, 3, 1, 128), (768, 2, 3, 1, 256), (1024, 1, 3, 1, 256),
                    (2048, 2, 3, 1, 512),
                ]),
            summary: "Start of searches for K1KXK1 backbones",
            source: "TinyNAS, commit 8ccaf88, configs/detection/R50_FLOPs.py (also the start of DeepMAD R18, R34 and R50)"),
        Entry(
            Structure(
                "start-mbv2", .superResK1DWK1, stem: (16, 2, 3),
                [
                    (24, 2, 3, 1, 48), (48, 2, 3, 1, 96), (64, 2, 3, 1, 128), (96, 1, 3, 1, 192),
                    (192, 2, 3, 1, 384),
                ], head: 1280),
            summary: "Start of searches for K1DWK1 backbones",
            source: "TinyNAS, commit 8ccaf88, configs/classification/MBV2_FLOPs.py"),
        Entry(
            Structure(
                "start-damo-k1kx", .superResK1KX, input: 12, stem: (32, 1, 3),
                [
                    (48, 2, 3, 1, 32), (96, 2, 3, 1, 48), (96, 2, 3, 1, 96), (192, 1, 3, 1, 96),
                    (384, 2, 3, 1, 192),
                ]),
            summary: "Start of the DAMO-YOLO searches, tiny and small",
            source: "TinyNAS, commit 8ccaf88, configs/damoyolo/damoyolo_k1kx_small.py"),
        Entry(
            Structure(
                "start-damo-kxkx", .superResKXKX, input: 12, stem: (32, 1, 3),
                [
                    (48, 2, 3, 1, 32), (96, 2, 3, 1, 48), (96, 2, 3, 1, 96), (192, 1, 3, 1, 96),
                    (384, 2, 3, 1, 192),
                ]),
            summary: "Start of the DAMO-YOLO search, medium",
            source: "TinyNAS, commit 8ccaf88, configs/damoyolo/damoyolo_kxkx_medium.py"),
        Entry(
            Structure(
                "start-deepmad-29m-224", .superResK1DWSEK1, stem: (32, 2, 3),
                [
                    (72, 2, 3, 1, 432), (128, 2, 3, 1, 768), (192, 2, 3, 1, 1152), (288, 2, 3, 1, 1728),
                    (448, 1, 3, 1, 2688),
                ], head: 1792),
            summary: "Start of the DeepMAD 29M search at 224 px",
            source: "TinyNAS, commit 8ccaf88, configs/classification/deepmad_29M_224.py"),
        Entry(
            Structure(
                "start-deepmad-29m-288", .superResK1DWSEK1, stem: (16, 2, 3),
                [
                    (32, 2, 3, 1, 192), (48, 2, 3, 1, 288), (72, 2, 3, 1, 432), (108, 1, 3, 1, 648),
                    (162, 2, 3, 1, 972),
                ], head: 1792),
            summary: "Start of the DeepMAD 29M search at 288 px",
            source: "TinyNAS, commit 8ccaf88, configs/classification/deepmad_29M_288.py"),
        Entry(
            Structure(
                "start-deepmad-50m", .superResK1DWSEK1, stem: (48, 2, 3),
                [
                    (84, 2, 3, 1, 504), (144, 2, 3, 1, 864), (216, 2, 3, 1, 1296), (324, 2, 3, 1, 1944),
                    (512, 1, 3, 1, 3072),
                ], head: 2048),
            summary: "Start of the DeepMAD 50M search",
            source: "TinyNAS, commit 8ccaf88, configs/classification/deepmad_50M.py"),
        Entry(
            Structure(
                "start-deepmad-89m", .superResK1DWSEK1, stem: (64, 2, 3),
                [
                    (144, 2, 3, 1, 865), (216, 2, 3, 1, 1296), (324, 2, 3, 1, 1944), (486, 2, 3, 1, 2916),
                    (729, 1, 3, 1, 4374),
                ], head: 2560),
            summary: "Start of the DeepMAD 89M search",
            source: "TinyNAS, commit 8ccaf88, configs/classification/deepmad_89M.py"),
    ]
}
