import ArgumentParser
import Report
import TensorCore

struct KernelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernels",
        abstract: "Lists the convolution microkernels that can run here.",
        discussion: """
            A kernel's name says the pixels and the output channels of its tile and the instruction set it was compiled for.

            EXAMPLES
              zendet kernels
              zendet kernels -o json
            """)

    @OptionGroup var output: OutputOptions

    func run() throws {
        let output = try Output(output)
        var records: [KernelRecord] = []
        for isa in InstructionSet.available {
            let kernels = KernelSet.of(isa)
            for (vectors, tiles) in kernels.convolution.enumerated() {
                for rows in tiles.indices {
                    records.append(
                        KernelRecord(
                            name: kernels.convolutionName(rows: rows + 1, vectors: vectors + 1), isa: isa.rawValue, rows: rows + 1,
                            channels: (vectors + 1) * isa.lanes))
                }
            }
        }
        var table = Table([
            .text("name", key: "name"), .text("isa", key: "isa"), .number("pixels", key: "rows"), .number("channels", key: "channels"),
        ])
        for record in records { table.append([.text(record.name), .text(record.isa), .integer(record.rows), .integer(record.channels)]) }
        try output.emit([.table(table)], table: table, records: records)
    }
}

/// A microkernel as `zendet kernels` tells it to programs.
private struct KernelRecord: Encodable {
    var name: String
    var isa: String
    /// Pixels of the tile.
    var rows: Int
    /// Output channels of the tile.
    var channels: Int
}
