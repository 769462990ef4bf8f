#include "zd_cpuid.h"

#include <string.h>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>

static uint64_t xcr0(void) {
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & (1u << 27))) return 0;   // OSXSAVE: the system enabled XGETBV
    unsigned low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t)high << 32 | low;
}

void zd_read_cpu_identity(zd_cpu_identity *identity) {
    memset(identity, 0, sizeof *identity);
    identity->family = identity->model = identity->stepping = identity->under_hypervisor = -1;
    unsigned a, b, c, d;
    if (__get_cpuid(0, &a, &b, &c, &d)) {
        memcpy(identity->vendor, &b, 4);
        memcpy(identity->vendor + 4, &d, 4);
        memcpy(identity->vendor + 8, &c, 4);
    }
    if (__get_cpuid(1, &a, &b, &c, &d)) {
        int family = (a >> 8) & 15, model = (a >> 4) & 15;
        if (family == 6 || family == 15) model |= ((a >> 16) & 15) << 4;
        if (family == 15) family += (a >> 20) & 255;
        identity->family = family;
        identity->model = model;
        identity->stepping = a & 15;
        identity->under_hypervisor = (c >> 31) & 1;
    }
    if (identity->under_hypervisor == 1) {
        __cpuid(0x40000000, a, b, c, d);
        memcpy(identity->hypervisor, &b, 4);
        memcpy(identity->hypervisor + 4, &c, 4);
        memcpy(identity->hypervisor + 8, &d, 4);
    }
    if (__get_cpuid_max(0x80000000, 0) >= 0x80000004) {
        for (unsigned i = 0; i < 3; ++i) {
            unsigned r[4];
            __cpuid(0x80000002 + i, r[0], r[1], r[2], r[3]);
            memcpy(identity->brand + 16 * i, r, 16);
        }
    }
}

// The state that the system must save for a feature: bits of XCR0 (Intel SDM volume 1, section 13.3).
#define YMM 0x6u
#define ZMM 0xe6u
#define TILE 0x60000u
enum { A, B, C, D };

static const struct {
    const char *name;
    uint32_t leaf, subleaf;
    uint8_t reg, bit;
    uint32_t state;
} features[] = {
    {"sse4_1", 1, 0, C, 19, 0},           {"sse4_2", 1, 0, C, 20, 0},          {"popcnt", 1, 0, C, 23, 0},
    {"f16c", 1, 0, C, 29, YMM},           {"avx", 1, 0, C, 28, YMM},           {"fma", 1, 0, C, 12, YMM},
    {"avx2", 7, 0, B, 5, YMM},            {"bmi2", 7, 0, B, 8, 0},             {"avx_vnni", 7, 1, A, 4, YMM},
    {"avx512f", 7, 0, B, 16, ZMM},        {"avx512dq", 7, 0, B, 17, ZMM},      {"avx512cd", 7, 0, B, 28, ZMM},
    {"avx512bw", 7, 0, B, 30, ZMM},       {"avx512vl", 7, 0, B, 31, ZMM},      {"avx512ifma", 7, 0, B, 21, ZMM},
    {"avx512vbmi", 7, 0, C, 1, ZMM},      {"avx512_vbmi2", 7, 0, C, 6, ZMM},   {"avx512_vnni", 7, 0, C, 11, ZMM},
    {"avx512_bitalg", 7, 0, C, 12, ZMM},  {"avx512_vpopcntdq", 7, 0, C, 14, ZMM},
    {"avx512_bf16", 7, 1, A, 5, ZMM},     {"avx512_fp16", 7, 0, D, 23, ZMM},   {"amx_tile", 7, 0, D, 24, TILE},
    {"amx_int8", 7, 0, D, 25, TILE},      {"amx_bf16", 7, 0, D, 22, TILE},
};

int zd_cpu_feature_count(void) { return sizeof features / sizeof *features; }

int zd_cpu_feature_usable(int index) {
    if (index < 0 || index >= zd_cpu_feature_count()) return 0;
    unsigned r[4];
    if (features[index].subleaf > 0) {   // a leaf with more pages says in EAX of page 0 how many
        unsigned a, b, c, d;
        if (!__get_cpuid_count(features[index].leaf, 0, &a, &b, &c, &d) || a < features[index].subleaf) return 0;
    }
    if (!__get_cpuid_count(features[index].leaf, features[index].subleaf, &r[A], &r[B], &r[C], &r[D])) return 0;
    if (!(r[features[index].reg] >> features[index].bit & 1)) return 0;
    uint32_t state = features[index].state;
    return state == 0 || (xcr0() & state) == state;
}

#else   // no CPUID

void zd_read_cpu_identity(zd_cpu_identity *identity) {
    memset(identity, 0, sizeof *identity);
    identity->family = identity->model = identity->stepping = identity->under_hypervisor = -1;
}

#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>

// Bits of AT_HWCAP and AT_HWCAP2 (Linux, arch/arm64/include/uapi/asm/hwcap.h); the kernel sets them only when usable.
static const struct {
    const char *name;
    uint8_t second, bit;
} features[] = {
    {"asimd", 0, 1}, {"asimdhp", 0, 10}, {"asimddp", 0, 20}, {"sve", 0, 22}, {"sve2", 1, 1}, {"i8mm", 1, 13}, {"bf16", 1, 14},
};

int zd_cpu_feature_count(void) { return sizeof features / sizeof *features; }

int zd_cpu_feature_usable(int index) {
    if (index < 0 || index >= zd_cpu_feature_count()) return 0;
    unsigned long bits = getauxval(features[index].second ? 26 /* AT_HWCAP2 */ : 16 /* AT_HWCAP */);
    return bits >> features[index].bit & 1;
}
#else
static const struct {
    const char *name;
} features[] = {{""}};

int zd_cpu_feature_count(void) { return 0; }

int zd_cpu_feature_usable(int index) {
    (void)index;
    return 0;
}
#endif
#endif

const char *zd_cpu_feature_name(int index) {
    return index >= 0 && index < zd_cpu_feature_count() ? features[index].name : "";
}
