import Architecture

/// Writes a network as one Python file that needs PyTorch alone: a module that runs, trains, and takes and gives weights.
///
/// Its parameters have the names of ``ONNXWriter``'s: with batch normalization those of an explicit file, without it those of a folded one.
public enum PythonModule {
    /// - Parameters:
    ///   - batchNormalization: what `Backbone()` builds where it is not told.
    ///   - metadata: what the file's docstring says about the network.
    /// - Throws: `ExportError` `.cannotExpress` for a network with a detector's head.
    public static func text(_ network: Network, batchNormalization: ExportOptions.BatchNormalization, metadata: [(key: String, value: String)]) throws(ExportError)
        -> String
    {
        let layers = try PythonLayers(network)
        return """
        \(header(network, metadata, usage: usage(network)))
        import torch
        import torch.nn.functional as F
        from torch import nn

        \(layers.text)
        \(PythonText.layers)

        class Backbone(nn.Module):
            \"""The network: takes images [N, INPUT_CHANNELS, H, W], gives its feature maps.\"""

            def __init__(self, batch_norm=\(batchNormalization == .explicit ? "True" : "False")):
                super().__init__()
                build(self, batch_norm)

            def forward(self, x):
                return run(self, x)

            def load_weights(self, path):
                load_weights(self, path)

            def folded_weights(self):
                return folded_weights(self)

        """
    }

    private static func usage(_ network: Network) -> String {
        """
            backbone = Backbone()                 # random weights: train it
            maps = backbone(images)               # \(network.outputNames.joined(separator: ", "))
            backbone.load_weights("weights.npz")  # or an ONNX file of 'zendet export', or a state dict
            numpy.savez("trained.npz", **backbone.folded_weights())
                                                  # then: zendet export MODEL --to onnx --weights trained.npz
        """
    }

    /// The file's docstring.
    static func header(_ network: Network, _ metadata: [(key: String, value: String)], usage: String) -> String {
        let facts = metadata.filter { !$0.value.contains("\n") }.map { "\($0.key): \($0.value)" }.joined(separator: "\n")
        return """
            \"""\(pythonText(network.name)): a backbone written by zendet.

            \(usage)

            \(pythonText(facts))
            \"""
            """
    }

    /// Text that cannot end a Python string.
    private static func pythonText(_ text: String) -> String {
        String(text.map { $0 == "\\" || $0 == "\"" ? "'" : $0 })
    }
}
