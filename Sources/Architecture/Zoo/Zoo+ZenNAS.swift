extension Zoo {
    /// Classifier backbones of Zen-NAS (arXiv 2102.01063) at the budgets of ResNets, and ResNet-50 in its notation.
    static let zenNAS: [Entry] = [
        Entry(
            Structure(
                "r18-like", .superResK1KXK1, stem: (40, 2, 3),
                [
                    (256, 2, 3, 2, 64), (360, 2, 3, 3, 88), (512, 2, 3, 6, 128), (512, 2, 3, 4, 176),
                    (512, 1, 3, 12, 176),
                ]),
            summary: "Zen-NAS, the budget of ResNet-18",
            source: "TinyNAS, commit 8ccaf88, configs/classification/models/R18-like.txt"),
        Entry(
            Structure(
                "r50-like", .superResK1KXK1, stem: (16, 2, 3),
                [
                    (256, 2, 3, 6, 64), (360, 2, 3, 8, 88), (512, 2, 3, 7, 176), (720, 2, 3, 2, 360),
                    (2896, 1, 3, 4, 256),
                ]),
            summary: "Zen-NAS, the budget of ResNet-50",
            source: "TinyNAS, commit 8ccaf88, configs/classification/models/R50-like.txt"),
        Entry(
            Structure(
                "r152-like", .superResK1KXK1, stem: (128, 2, 3),
                [
                    (512, 2, 3, 4, 88), (720, 2, 3, 8, 176), (720, 2, 3, 13, 256), (1024, 2, 3, 10, 360),
                    (1024, 1, 3, 12, 256),
                ]),
            summary: "Zen-NAS, the budget of ResNet-152",
            source: "TinyNAS, commit 8ccaf88, configs/classification/models/R152-like.txt"),
        Entry(
            Structure(
                "resnet50-tinynas", .superResK1KXK1, stem: (64, 2, 7),
                [(256, 2, 3, 3, 64), (512, 2, 3, 4, 128), (1024, 2, 3, 6, 256), (2048, 2, 3, 3, 512)]),
            summary: "ResNet-50 in TinyNAS blocks: no max pool, pooled shortcuts",
            source: "TinyNAS, commit 8ccaf88, tinynas/latency/op_profiler/R50.txt"),
    ]
}
