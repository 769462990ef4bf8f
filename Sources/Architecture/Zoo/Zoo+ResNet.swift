extension Zoo {
    /// torchvision's ResNets. Average precision: the authors of MAE-DET with GFLV2 on COCO val, for ResNet-50 and ResNet-101.
    static let resNets: [Entry] = ResNet.depths.map { depth in
        Entry(
            name: "resnet\(depth)", summary: "ResNet-\(depth) as in torchvision, without the classifier",
            source: "He et al., arXiv 1512.03385; torchvision", publishedAP: [50: 44.7, 101: 46.3][depth]
        ) {
            guard let network = ResNet.network(depth: depth) else { preconditionFailure("ResNet.depths lists \(depth)") }
            return network
        }
    }
}
