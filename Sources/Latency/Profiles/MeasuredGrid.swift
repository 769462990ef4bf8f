/// The library's way between its measured values: linear in the batch, in the side of the map, in the output channels and in the ratio of
/// input to output channels. The model is evaluated at the measured values and joined in the same way, so that it stands for the library's
/// prediction and not for a staircase that the library never saw. Outside, the formula is evaluated as it stands.
enum MeasuredGrid {
    struct Node: Hashable {
        var value: Double
        var weight: Double
    }

    /// The one or two values of `grid` (ascending) around `value`, with weights that sum to 1; the value itself where it lies outside.
    static func nodes(around value: Double, in grid: [Double]) -> [Node] {
        guard let first = grid.first, let last = grid.last, value > first, value < last else { return [Node(value: value, weight: 1)] }
        let upper = grid.firstIndex { $0 >= value } ?? grid.count - 1
        if grid[upper] == value { return [Node(value: value, weight: 1)] }
        let share = (value - grid[upper - 1]) / (grid[upper] - grid[upper - 1])
        return [Node(value: grid[upper - 1], weight: 1 - share), Node(value: grid[upper], weight: share)]
    }
}
