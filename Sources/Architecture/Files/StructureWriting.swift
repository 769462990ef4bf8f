extension StructureFile {
    /// The structures as TinyNAS writes them: a Python dictionary with `best_structures`, one line for a block.
    public static func pythonText(_ structures: [Structure]) -> String {
        let lists = structures.map { "[\n" + blockLines($0, quote: "'", indent: "  ") + "]" }
        return "{'best_structures': [" + lists.joined(separator: ",\n") + "],\n'space_arch': 'CnnNet'}\n"
    }

    /// One structure as a Python list of blocks: what TinyNAS' deployed CnnNet loads.
    public static func pythonText(_ structure: Structure) -> String {
        "[\n" + blockLines(structure, quote: "'", indent: "  ") + "]\n"
    }

    /// The structures as a JSON object with `best_structures`, one line for a block.
    public static func jsonText(_ structures: [Structure]) -> String {
        let lists = structures.map { "    [\n" + blockLines($0, quote: "\"", indent: "      ") + "\n    ]" }
        return "{\n  \"best_structures\": [\n" + lists.joined(separator: ",\n") + "\n  ],\n  \"space_arch\": \"CnnNet\"\n}\n"
    }

    private static func blockLines(_ structure: Structure, quote: String, indent: String) -> String {
        structure.blocks.map { block in
            // The published order of keys.
            var fields: [(String, Int)] = [
                ("in", block.inChannels), ("out", block.outChannels), ("s", block.stride), ("k", block.kernelSize),
            ]
            if block.kind != .convKXBNRELU { fields += [("L", block.depth), ("btn", block.bottleneck)] }
            if block.groups != 1 { fields.append(("g", block.groups)) }
            let numbers = fields.map { "\(quote)\($0.0)\(quote): \($0.1)" }.joined(separator: ", ")
            return "\(indent){\(quote)class\(quote): \(quote)\(block.kind.rawValue)\(quote), \(numbers)}"
        }.joined(separator: ",\n")
    }
}
