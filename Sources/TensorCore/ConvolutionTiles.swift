/// The register tiles of an instruction set's convolution kernels: how output channels are divided into panels, and how many pixels a call takes.
///
/// Panels are two vectors wide. A last single vector serves what two vectors would overrun; where tiles of three vectors exist, panels of three
/// come first, as many as leave no rest that two-vector panels could not take.
public struct ConvolutionTiles: Hashable, Sendable {
    /// Floats in a vector.
    public let lanes: Int
    /// Most pixels of a tile of two vectors.
    public let rows: Int
    /// Most pixels of a tile of three vectors; 0 where there is none.
    public let wideRows: Int

    public init(lanes: Int, rows: Int, wideRows: Int = 0) {
        self.lanes = lanes
        self.rows = rows
        self.wideRows = wideRows
    }

    /// Panels of three vectors of so many padded channels.
    private func widePanels(_ padded: Int) -> Int {
        guard wideRows > 0 else { return 0 }
        // Two wide panels at a time: six vectors are whole panels of either width, so what is left is a multiple of two.
        return padded / (6 * lanes) * 2
    }

    /// Panels of so many padded output channels.
    package func panelCount(_ padded: Int) -> Int {
        let wide = widePanels(padded)
        return wide + (padded - wide * 3 * lanes + 2 * lanes - 1) / (2 * lanes)
    }

    /// Vectors of each panel of so many padded output channels, in order.
    package func vectors(_ padded: Int) -> [Int] {
        let wide = widePanels(padded)
        let left = padded / lanes - 3 * wide
        return Array(repeating: 3, count: wide) + Array(repeating: 2, count: left / 2) + Array(repeating: 1, count: left % 2)
    }

    /// Vectors of the first panels: what the member with most has where panels are divided, since wide ones come first.
    package func vectors(first panels: Int, of padded: Int) -> Int {
        let wide = min(panels, widePanels(padded))
        return min(3 * wide + 2 * (panels - wide), padded / lanes)
    }

    /// The most vectors that a member has where the panels are divided among so many.
    package func mostVectors(_ padded: Int, members: Int) -> Int { vectors(first: (panelCount(padded) + members - 1) / members, of: padded) }

    /// Most pixels of a call where so many padded output channels are computed: every panel of a layer takes the same pixels.
    package func rows(_ padded: Int) -> Int { widePanels(padded) > 0 ? wideRows : rows }

    /// Floats of the widest panel of so many padded output channels.
    package func width(_ padded: Int) -> Int { (widePanels(padded) > 0 ? 3 : 2) * lanes }
}
