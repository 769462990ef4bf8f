/// A quantity that a step's time may be proportional to. The raw value is the name in profiles.
public enum StepTerm: String, CaseIterable, Hashable, Sendable, Codable {
    /// 1 for every step: the barrier and the start.
    case step
    /// Vector multiply-adds of the member that has most, padded channels included.
    case vectorMultiplyAdds = "vector_multiply_adds"
    /// Calls of the microkernel: its prologue and epilogue.
    case calls
    /// Calls times depth: the weights' vectors that a microkernel loads.
    case callDepth = "call_depth"
    /// The same for panels of a single vector, where the multiply-adds' latency shows.
    case oddCallDepth = "odd_call_depth"
    /// Vectors that a depthwise row loads: of pixels and of weights.
    case vectorLoads = "vector_loads"
    /// Tiles of depthwise rows, for each vector of channels.
    case vectorTiles = "vector_tiles"
    /// Pixels times vectors of channels, without a window.
    case vectorPixels = "vector_pixels"
    /// Pixels of rows, whatever the channels.
    case pixels
    /// Bytes of the maps, each divided by the number of threads.
    case inputBytes = "input_bytes"
    case outputBytes = "output_bytes"
    case residualBytes = "residual_bytes"
    /// Bytes of maps that do not fit the second-level caches, all threads' together.
    case farInputBytes = "far_input_bytes"
    case farOutputBytes = "far_output_bytes"
    /// Of all maps of the step together, where they do not fit.
    case farBytes = "far_bytes"
    /// Bytes of maps of a step whose maps together fill the third-level cache.
    case memoryInputBytes = "memory_input_bytes"
    case memoryOutputBytes = "memory_output_bytes"
    /// Bytes of the input map, as far as its age is beyond a part of the third-level cache: 0 up to there, all of them from twice as much on.
    case agedInputBytes64 = "aged_input_bytes_64th"
    case agedInputBytes32 = "aged_input_bytes_32nd"
    case agedInputBytes16 = "aged_input_bytes_16th"
    case agedInputBytes8 = "aged_input_bytes_8th"
    case agedInputBytes4 = "aged_input_bytes_4th"
    case agedInputBytes2 = "aged_input_bytes_half"
    /// The same of the residual map.
    case agedResidualBytes64 = "aged_residual_bytes_64th"
    case agedResidualBytes32 = "aged_residual_bytes_32nd"
    case agedResidualBytes16 = "aged_residual_bytes_16th"
    case agedResidualBytes8 = "aged_residual_bytes_8th"
    case agedResidualBytes4 = "aged_residual_bytes_4th"
    case agedResidualBytes2 = "aged_residual_bytes_half"
    /// Weights read once.
    case weightBytes = "weight_bytes"
    /// The part of them that other steps have pushed out of the third-level cache since the last run.
    case memoryWeightBytes = "memory_weight_bytes"
    /// Weights read again for every tile, from the second-level cache.
    case nearWeightBytes = "near_weight_bytes"
    /// Weights read again for every band or block.
    case streamedWeightBytes = "streamed_weight_bytes"
    /// Input read again for every panel of output channels, or transformed input for every group of panels; of a depthwise convolution whose window's rows do not stay in the
    /// second-level cache, for every row.
    case repeatedInputBytes = "repeated_input_bytes"
    /// Vectors of the Winograd transforms.
    case inputTransforms = "input_transforms"
    case outputTransforms = "output_transforms"
    /// The same as those without "cold", in a network that fills the caches: 0 where it leaves them nearly empty, all of it where it fills the
    /// third-level cache.
    case coldStep = "cold_step"
    case coldWeightBytes = "cold_weight_bytes"
    case coldInputBytes = "cold_input_bytes"
    case coldOutputBytes = "cold_output_bytes"
    case coldResidualBytes = "cold_residual_bytes"
    /// The same as those without "distant", times the nanoseconds that a barrier takes: what passes from core to core.
    case distantStep = "distant_step"
    case distantInputBytes = "distant_input_bytes"
    case distantOutputBytes = "distant_output_bytes"
    case distantResidualBytes = "distant_residual_bytes"
    /// Input that a member reads of what others wrote because members divide the output's channels: each then reads the whole map. Times the barrier, too.
    case distantWholeInputBytes = "distant_whole_input_bytes"
}

/// The terms of one step.
struct StepTerms: Hashable, Sendable {
    var values = [Double](repeating: 0, count: StepTerm.allCases.count)

    subscript(term: StepTerm) -> Double {
        get { values[term.index] }
        set { values[term.index] = newValue }
    }
}

extension StepTerm {
    /// Place among all cases.
    var index: Int { Self.places[self]! }
    private static let places = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })
}
