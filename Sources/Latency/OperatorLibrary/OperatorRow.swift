/// A line of an operator library in TinyNAS' notation: a convolution and how long a device took for it.
///
/// `{Type,Batch,InC,InH,InW,OutC,Kernel,Stride,ElementwiseFused} milliseconds`, milliseconds for the whole batch.
public struct OperatorRow: Hashable, Sendable {
    /// What was timed. Libraries hold each operator once, or should.
    public struct Operator: Hashable, Sendable {
        public var isDepthwise: Bool
        public var batch: Int
        public var inChannels: Int
        public var inputHeight: Int
        public var inputWidth: Int
        public var outChannels: Int
        public var kernelSize: Int
        public var stride: Int
        /// Adds a residual as it writes.
        public var addsResidual: Bool
    }

    public var operation: Operator
    /// Negative where the library says "not measured".
    public var milliseconds: Double

    static let notation = "{Type,Batch,InC,InH,InW,OutC,Kernel,Stride,ElementwiseFused} milliseconds"

    /// Reads a line without its end; nil where it does not follow the notation.
    init?(_ line: Substring) {
        let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
        guard words.count == 2, words[0].first == "{", words[0].last == "}", let milliseconds = Double(words[1]) else { return nil }
        let fields = words[0].dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count == 9, fields[0] == "Regular" || fields[0] == "Depthwise", let fused = Int(fields[8]), (0...1).contains(fused) else { return nil }
        var sizes: [Int] = []
        for field in fields[1...7] {
            // Larger sizes are no network's, and their squares must fit into a word.
            guard let size = Int(field), (1...OperatorRow.largestSize).contains(size) else { return nil }
            sizes.append(size)
        }
        operation = Operator(
            isDepthwise: fields[0] == "Depthwise", batch: sizes[0], inChannels: sizes[1], inputHeight: sizes[2], inputWidth: sizes[3],
            outChannels: sizes[4], kernelSize: sizes[5], stride: sizes[6], addsResidual: fused == 1)
        guard !operation.isDepthwise || operation.inChannels == operation.outChannels else { return nil }
        self.milliseconds = milliseconds
    }

    /// Channels, pixels and images beyond this are refused.
    static let largestSize = 16384
}

extension OperatorRow.Operator {
    /// The braces of a line.
    var text: String {
        let sizes = [batch, inChannels, inputHeight, inputWidth, outChannels, kernelSize, stride, addsResidual ? 1 : 0]
        return "{\(isDepthwise ? "Depthwise" : "Regular"),\(sizes.map(String.init).joined(separator: ","))}"
    }
}
