extension HardwareProfile {
    /// What no single field can show: names, orders, and lists that belong together.
    ///
    /// - Throws: `LatencyError` `.malformed`: file, key path, what was found, what would be right.
    func checkRelations(source: String) throws(LatencyError) {
        func fail(_ place: String, _ message: String) -> LatencyError { LatencyError(.malformed, "\(source): \(place): \(message)") }
        guard Self.isKebabCase(name) else {
            throw fail("name", "found \"\(name)\"; lower-case letters, digits and single hyphens were expected")
        }
        switch self {
        case .cpu(let profile):
            guard profile.topology.pus >= profile.topology.cores else {
                throw fail("topology.pus", "found \(profile.topology.pus); at least one for each of \(profile.topology.cores) cores was expected")
            }
            for (index, baseline) in profile.measured.baselines.enumerated() {
                let (low, middle, high) = (baseline.p10Nanoseconds, baseline.medianNanoseconds, baseline.p90Nanoseconds)
                guard low <= middle, middle <= high else {
                    throw fail("measured.baselines[\(index)]", "found p10 \(low), median \(middle), p90 \(high) ns; an ascending order was expected")
                }
            }
            try profile.checkModels(source: source)
        case .accelerator(let profile):
            for (index, result) in profile.published.enumerated() where result.millisecondsPerBatch == nil && result.imagesPerSecond == nil {
                throw fail("published[\(index)]", "found neither ms_per_batch nor images_per_s; one of them was expected")
            }
            var libraries = Set<Precision>()
            for (index, library) in (profile.operatorLibraries ?? []).enumerated() where !libraries.insert(library.precision).inserted {
                throw fail(
                    "operator_libraries[\(index)].precision",
                    "found \(library.precision.rawValue) a second time; each precision once was expected")
            }
            guard let model = profile.latencyModel else { return }
            var seen = Set<Precision>()
            for (index, precision) in model.precisions.enumerated() {
                let place = "latency_model.precisions[\(index)]"
                guard seen.insert(precision.precision).inserted else {
                    throw fail("\(place).precision", "found \(precision.precision.rawValue) a second time; each precision once was expected")
                }
                let grid = precision.grid
                for (name, values) in [
                    ("batches", grid.batches.map(Double.init)), ("sides", grid.sides.map(Double.init)),
                    ("output_channels", grid.outputChannels.map(Double.init)),
                    ("image_output_channels", grid.imageOutputChannels.map(Double.init)), ("channel_ratios", grid.channelRatios),
                ] where zip(values, values.dropFirst()).contains(where: >=) {
                    throw fail("\(place).grid.\(name)", "found values out of order; an ascending list was expected")
                }
                for (item, family) in precision.operators.enumerated() {
                    let place = "\(place).operators[\(item)]"
                    let count = family.kind == .depthwise ? 1 : model.tiles.count
                    guard family.tileRatesGMACPerSecond.count == count else {
                        throw fail("\(place).tile_rates_gmac_per_s", "found \(family.tileRatesGMACPerSecond.count) rates; \(count) were expected")
                    }
                    guard
                        family.kind == .depthwise || (family.waveRounding != nil && family.paddingExponent != nil && family.splitMilliseconds != nil)
                    else { throw fail(place, "wave_rounding, padding_exponent and split_ms are needed for every kind but depthwise") }
                }
            }
        }
    }

    static func isKebabCase(_ name: String) -> Bool {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        return parts.allSatisfy { part in
            !part.isEmpty && part.unicodeScalars.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) }
        }
    }
}
