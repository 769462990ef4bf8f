#include "zd_cpu.h"

#include <time.h>

#if defined(__x86_64__)
#include <cpuid.h>

static uint64_t xgetbv0(void) {
    uint32_t low, high;
    __asm__ __volatile__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return ((uint64_t)high << 32) | low;
}

int zd_isa_level(void) {
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d)) return 0;
    const unsigned fma = 1u << 12, movbe = 1u << 22, osxsave = 1u << 27, avx = 1u << 28, f16c = 1u << 29;
    const unsigned v3 = fma | movbe | osxsave | avx | f16c;
    if ((c & v3) != v3) return 0;
    const uint64_t state = xgetbv0();
    if ((state & 0x6) != 0x6) return 0; /* XMM and YMM state saved */
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
    const unsigned bmi1 = 1u << 3, avx2 = 1u << 5, bmi2 = 1u << 8;
    if ((b & (bmi1 | avx2 | bmi2)) != (bmi1 | avx2 | bmi2)) return 0;
    unsigned a1, b1, c1, d1;
    if (!__get_cpuid(0x80000001, &a1, &b1, &c1, &d1) || !(c1 & (1u << 5))) return 0; /* LZCNT */
    const unsigned f = 1u << 16, dq = 1u << 17, cd = 1u << 28, bw = 1u << 30, vl = 1u << 31;
    const unsigned v4 = f | dq | cd | bw | vl;
    if ((b & v4) != v4) return 1;
    return (state & 0xe6) == 0xe6 ? 2 : 1; /* opmask, upper ZMM halves, ZMM16-31 saved */
}
#else
int zd_isa_level(void) { return 0; }
#endif

uint64_t zd_now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC_RAW, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}
