import Architecture

/// Writes a network as a graph for Graphviz' `dot`: one node for a layer, one cluster for a block, shapes on the edges.
///
/// Source: Graphviz, "DOT Language".
public enum Graphviz {
    /// - Parameter resolution: the side of the network's own input that the shapes are for.
    /// - Throws: `ArchitectureError` where it does not fit the network.
    public static func text(_ network: Network, resolution: Int) throws(ArchitectureError) -> String {
        let shapes = try network.shapes(resolution: resolution)
        var text = """
            digraph "\(escaped(network.name))" {
              label = "\(escaped(network.name)) at \(resolution) px"
              node [shape = box, style = filled, fillcolor = white, fontname = "Helvetica", fontsize = 10]
              edge [fontname = "Helvetica", fontsize = 8]
              t0 [label = "image \(size(shapes[0]))", shape = oval]

            """
        var index = 0
        while index < network.layers.count {
            let block = network.layers[index].block
            text += "  subgraph cluster\(index) {\n    label = \"block \(block)\"\n    color = gray\n"
            while index < network.layers.count, network.layers[index].block == block {
                text += "    t\(index + 1) [label = \"\(escaped(label(network.layers[index])))\"\(color(network.layers[index]))]\n"
                index += 1
            }
            text += "  }\n"
        }
        for (index, layer) in network.layers.enumerated() {
            for input in layer.inputs { text += "  t\(input) -> t\(index + 1) [label = \"\(size(shapes[input]))\"]\n" }
        }
        for (index, tensor) in network.outputs.enumerated() {
            text += "  o\(index) [label = \"\(network.outputNames[index].uppercased()) \(size(shapes[tensor]))\", shape = oval]\n  t\(tensor) -> o\(index)\n"
        }
        return text + "}\n"
    }

    private static func label(_ layer: Layer) -> String {
        let what =
            switch layer.operation {
            case .convolution(let c):
                "\(c.isDepthwise ? "depthwise" : "conv") \(c.kernelSize)x\(c.kernelSize)\(c.stride > 1 ? "/\(c.stride)" : "") "
                    + "\(c.inChannels)→\(c.outChannels)\(c.groups > 1 && !c.isDepthwise ? " in \(c.groups) groups" : "")"
            case .relu: "ReLU"
            case .add: "add"
            case .pooling(let p): "\(p.kind == .max ? "max" : "average") pool \(p.kernelSize)x\(p.kernelSize)/\(p.stride)"
            case .globalAverage: "global average"
            case .activation(.sigmoid): "sigmoid"
            case .activation(.clampedLine(_, _, let low, let high)): "clamp to [\(low), \(high)]"
            case .multiply: "multiply"
            case .scale: "scale"
            case .concatenation: "concatenate"
            case .groupNormalization(let n): "group normalization, \(n.groups) groups"
            case .distributionStatistics(let s): "\(s.largest) largest of \(s.bins) bins, \(s.sides) times"
            case .scalePixels: "scale pixels"
            case .upsampling(let factor): "upsample \(factor)x"
            case .squeezeExcitation(let s): "squeeze-and-excitation \(s.channels)→\(s.reducedChannels)→\(s.channels)"
            }
        return "\(layer.name)\n\(what)"
    }

    private static func color(_ layer: Layer) -> String { layer.isMainBranch ? ", fillcolor = lightblue" : "" }

    private static func size(_ shape: Shape) -> String { "\(shape.channels)x\(shape.height)x\(shape.width)" }

    /// A string's characters with what would end it escaped.
    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "\"", "\\": result += "\\\(character)"
            case "\n": result += "\\n"
            default: result.append(character)
            }
        }
    }
}
