import Architecture

/// Writes a network as a backbone of MMDetection 3, with a configuration that trains a GFL detector on it.
///
/// Sources: MMDetection 3's documentation, "Customize Models" and "Learn about Configs" (registries, `custom_imports`, inheritance of configurations), and
/// MMEngine's on `BaseModule`.
public struct MMDetection {
    private let network: Network
    private let metadata: [(key: String, value: String)]
    private let layers: PythonLayers

    /// - Throws: `ExportError` `.cannotExpress` for a network with a detector's head.
    public init(_ network: Network, metadata: [(key: String, value: String)]) throws(ExportError) {
        layers = try PythonLayers(network)
        self.network = network
        self.metadata = metadata
    }

    /// The name under which the backbone is registered: "ZenDetMaedetM" for "maedet-m".
    public var typeName: String {
        "ZenDet"
            + network.name.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    /// The module with the backbone.
    public var backbone: String {
        """
        \(PythonModule.header(network, metadata, usage: "    model = dict(backbone=dict(type=\"\(typeName)\", out_indices=(\(indices))))"))
        import torch
        import torch.nn.functional as F
        from mmdet.registry import MODELS
        from mmengine.model import BaseModule
        from torch import nn
        from torch.nn.modules.batchnorm import _BatchNorm

        \(layers.text)
        \(PythonText.layers)

        @MODELS.register_module()
        class \(typeName)(BaseModule):
            \"""The backbone: takes images, gives the feature maps of out_indices (0 is \(network.outputs.isEmpty ? "the first" : "c2")).

            weights: a file of 'zendet export' or of folded_weights to begin with; without one, train from random weights.
            norm_eval: keep the batch normalization's statistics while training, for small batches of a trained backbone.
            frozen: train none of the backbone.
            \"""

            def __init__(self, out_indices=(\(indices)), weights=None, norm_eval=False, frozen=False, init_cfg=None):
                super().__init__(init_cfg)
                build(self, batch_norm=True)
                self.out_indices = out_indices
                self.norm_eval = norm_eval
                self.frozen = frozen
                self.weights = weights
                if frozen:
                    for parameter in self.parameters():
                        parameter.requires_grad = False

            def init_weights(self):
                if self.init_cfg:
                    super().init_weights()
                if self.weights:
                    load_weights(self, self.weights)

            def forward(self, x):
                maps = run(self, x)
                return tuple(maps[index] for index in self.out_indices)

            def train(self, mode=True):
                super().train(mode)
                if mode and (self.norm_eval or self.frozen):
                    for module in self.modules():
                        if isinstance(module, _BatchNorm):
                            module.eval()
                return self

        """
    }

    /// The configuration; `module` is the name under which Python finds the backbone's file.
    ///
    /// The neck reads the maps from stride 8 on, or all where there are fewer than four, and makes five levels of them.
    public func configuration(module: String) -> String {
        let outputs = network.outputs
        let channels = outputs.map { network.channels[$0] }
        let strides = network.imageStrides
        let start = outputs.count > 3 ? outputs.count - 3 : 0
        var levels = Array(strides[start...])
        while levels.count < 5 { levels.append((levels.last ?? 4) * 2) }
        return """
            # GFL on a backbone written by zendet, for MMDetection 3: put this file and \(module).py side by side, and run
            #     PYTHONPATH=. mim train mmdet \(module)_config.py
            _base_ = "mmdet::gfl/gfl_r50_fpn_1x_coco.py"

            custom_imports = dict(imports=["\(module)"], allow_failed_imports=False)

            model = dict(
                backbone=dict(_delete_=True, type="\(typeName)"),
                neck=dict(
                    type="FPN", in_channels=[\(list(channels))], out_channels=256, start_level=\(start),
                    add_extra_convs="on_output", num_outs=\(levels.count)),
                bbox_head=dict(anchor_generator=dict(strides=[\(list(levels))])))

            # A backbone without pretrained weights needs a longer schedule than the twelve epochs of the base.
            max_epochs = 36
            train_cfg = dict(max_epochs=max_epochs)
            param_scheduler = [
                dict(type="LinearLR", start_factor=0.001, by_epoch=False, begin=0, end=2000),
                dict(type="MultiStepLR", begin=0, end=max_epochs, by_epoch=True, milestones=[28, 33], gamma=0.1),
            ]

            """
    }

    private var indices: String {
        let numbers = network.outputs.indices.map(String.init)
        return numbers.count == 1 ? "\(numbers[0])," : numbers.joined(separator: ", ")
    }
}
