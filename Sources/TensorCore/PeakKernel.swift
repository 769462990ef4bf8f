#if arch(arm64)
import MicrokernelsNEON

private let chains = MicrokernelsNEON.peakChains
#else
import MicrokernelsAVX2
import MicrokernelsAVX512
import MicrokernelsBaseline

private let chains = MicrokernelsBaseline.peakChains
#endif

/// Loops that reach what the hardware can do with an instruction set: the denominators of "% of peak" and of the roofline.
public enum PeakKernel {
    /// Runs `iterations` rounds of independent multiply-adds from registers.
    ///
    /// - Returns: the floating-point operations done (a multiply-add counts two), and a value that depends on all of them.
    public static func multiplyAdd(_ isa: InstructionSet, iterations: Int) -> (flop: Double, value: Float) {
        precondition(isa.isAvailable, "\(isa.rawValue) is not available on this machine")
        let value =
            switch isa {
            #if arch(arm64)
            case .neon: MicrokernelsNEON.peakMultiplyAdd(iterations, 1)
            #else
            case .baseline: MicrokernelsBaseline.peakMultiplyAdd(iterations, 1)
            case .avx2: MicrokernelsAVX2.peakMultiplyAdd(iterations, 1)
            case .avx512: MicrokernelsAVX512.peakMultiplyAdd(iterations, 1)
            #endif
            }
        return (Double(iterations) * Double(chains * isa.lanes * 2), value)
    }

    /// Reads `count` floats with the widest loads; returns their sum.
    ///
    /// - Precondition: count is a multiple of 64.
    public static func read(_ isa: InstructionSet, _ p: UnsafePointer<Float>, count: Int) -> Float {
        precondition(isa.isAvailable && count % 64 == 0, "\(isa.rawValue) over \(count) floats")
        return switch isa {
        #if arch(arm64)
        case .neon: MicrokernelsNEON.peakRead(p, count)
        #else
        case .baseline: MicrokernelsBaseline.peakRead(p, count)
        case .avx2: MicrokernelsAVX2.peakRead(p, count)
        case .avx512: MicrokernelsAVX512.peakRead(p, count)
        #endif
        }
    }

    /// Copies `count` floats with ordinary stores: 4 bytes read and 4 written for each, and as a rule 4 more to fetch the target's line.
    ///
    /// - Precondition: count is a multiple of 64.
    public static func copy(_ isa: InstructionSet, _ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>, count: Int) {
        precondition(isa.isAvailable && count % 64 == 0, "\(isa.rawValue) over \(count) floats")
        switch isa {
        #if arch(arm64)
        case .neon: MicrokernelsNEON.peakCopy(from, to, count)
        #else
        case .baseline: MicrokernelsBaseline.peakCopy(from, to, count)
        case .avx2: MicrokernelsAVX2.peakCopy(from, to, count)
        case .avx512: MicrokernelsAVX512.peakCopy(from, to, count)
        #endif
        }
    }
}
