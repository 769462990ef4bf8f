import TensorCore

/// A convolution's sizes and epilogue: one rung of a ladder.
public struct Rung: Sendable {
    public var shape: ConvolutionShape
    var batch = 1
    var height: Int
    public var width: Int
    var residual = false
    var rectified = false
    var packed = false
    /// The output has a halo of its own.
    public var outputHalo = 0

    /// For the text of a failure.
    var text: String {
        let s = shape
        let window = "\(s.kernelSize)x\(s.kernelSize)/\(s.stride) pad \(s.padding) groups \(s.groups)"
        let flags = (residual ? " +res" : "") + (rectified ? " relu" : "") + (packed ? " packed" : "")
        return "\(window) \(s.inChannels)→\(s.outChannels) over \(batch)x\(height)x\(width)\(flags) halo \(outputHalo)"
    }
}

/// Sizes around every tile edge: 1, tile − 1, tile, tile + 1, primes; channels that do not fill a vector; strides; both loop orders.
public let convolutionRungs: [Rung] = {
    var cases: [Rung] = []
    func add(_ i: Int, _ o: Int, _ k: Int, _ s: Int, _ h: Int, _ w: Int, _ adjust: (inout Rung) -> Void = { _ in }) {
        var c = Rung(shape: ConvolutionShape(inChannels: i, outChannels: o, kernelSize: k, stride: s, padding: (k - 1) / 2), height: h, width: w)
        adjust(&c)
        cases.append(c)
    }
    for width in Array(1...17) + [23, 27, 28, 29, 31] { add(5, 16, 1, 1, 2, width) { $0.outputHalo = 1 } }
    for width in 1...9 { add(5, 64, 1, 1, 2, width) { $0.outputHalo = 1; $0.residual = true } }
    for channels in [1, 2, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 40, 47, 48, 49, 64, 72, 80] { add(3, channels, 3, 1, 5, 7) { $0.rectified = true } }
    for channels in [1, 2, 3, 8, 13, 16, 19, 40] { add(channels, 24, 3, 1, 4, 9) { $0.residual = true } }
    for kernel in [1, 2, 3, 4, 5, 7] {
        for stride in [1, 2, 3] {
            add(8, 32, kernel, stride, 13, 11) { $0.residual = true; $0.rectified = true }
            add(3, 24, kernel, stride, 15, 16) { $0.packed = true; $0.rectified = true; $0.outputHalo = 2 }
            add(12, 16, kernel, stride, 9, 14) { $0.packed = true }
        }
    }
    for batch in [2, 3] { add(16, 48, 3, 1, 6, 5) { $0.batch = batch; $0.residual = true; $0.outputHalo = 1 } }
    add(16, 32, 1, 1, 7, 7) { $0.batch = 3; $0.residual = true; $0.rectified = true }
    add(6, 12, 3, 1, 7, 7) { $0.shape.groups = 3 }
    add(40, 40, 3, 2, 7, 7) { $0.shape.groups = 5; $0.rectified = true }
    add(512, 16, 1, 1, 3, 5)
    add(512, 16, 3, 1, 4, 4)
    return cases
}()
