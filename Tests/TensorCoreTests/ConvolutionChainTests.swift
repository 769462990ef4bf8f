import Support
import TensorCore
import Testing

@Suite("Chains of convolutions against the same convolutions one by one")
struct ConvolutionChainTests {
    struct Case: Sendable, CustomStringConvertible {
        var description: String
        var side: (height: Int, width: Int)
        var batch = 1
        /// The input is an image with packed channels.
        var image = false
        var convolutions: [ConvolutionShape]
        /// The last stage adds a residual.
        var residual = false
    }

    private static func dense(_ i: Int, _ o: Int, _ k: Int = 1, _ s: Int = 1) -> ConvolutionShape {
        ConvolutionShape(inChannels: i, outChannels: o, kernelSize: k, stride: s, padding: k / 2)
    }

    private static func depthwise(_ c: Int, _ k: Int, _ s: Int = 1) -> ConvolutionShape {
        ConvolutionShape(inChannels: c, outChannels: c, kernelSize: k, stride: s, padding: k / 2, groups: c)
    }

    static let cases: [Case] = [
        Case(description: "inverted bottleneck", side: (9, 11), convolutions: [dense(16, 96), depthwise(96, 3), dense(96, 24)], residual: true),
        Case(description: "stride 2, odd sides", side: (11, 15), batch: 2, convolutions: [dense(24, 40), depthwise(40, 3, 2), dense(40, 17)]),
        Case(description: "5x5, fewer rows than the kernel", side: (3, 20), batch: 3, convolutions: [dense(8, 72), depthwise(72, 5), dense(72, 8)]),
        Case(description: "5x5 at stride 2, one row", side: (1, 8), convolutions: [dense(8, 16), depthwise(16, 5, 2), dense(16, 32)]),
        Case(description: "depthwise first", side: (8, 8), batch: 2, convolutions: [depthwise(32, 3), dense(32, 48)]),
        Case(description: "depthwise last", side: (7, 30), convolutions: [dense(32, 64), depthwise(64, 7)]),
        Case(description: "two blocks from an image", side: (20, 26), batch: 2, image: true, convolutions: [
            dense(3, 32, 3, 2), dense(32, 32), depthwise(32, 3), dense(32, 16), dense(16, 96), depthwise(96, 3, 2), dense(96, 24),
        ]),
    ]

    @Test("Bitwise the same, for every instruction set and number of members", arguments: InstructionSet.available)
    func bitwise(isa: InstructionSet) throws {
        let kernels = KernelSet.of(isa)
        var executed = 0
        for test in Self.cases {
            var random = SplitMix64(seed: UInt64(executed + 1))
            var keep: [FloatBuffer] = []
            // Views do not own their memory.
            defer { withExtendedLifetime(keep) {} }
            func map(_ layout: TensorLayout, filled: Bool) -> TensorView {
                let memory = FloatBuffer(count: layout.elementCount)
                keep.append(memory)
                let view = TensorView(layout, memory.base)
                guard filled else { return view }
                for n in 0..<layout.batch {
                    for y in 0..<layout.height {
                        for x in 0..<layout.width {
                            for (c, value) in random.floats(layout.channels).enumerated() { view.pixel(n, y, x)[c] = value }
                        }
                    }
                }
                return view
            }

            // Layouts as in a program: the halo of a map is what its reader needs.
            var (height, width) = test.side
            var layouts: [TensorLayout] = []
            for index in 0...test.convolutions.count {
                let channels = index == 0 ? test.convolutions[0].inChannels : test.convolutions[index - 1].outChannels
                let halo = index < test.convolutions.count ? test.convolutions[index].padding : 1
                layouts.append(
                    index == 0 && test.image
                        ? .packed(batch: test.batch, channels: channels, height: height, width: width, halo: halo)
                        : TensorLayout(batch: test.batch, channels: channels, height: height, width: width, halo: halo))
                guard index < test.convolutions.count else { break }
                height = test.convolutions[index].outputSide(height)
                width = test.convolutions[index].outputSide(width)
            }
            let residual = test.residual ? map(layouts.last!, filled: true) : nil
            let views = layouts.enumerated().map { map($1, filled: $0 == 0) }
            var stages: [RowConvolution] = []
            var operators: [any Operator] = []
            for (index, shape) in test.convolutions.enumerated() {
                let (weights, bias) = (random.floats(shape.weightCount), random.floats(shape.outChannels))
                let added = index == test.convolutions.count - 1 ? residual : nil
                let packed: RowConvolution.Weights
                if shape.isDepthwise {
                    let w = DepthwiseWeights(shape, weights: weights, bias: bias)
                    packed = .depthwise(w)
                    operators.append(
                        DepthwiseOperator(shape, weights: w, input: views[index], output: views[index + 1], rectified: true, kernels: kernels))
                } else {
                    let w = PackedWeights(shape, weights: weights, bias: bias, tiles: KernelSet.of(isa).tiles)
                    packed = .dense(w)
                    operators.append(
                        ConvolutionOperator(
                            shape, weights: w, input: views[index], output: views[index + 1], residual: added, rectified: index % 2 == 0,
                            kernels: kernels))
                }
                stages.append(
                    RowConvolution(
                        shape, weights: packed, input: layouts[index], output: layouts[index + 1], residual: added,
                        rectified: shape.isDepthwise || index % 2 == 0, kernels: kernels))
            }
            for op in operators { op.run(.whole) }
            let last = views.last!
            let expected = UnsafeBufferPointer(start: last.base, count: last.layout.elementCount).map(\.bitPattern)

            for (members, strips) in [(1, 1), (2, 1), (3, 2), (5, 3), (1, last.layout.width), (2, 2)] where strips <= last.layout.width {
                let memory = GuardedFloats(count: last.layout.elementCount)
                let out = TensorView(last.layout, memory.base)
                let chain = ConvolutionChain(stages, input: views[0], output: out, strips: strips, scratch: MemberScratch(members: members))
                for member in 0..<members { chain.run(Share(member: member, of: members)) }
                #expect(memory.isIntact)
                var differing = 0
                for n in 0..<last.layout.batch {
                    for y in -1...last.layout.height {
                        for x in -1...last.layout.width {
                            let offset = last.layout.offset(n, y, x)
                            for c in 0..<last.layout.channels where memory.base[offset + c].bitPattern != expected[offset + c] { differing += 1 }
                        }
                    }
                }
                #expect(differing == 0, "\(test) \(isa), \(members) members, \(strips) strips")
                executed += 1
            }
        }
        #expect(executed >= Self.cases.count * 5)
    }

    @Test("Strips are as few as fit, and none where the weights alone do not")
    func strips() {
        let wide = TensorLayout(batch: 1, channels: 96, height: 10, width: 320, halo: 1)
        let narrow = TensorLayout(batch: 1, channels: 16, height: 10, width: 320)
        let stages = [
            ChainStage(Self.dense(16, 96), input: narrow, output: wide), ChainStage(Self.depthwise(96, 3), input: wide, output: wide),
        ]
        // 3 rows of 322 pixels of 96 floats, and the weights of 16·96 and 9·96.
        let (whole, weights) = (3 * 322 * 96 * 4, (16 + 9) * 96 * 4)
        #expect(ConvolutionChain.strips(stages, room: whole + weights) == 1)
        #expect(ConvolutionChain.strips(stages, room: whole + weights - 1) == 2)
        #expect(ConvolutionChain.strips(stages, room: 3 * 42 * 96 * 4 + weights) == 8)
        #expect(ConvolutionChain.strips(stages, room: 3 * 20 * 96 * 4 + weights) == nil)
        #expect(ConvolutionChain.strips(stages, room: weights) == nil)
    }

    @Test("Each stage's time is counted, and only where it is asked for")
    func stageTimes() throws {
        let shapes = [Self.dense(16, 32), Self.depthwise(32, 3)]
        let layouts = [(16, 0), (32, 1), (32, 0)].map { TensorLayout(batch: 1, channels: $0.0, height: 12, width: 12, halo: $0.1) }
        let memory = layouts.map { FloatBuffer(count: $0.elementCount) }
        defer { withExtendedLifetime(memory) {} }
        let stages = shapes.enumerated().map { index, shape in
            let (weights, bias) = ([Float](repeating: 1, count: shape.weightCount), [Float](repeating: 0, count: shape.outChannels))
            return RowConvolution(
                shape,
                weights: shape.isDepthwise
                    ? .depthwise(DepthwiseWeights(shape, weights: weights, bias: bias))
                    : .dense(PackedWeights(shape, weights: weights, bias: bias, tiles: KernelSet.of(.baseline).tiles)),
                input: layouts[index], output: layouts[index + 1], rectified: false, kernels: .of(.baseline))
        }
        let chain = ConvolutionChain(
            stages, input: TensorView(layouts[0], memory[0].base), output: TensorView(layouts[2], memory[2].base), scratch: MemberScratch(members: 1))
        var times: [UInt64] = [0, 0]
        chain.run(.whole, stageNanoseconds: &times)
        #expect(chain.stageCount == 2 && times.allSatisfy { $0 > 0 })
    }
}
