#define _GNU_SOURCE
#include "zd_libc.h"

#include <stdint.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
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

static size_t whole_pages(size_t bytes) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return (bytes + page - 1) / page * page;
}

void *zd_map_pages(size_t bytes, size_t alignment) {
    size_t size = whole_pages(bytes);
    if (size < bytes || size + alignment < size) return NULL;
    char *start = mmap(NULL, size + alignment, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) return NULL;
    char *aligned = (char *)(((uintptr_t)start + alignment - 1) / alignment * alignment);
    size_t before = (size_t)(aligned - start);
    if (before > 0) (void)munmap(start, before);
    if (alignment > before) (void)munmap(aligned + size, alignment - before);
#ifdef MADV_HUGEPAGE
    (void)madvise(aligned, size, MADV_HUGEPAGE);
#endif
    return aligned;
}

void zd_unmap_pages(void *memory, size_t bytes) { (void)munmap(memory, whole_pages(bytes)); }

void zd_map_large_blocks(size_t bytes) {
#ifdef __GLIBC__
    (void)mallopt(M_MMAP_THRESHOLD, (int)bytes);
#else
    (void)bytes;
#endif
}
