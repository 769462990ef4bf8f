// The vector of this instruction set, and the few operations on it whose machine code was looked at.
// Everything here is internal and inlined: no declaration of a type, so no weak symbols (see the kernel contract in TensorCore's documentation).

#if ISA_AVX512
typealias Vector = SIMD16<Float>
typealias Mask = SIMD16<Int32>
#elseif ISA_AVX2
typealias Vector = SIMD8<Float>
typealias Mask = SIMD8<Int32>
#else
typealias Vector = SIMD4<Float>
typealias Mask = SIMD4<Int32>
#endif

/// Lanes of ``Vector``.
@inline(__always) var lanes: Int { Vector.scalarCount }

/// a · b + c: fused where the instruction set has it; two roundings on the baseline, where a fused form would be a library call per lane.
@inline(__always) func multiplyAdd(_ a: Vector, _ b: Vector, _ c: Vector) -> Vector {
    #if ISA_BASELINE && arch(x86_64)
    return a * b + c
    #else
    return c.addingProduct(a, b)
    #endif
}

@inline(__always) func load(_ p: UnsafePointer<Float>) -> Vector {
    UnsafeRawPointer(p).loadUnaligned(as: Vector.self)
}

@inline(__always) func store(_ v: Vector, _ p: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(p).storeBytes(of: v, as: Vector.self)
}

/// max(v, 0), one instruction; NaN becomes 0.
@inline(__always) func rectify(_ v: Vector) -> Vector {
    let zero = Vector(repeating: 0)
    return zero.replacing(with: v, where: v .> zero)
}

@inline(__always) func maximum(_ a: Vector, _ b: Vector) -> Vector {
    a.replacing(with: b, where: b .> a)
}
