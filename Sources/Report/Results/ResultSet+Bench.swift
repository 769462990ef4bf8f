extension ResultSet {
    /// A record of `bench`, or of `compare`, which has a score and a ratio as well.
    mutating func addBench(_ record: ResultObject) throws(ReportError) {
        let environment = try record.objectIfKnown("environment")
        let machine = try environment.map { object throws(ReportError) in try addMachine(object) }
        var network = try Network(counting: record)
        network.setting = Setting(
            machine: machine, isa: try record.stringIfKnown("isa"), threads: try record.integerIfKnown("threads"),
            imageSide: try record.integerIfKnown("image_resolution"), batch: try record.integerIfKnown("batch") ?? 1)
        network.measured = try Latency(
            median: record.number("median_ns"), low: record.numberIfKnown("median_low_ns"), high: record.numberIfKnown("median_high_ns"),
            p10: record.numberIfKnown("p10_ns"), p90: record.numberIfKnown("p90_ns"), verdict: record.string("verdict"),
            reasons: record.strings("reasons"), unknowns: record.strings("unknowns"))
        network.peakFraction = try record.numberIfKnown("peak_fraction")
        network.baseline = try record.stringIfKnown("baseline")
        network.ratio = try record.numberIfKnown("ratio_to_baseline")
        if network.baseline == network.name { network.role = .baseline }
        if let time = try record.numberIfKnown("v100_model_ns"), time > 0 {
            network.v100 = try V100(
                nanoseconds: time, precision: record.stringIfKnown("v100_precision") ?? "unknown precision", batch: record.integerIfKnown("v100_batch") ?? 1,
                medianError: record.numberIfKnown("v100_model_median_error"), isComplete: record.boolIfKnown("v100_complete") ?? true)
        }
        networks.append(network)
        try addEngines(record, beside: network)
        try addStages(record)
        // A comparison has the number of layers under this name.
        guard record.hasList("layers"), let layers = try record.objects("layers") else { return }
        let threads = network.setting.threads.map { $0 == 1 ? ", 1 thread" : ", \($0) threads" } ?? ""
        layerRuns.append(
            LayerRun(
                title: "\(network.name) at \(network.resolution.map { "\($0) px" } ?? "unknown size")\(threads)", setting: network.setting,
                peak: try record.numberIfKnown("peak_gflop_per_s"), layers: try layers.map { layer throws(ReportError) in try Layer(layer) }))
    }

    /// What other runtimes took for the same network.
    private mutating func addEngines(_ record: ResultObject, beside network: Network) throws(ReportError) {
        guard let own = network.measured else { return }
        for engine in try record.objects("engines") ?? [] {
            let verdict = try engine.stringIfKnown("verdict") ?? "unknown"
            enginePairs.append(
                EnginePair(
                    network: network.name, engine: try engine.string("engine"), setting: network.setting, own: own.median,
                    other: try engine.number("median_ns"), ratio: try engine.number("ratio_to_zendet"), verdict: verdict == "VALID" ? own.verdict : verdict,
                    outputsAgree: try engine.boolIfKnown("outputs_agree") ?? false))
        }
    }

    /// The machine of a record's environment; returns its fingerprint.
    mutating func addMachine(_ environment: ResultObject) throws(ReportError) -> String {
        // What differs between two records of one run says nothing of the machine.
        let passing: Set = ["time", "load_average", "memory_available_bytes", "frequency_khz"]
        let title = try environment.stringIfKnown("cpu_model") ?? "unknown processor"
        add(machine: Machine(title: title, facts: environment.facts.filter { !passing.contains($0.key) }))
        return try environment.stringIfKnown("machine") ?? title
    }
}

extension ResultSet.Network {
    /// What records of all kinds say of a network.
    init(counting record: ResultObject, name: String? = nil) throws(ReportError) {
        let own = if let name { name } else { try record.string("name") }
        self.init(name: own)
        resolution = try record.integerIfKnown("resolution")
        entropy = try record.numberIfKnown("entropy")
        params = try record.integerIfKnown("params")
        macs = try record.integerIfKnown("macs")
        publishedAP = try record.numberIfKnown("published_ap")
    }
}

extension ResultSet.Layer {
    init(_ layer: ResultObject) throws(ReportError) {
        self.init(
            name: try layer.string("name"), operation: try layer.stringIfKnown("operation") ?? "", algorithm: try layer.stringIfKnown("algorithm") ?? "",
            median: try layer.number("median_ns"), share: try layer.numberIfKnown("share") ?? 0, macs: try layer.integer("macs"),
            bytes: try layer.integer("bytes"), gigaflopPerSecond: try layer.number("gflop_per_s"),
            peakFraction: try layer.numberIfKnown("peak_fraction"), rooflineFraction: try layer.numberIfKnown("roofline_fraction"),
            boundBy: try layer.stringIfKnown("bound_by"))
    }
}

extension ResultSet.LayerRun {
    /// The multiply-add peak that the layers were held against, in GFLOP/s.
    ///
    /// The network's peak is measured again after its layers, so the layers' own is taken back out of their shares of it.
    var computeRoof: Double? {
        let shares = layers.compactMap { layer in layer.peakFraction.flatMap { $0 > 0 ? layer.gigaflopPerSecond / $0 : nil } }
        return shares.first ?? peak
    }

    /// The rate of reading memory that the layers were held against, in 1e9 bytes per second; nil where no layer is bound by it.
    ///
    /// A layer's share of the roofline is the bound over the time, and the bound of one that memory limits is its bytes over the rate (own derivation).
    var memoryRoof: Double? {
        for layer in layers where layer.boundBy == "memory" {
            if let share = layer.rooflineFraction, share > 0, layer.median > 0 { return Double(layer.bytes) / (share * layer.median) }
        }
        return nil
    }
}
