#ifndef ZD_CPUID_H
#define ZD_CPUID_H

#include <stdint.h>

/// CPUID's identity of the processor; every field is empty or -1 on processors that have no CPUID.
typedef struct {
    char vendor[13];
    char brand[49];
    char hypervisor[13];     ///< the hypervisor's own signature, "KVMKVMKVM"; empty without one
    int32_t family;
    int32_t model;
    int32_t stepping;
    int32_t under_hypervisor;   ///< 1, 0, or -1 when unknown
} zd_cpu_identity;

void zd_read_cpu_identity(zd_cpu_identity *identity);

/// Number of instruction-set features that this program knows by name.
int zd_cpu_feature_count(void);

/// The name of a feature as /proc/cpuinfo spells it.
const char *zd_cpu_feature_name(int index);

/// 1 when the processor has the feature and the system saves the registers it needs.
int zd_cpu_feature_usable(int index);

#endif
