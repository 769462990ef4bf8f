import Architecture
import Latency
import Search

extension SearchRecord {
    /// A block with the keys of TinyNAS' structure files.
    public struct BlockRecord: Encodable, Sendable {
        public var block: Block

        public init(_ block: Block) { self.block = block }

        enum CodingKeys: String, CodingKey {
            case kind = "class"
            case inChannels = "in"
            case outChannels = "out"
            case stride = "s"
            case kernelSize = "k"
            case depth = "L"
            case bottleneck = "btn"
            case groups = "g"
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(block.kind.rawValue, forKey: .kind)
            try container.encode(block.inChannels, forKey: .inChannels)
            try container.encode(block.outChannels, forKey: .outChannels)
            try container.encode(block.stride, forKey: .stride)
            try container.encode(block.kernelSize, forKey: .kernelSize)
            if block.kind != .convKXBNRELU {
                try container.encode(block.depth, forKey: .depth)
                try container.encode(block.bottleneck, forKey: .bottleneck)
            }
            if block.groups != 1 { try container.encode(block.groups, forKey: .groups) }
        }
    }

    /// A found network.
    public struct Candidate: Encodable, Sendable {
        public var structure: [BlockRecord]
        public var entropy: Double
        public var params: Int
        public var macs: Int
        public var referenceFLOPs: Double
        public var layers: Int
        public var peakActivationBytes: Int
        /// Composed from layers and corrected by what was measured before; nil without a latency source.
        public var predictedNanoseconds: Double?
        /// The whole network as measured, interleaved with the baseline.
        public var measured: MeasuredNetwork
        /// What speaks against the measurement.
        public var reasons: [String]
        /// Within the latency budget, a median by the upper end of its interval; true where there is no latency budget.
        public var keepsBudget: Bool
        /// In which round of the search it was measured, from 1.
        public var round: Int
        public var v100: V100Record?

        public init(_ finalist: Finalist, reasons: [String], v100: V100Record?) {
            structure = finalist.structure.blocks.map(BlockRecord.init)
            entropy = finalist.score
            params = finalist.totals.params
            macs = finalist.totals.macs
            referenceFLOPs = finalist.totals.referenceFLOPs
            layers = finalist.totals.layers
            peakActivationBytes = finalist.totals.peakActivationBytes
            predictedNanoseconds = finalist.predictedNanoseconds
            measured = finalist.measured
            self.reasons = reasons
            keepsBudget = finalist.keepsBudget
            round = finalist.round
            self.v100 = v100
        }

        enum CodingKeys: String, CodingKey {
            case structure, entropy, params, macs
            case referenceFLOPs = "reference_flops"
            case layers
            case peakActivationBytes = "peak_activation_bytes"
            case predictedNanoseconds = "predicted_ns"
            case measuredNanoseconds = "measured_ns"
            case measuredLow = "measured_low_ns"
            case measuredHigh = "measured_high_ns"
            case measuredDriftCorrected = "measured_drift_corrected_ns"
            case measuredP90 = "measured_p90_ns"
            case measuredSamples = "measured_samples"
            case verdict, reasons
            case keepsBudget = "keeps_budget"
            case ratio = "ratio_to_baseline"
            case ratioLow = "ratio_low"
            case ratioHigh = "ratio_high"
            case p90Ratio = "p90_ratio_to_baseline"
            case round
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(structure, forKey: .structure)
            try container.encode(entropy, forKey: .entropy)
            try container.encode(params, forKey: .params)
            try container.encode(macs, forKey: .macs)
            try container.encode(referenceFLOPs, forKey: .referenceFLOPs)
            try container.encode(layers, forKey: .layers)
            try container.encode(peakActivationBytes, forKey: .peakActivationBytes)
            try container.encodeIfPresent(predictedNanoseconds, forKey: .predictedNanoseconds)
            try container.encode(measured.medianNanoseconds, forKey: .measuredNanoseconds)
            try container.encodeIfPresent(measured.lowNanoseconds, forKey: .measuredLow)
            try container.encodeIfPresent(measured.highNanoseconds, forKey: .measuredHigh)
            try container.encodeIfPresent(measured.driftCorrectedNanoseconds, forKey: .measuredDriftCorrected)
            try container.encodeIfPresent(measured.p90Nanoseconds, forKey: .measuredP90)
            try container.encodeIfPresent(measured.samples, forKey: .measuredSamples)
            try container.encode(measured.verdict, forKey: .verdict)
            try container.encode(reasons, forKey: .reasons)
            try container.encode(keepsBudget, forKey: .keepsBudget)
            try container.encodeIfPresent(measured.ratio, forKey: .ratio)
            try container.encodeIfPresent(measured.ratioLow, forKey: .ratioLow)
            try container.encodeIfPresent(measured.ratioHigh, forKey: .ratioHigh)
            try container.encodeIfPresent(measured.p90Ratio, forKey: .p90Ratio)
            try container.encode(round, forKey: .round)
            try v100?.encode(to: encoder)
        }
    }

    /// The network that the search was measured against.
    public struct Baseline: Encodable, Sendable {
        public var name: String
        /// Side of its own input: that of the same image as the winner's.
        public var resolution: Int
        public var entropy: Double
        public var params: Int
        public var macs: Int
        public var layers: Int
        /// Composed from layers, uncorrected.
        public var composedNanoseconds: Double?
        /// As measured beside the winner.
        public var measured: MeasuredNetwork
        public var publishedAP: Double?
        public var v100: V100Record?

        public init(
            name: String, resolution: Int, entropy: Double, cost: Cost, composedNanoseconds: Double?, measured: MeasuredNetwork, publishedAP: Double?,
            v100: V100Record?
        ) {
            self.name = name
            self.resolution = resolution
            self.entropy = entropy
            params = cost.params
            macs = cost.macs
            layers = cost.layers
            self.composedNanoseconds = composedNanoseconds
            self.measured = measured
            self.publishedAP = publishedAP
            self.v100 = v100
        }

        enum CodingKeys: String, CodingKey {
            case name, resolution, entropy, params, macs, layers
            case composedNanoseconds = "composed_ns"
            case measuredNanoseconds = "measured_ns"
            case measuredLow = "measured_low_ns"
            case measuredHigh = "measured_high_ns"
            case measuredDriftCorrected = "measured_drift_corrected_ns"
            case measuredP90 = "measured_p90_ns"
            case measuredSamples = "measured_samples"
            case verdict
            case publishedAP = "published_ap"
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encode(resolution, forKey: .resolution)
            try container.encode(entropy, forKey: .entropy)
            try container.encode(params, forKey: .params)
            try container.encode(macs, forKey: .macs)
            try container.encode(layers, forKey: .layers)
            try container.encodeIfPresent(composedNanoseconds, forKey: .composedNanoseconds)
            try container.encode(measured.medianNanoseconds, forKey: .measuredNanoseconds)
            try container.encodeIfPresent(measured.lowNanoseconds, forKey: .measuredLow)
            try container.encodeIfPresent(measured.highNanoseconds, forKey: .measuredHigh)
            try container.encodeIfPresent(measured.driftCorrectedNanoseconds, forKey: .measuredDriftCorrected)
            try container.encodeIfPresent(measured.p90Nanoseconds, forKey: .measuredP90)
            try container.encodeIfPresent(measured.samples, forKey: .measuredSamples)
            try container.encode(measured.verdict, forKey: .verdict)
            try container.encodeIfPresent(publishedAP, forKey: .publishedAP)
            try v100?.encode(to: encoder)
        }
    }
}
