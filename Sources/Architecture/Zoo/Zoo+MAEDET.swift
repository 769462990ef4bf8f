extension Zoo {
    /// Backbones of "MAE-DET: Revisiting Maximum Entropy Principle in Zero-Shot NAS", arXiv 2111.13336. Average precision: GFLV2, COCO val.
    static let maeDet: [Entry] = [
        Entry(
            Structure(
                "maedet-s", .superResK1KXK1, stem: (32, 2, 3),
                [(48, 2, 5, 2, 32), (272, 2, 3, 4, 120), (1024, 2, 5, 10, 80), (2048, 2, 3, 10, 240)]),
            summary: "MAE-DET-S, 60 % of the FLOPs of ResNet-50",
            source: "TinyNAS, commit 8ccaf88, configs/detection/models/maedet_s.txt", publishedAP: 45.1),
        Entry(
            Structure(
                "maedet-m", .superResK1KXK1, stem: (64, 2, 3),
                [(120, 2, 3, 2, 64), (512, 2, 5, 10, 72), (1632, 2, 5, 10, 112), (2048, 2, 5, 8, 184)]),
            summary: "MAE-DET-M, about the FLOPs and parameters of ResNet-50",
            source: "TinyNAS, commit 8ccaf88, configs/detection/models/maedet_m.txt", publishedAP: 46.9),
        Entry(
            Structure(
                "maedet-l", .superResK1KXK1, stem: (80, 2, 3),
                [(144, 2, 3, 2, 80), (608, 2, 5, 12, 88), (1912, 2, 5, 12, 136), (2400, 2, 5, 10, 220)]),
            summary: "MAE-DET-L, about the FLOPs and parameters of ResNet-101",
            source: "TinyNAS, commit 8ccaf88, configs/detection/models/maedet_l.txt", publishedAP: 47.8),
    ]
}
