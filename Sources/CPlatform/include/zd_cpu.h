/* The processor: which instruction sets may be used here, a clock, and the spin-wait hint. */
#ifndef ZD_CPU_H
#define ZD_CPU_H

#include <stdint.h>

/* Highest kernel level that both the processor and the operating system support:
 * 0 baseline, 1 AVX2 + FMA (x86-64-v3), 2 AVX-512 F/BW/CD/DQ/VL (x86-64-v4).
 * CPUID alone is not enough: a kernel may leave the wide registers unsaved (XGETBV tells). */
int zd_isa_level(void);

/* Nanoseconds of CLOCK_MONOTONIC_RAW, which no clock discipline bends. */
uint64_t zd_now_ns(void);

/* Tells the processor that this is a spin-wait loop. */
static inline void zd_spin_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield");
#endif
}

#endif
