import CPlatform

/// The instruction sets that kernels are compiled for.
///
/// The raw value is the spelling on the command line (`--isa avx2`) and in files.
public enum InstructionSet: String, CaseIterable, Comparable, Sendable {
    #if arch(arm64)
    /// Advanced SIMD, which every 64-bit Arm processor has: 128 bits, fused multiply-add.
    case neon
    #else
    /// What every processor of the architecture has: SSE2 on x86-64, 128 bits, multiply and add apart.
    case baseline
    /// AVX2 and FMA: 256 bits (x86-64-v3).
    case avx2
    /// AVX-512 F, BW, CD, DQ, VL: 512 bits (x86-64-v4).
    case avx512
    #endif

    /// True where both the processor and the operating system support it.
    public var isAvailable: Bool { level <= Int(zd_isa_level()) }

    /// Everything that may run here, narrowest first.
    public static var available: [InstructionSet] { allCases.filter { $0.isAvailable } }

    /// The widest that may run here.
    public static var best: InstructionSet { available.last ?? allCases[0] }

    /// Floats in one vector.
    public var lanes: Int {
        switch self {
        #if arch(arm64)
        case .neon: 4
        #else
        case .baseline: 4
        case .avx2: 8
        case .avx512: 16
        #endif
        }
    }

    /// What `zd_isa_level` counts.
    private var level: Int {
        switch self {
        #if arch(arm64)
        case .neon: 0
        #else
        case .baseline: 0
        case .avx2: 1
        case .avx512: 2
        #endif
        }
    }

    public static func < (a: InstructionSet, b: InstructionSet) -> Bool { a.level < b.level }
}
