#ifndef ZD_LIBC_H
#define ZD_LIBC_H

#include <stddef.h>

/// Name and version of the C library that the program runs on ("glibc 2.36"), or "" when it does not tell.
const char *zd_libc_version(void);

/// Asks the system to back memory with large pages, so that strided walks over it do not wait for address translation. A wish: nothing fails.
void zd_prefer_large_pages(void *memory, size_t bytes);

/// e to the x, as the C library computes it: Embedded Swift has no module for the C library.
static inline float zd_exp(float x) { return __builtin_expf(x); }

#endif
