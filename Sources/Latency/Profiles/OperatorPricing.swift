/// The time of single operators in one precision, and whether the model was fitted to their like.
struct OperatorPricing: Sendable {
    let precision: PrecisionModel
    private let roofline: TiledRoofline
    private let families: [Family: OperatorCoefficients]
    private let batches: [Double]
    private let sides: [Double]
    private let channels: [Double]
    private let imageChannels: [Double]

    private struct Family: Hashable {
        var kind: OperatorCoefficients.Kind
        var kernelSize: Int
        var stride: Int
    }

    init(model: LatencyModelDescription, precision: PrecisionModel) {
        self.precision = precision
        roofline = TiledRoofline(
            model: model, elementBytes: Double(precision.elementBytes), channelPadding: Double(precision.channelPadding))
        var families: [Family: OperatorCoefficients] = [:]
        for item in precision.operators { families[Family(kind: item.kind, kernelSize: item.kernelSize, stride: item.stride)] = item }
        self.families = families
        batches = precision.grid.batches.map(Double.init)
        sides = precision.grid.sides.map(Double.init)
        channels = precision.grid.outputChannels.map(Double.init)
        imageChannels = precision.grid.imageOutputChannels.map(Double.init)
    }

    /// The coefficients for an operator; nil if its kernel size and stride were never measured.
    func family(of item: AcceleratorOperator) -> OperatorCoefficients? {
        let kind: OperatorCoefficients.Kind = item.isDepthwise ? .depthwise : item.inChannels == 3 ? .imageConvolution : .convolution
        return families[Family(kind: kind, kernelSize: item.kernelSize, stride: item.stride)]
    }

    /// Milliseconds for a whole batch.
    func milliseconds(_ item: AcceleratorOperator, _ family: OperatorCoefficients, batch: Int) -> Double {
        let channels = family.kind == .imageConvolution ? imageChannels : channels
        var sum = 0.0
        for images in MeasuredGrid.nodes(around: Double(batch), in: batches) {
            for side in MeasuredGrid.nodes(around: Double(item.inputSide), in: sides) {
                for out in MeasuredGrid.nodes(around: Double(item.outChannels), in: channels) {
                    for input in inputs(item, family, outChannels: out.value) {
                        let sizes = TiledRoofline.Sizes(
                            batch: images.value, inChannels: input.value, outChannels: out.value, side: side.value,
                            addsResidual: item.addsResidual)
                        sum += images.weight * side.weight * out.weight * input.weight * roofline.milliseconds(family, sizes)
                    }
                }
            }
        }
        return sum
    }

    /// Input channels at the measured ratios around an operator's, for a measured number of output channels.
    private func inputs(_ item: AcceleratorOperator, _ family: OperatorCoefficients, outChannels: Double) -> [MeasuredGrid.Node] {
        switch family.kind {
        case .imageConvolution: [MeasuredGrid.Node(value: 3, weight: 1)]
        case .depthwise: [MeasuredGrid.Node(value: outChannels, weight: 1)]
        case .convolution:
            MeasuredGrid.nodes(around: Double(item.inChannels) / Double(item.outChannels), in: precision.grid.channelRatios).map {
                MeasuredGrid.Node(value: $0.value * outChannels, weight: $0.weight)
            }
        }
    }

    /// Why an operator lies outside of what the model was fitted to; nil if it does not.
    func outOfRange(_ item: AcceleratorOperator, _ family: OperatorCoefficients, batch: Int, milliseconds: Double) -> String? {
        let grid = precision.grid
        func beyond(_ what: String, _ value: Double, _ values: [Double]) -> String? {
            guard let low = values.first, let high = values.last, value < low || value > high else { return nil }
            return "\(what) \(brief(value)), measured are \(brief(low)) to \(brief(high))"
        }
        if let reason = beyond("batch", Double(batch), batches) { return reason }
        if let reason = beyond("input side", Double(item.inputSide), sides) { return reason }
        let channels = family.kind == .imageConvolution ? imageChannels : channels
        if let reason = beyond("output channels", Double(item.outChannels), channels) { return reason }
        let ratio = Double(item.inChannels) / Double(item.outChannels)
        if family.kind == .convolution, let reason = beyond("input channels per output channel", ratio, grid.channelRatios) { return reason }
        if item.kernelSize > 3, item.inputSide < item.kernelSize {
            return "a map of side \(item.inputSide) under a \(item.kernelSize)x\(item.kernelSize) kernel"
        }
        if milliseconds > precision.longestMilliseconds {
            return "\(brief(milliseconds)) ms per batch, hardly any layer beyond \(brief(precision.longestMilliseconds)) ms was measured"
        }
        return nil
    }

    /// Three significant digits at most, without an exponent for the sizes met here.
    private func brief(_ value: Double) -> String {
        if value == value.rounded() { return String(Int(value)) }
        let scale = abs(value) < 1 ? 1000.0 : 100.0
        return String((value * scale).rounded() / scale)
    }
}
