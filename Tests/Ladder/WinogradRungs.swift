import TensorCore

/// Sizes around tiles and microkernels; channels around vectors and panels; batch, halos, epilogues; padding other than "same".
let winogradRungs: [Rung] = {
    var cases: [Rung] = []
    for k in [3, 5] {
        func add(_ i: Int, _ o: Int, _ h: Int, _ w: Int, _ adjust: (inout Rung) -> Void = { _ in }) {
            var c = Rung(shape: ConvolutionShape(inChannels: i, outChannels: o, kernelSize: k, padding: k / 2), height: h, width: w)
            adjust(&c)
            cases.append(c)
        }
        for side in Array(1...17) + [23, 30] {
            add(5, 16, side, side) { $0.rectified = true }
            add(8, 16, 18 - min(side, 17), side) { $0.residual = true; $0.outputHalo = 1 }
        }
        for channels in [1, 2, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 40, 47, 48, 49, 64, 72, 80] {
            add(3, channels, 5, 7) { $0.rectified = true }
            add(channels, 24, 4, 9) { $0.residual = true; $0.rectified = true }
        }
        add(80, 80, 7, 7) { $0.outputHalo = 2 }
        for batch in [2, 3] { add(16, 48, 6, 5) { $0.batch = batch; $0.residual = true; $0.rectified = true; $0.outputHalo = 1 } }
        for padding in 0..<k { add(9, 17, 11, 13) { $0.shape.padding = padding } }
        add(512, 16, 3, 4)
        add(256, 40, 15, 15)
    }
    return cases
}()
