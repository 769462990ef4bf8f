extension OperatorLibrary {
    /// The time of one convolution for a whole batch; nil where the library has no rows of its kernel and stride.
    ///
    /// Over the batch the time lies on the line between the two measured batches around it, or on that of the last two.
    public func figure(_ item: AcceleratorOperator, batch: Int) -> OperatorFigure? {
        let family = Family(isDepthwise: item.isDepthwise, kernelSize: item.kernelSize, stride: item.stride, addsResidual: item.addsResidual)
        guard let planes = families[family] else { return nil }
        if let plane = planes[batch] { return figure(item, plane) }
        let known = planes.keys.sorted()
        guard known.count >= 2 else {
            guard let only = known.first, let single = figure(item, planes[only]!) else { return nil }
            let scale = Double(batch) / Double(only)
            return OperatorFigure(single.low * scale, single.high * scale, single.caveats.union([.singleBatch]))
        }
        let (lower, upper) = OperatorLibrary.neighbours(Double(batch), known.map(Double.init))
        guard let a = figure(item, planes[known[lower]]!), let b = figure(item, planes[known[upper]]!) else { return nil }
        var result = OperatorFigure.line(a, b, share: Double(batch - known[lower]) / Double(known[upper] - known[lower]))
        if batch < known[0] || batch > known[known.count - 1] { result.caveats.insert(.batchBeyond) }
        return result
    }

    private func figure(_ item: AcceleratorOperator, _ plane: Plane) -> OperatorFigure? {
        func value(_ surface: OperatorSurface) -> OperatorFigure { OperatorFigure(surface.value(x: item.outChannels, y: item.inputSide)) }
        if item.isDepthwise { return plane.ratios.first.map { value($0.surface) } }
        if item.inChannels == 3 { return plane.image.map(value) }
        let ratio = Double(item.inChannels) / Double(item.outChannels)
        if let measured = plane.ratios.first(where: { $0.ratio == ratio }) { return value(measured.surface) }
        let steps = plane.ratios.map { (ratio: $0.ratio, figure: value($0.surface)) }
        guard steps.count >= 2 else { return nil }
        // Which times are passed over depends on the times: where some have two ends, every choice of ends is a figure of its own.
        var choices: [[Double]] = [[]]
        for step in steps {
            let ends = step.figure.isWellDefined ? [step.figure.milliseconds] : [step.figure.low, step.figure.high]
            choices = choices.flatMap { choice in ends.map { choice + [$0] } }
            guard choices.count <= 1024 else { return nil }
        }
        let all = choices.map { OperatorLibrary.time(at: ratio, ratios: steps.map(\.ratio), times: $0) }
        var caveats: Set<OperatorFigure.Caveat> = []
        for choice in all { caveats.formUnion(choice.caveats.union(choice.used.flatMap { steps[$0].figure.caveats })) }
        let (low, high) = (all.map(\.time).min()!, all.map(\.time).max()!)
        // Ends that make no difference are none.
        if high - low > 1e-9 * high { caveats.insert(.ambiguous) } else { caveats.remove(.ambiguous) }
        return OperatorFigure(low, high, caveats)
    }

    /// The time on the line between the two ratios around one, or of the two nearest its end.
    ///
    /// The reference wants times that grow with the ratio: from the third on, one that does not grow is passed over.
    ///
    /// - Returns: with the indices of the ratios that it is made of.
    private static func time(
        at ratio: Double, ratios: [Double], times: [Double]
    ) -> (time: Double, used: [Int], caveats: Set<OperatorFigure.Caveat>) {
        var kept = [0, 1]
        var caveats: Set<OperatorFigure.Caveat> = []
        for index in ratios.indices.dropFirst(2) {
            if times[index] > times[kept[kept.count - 1]] { kept.append(index) } else { caveats.insert(.ratioSkipped) }
        }
        let places = neighbours(ratio, kept.map { ratios[$0] })
        let (lower, upper) = (kept[places.0], kept[places.1])
        let share = (ratio - ratios[lower]) / (ratios[upper] - ratios[lower])
        let time = (1 - share) * times[lower] + share * times[upper]
        if share < 0 || share > 1 { caveats.insert(.ratioBeyond) }
        guard time < 0 else { return (time, [lower, upper], caveats) }
        return (ratio / ratios[0] * times[0], [0], caveats.union([.belowZero]))
    }

    /// The places of the two values of an ascending list around `value`, or of the two nearest its end.
    private static func neighbours(_ value: Double, _ values: [Double]) -> (Int, Int) {
        let upper = min(max(values.firstIndex { $0 >= value } ?? values.count - 1, 1), values.count - 1)
        return (upper - 1, upper)
    }
}
