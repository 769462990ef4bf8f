#define _GNU_SOURCE
#include "zd_libc.h"

#include <sys/mman.h>
#include <unistd.h>

const char *zd_libc_version(void) {
#ifdef _CS_GNU_LIBC_VERSION
    static char text[64];
    size_t length = confstr(_CS_GNU_LIBC_VERSION, text, sizeof text);
    return length > 0 && length <= sizeof text ? text : "";
#else
    return "";
#endif
}

void zd_prefer_large_pages(void *memory, size_t bytes) {
#ifdef MADV_HUGEPAGE
    (void)madvise(memory, bytes, MADV_HUGEPAGE);
#else
    (void)memory;
    (void)bytes;
#endif
}
