#ifndef ZD_LIBC_H
#define ZD_LIBC_H

#include <stddef.h>

/// Name and version of the C library that the program runs on ("glibc 2.36"), or "" when it does not tell.
const char *zd_libc_version(void);

/// Zeroed memory of its own pages that begins at a multiple of `alignment`, a power of two; null where there is none.
///
/// All of it goes back to the system when it is unmapped: an allocator keeps what is freed, and a program's peak then holds memory that nobody uses. The
/// system is asked for large pages, so that strided walks do not wait for address translation.
void *zd_map_pages(size_t bytes, size_t alignment);
void zd_unmap_pages(void *memory, size_t bytes);

/// From now on the allocator gives blocks from `bytes` on pages of their own, so that they go back to the system when they are freed. Nothing happens where
/// the allocator has no such setting.
void zd_map_large_blocks(size_t bytes);

/// e to the x, as the C library computes it: Embedded Swift has no module for the C library.
static inline float zd_exp(float x) { return __builtin_expf(x); }

#endif
