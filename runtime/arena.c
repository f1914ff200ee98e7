/* arena.c - aligned memory in large pages, for those who do not bring their own.
 * SPDX-License-Identifier: MIT-0
 */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE 1 /* madvise */
#endif
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "xnc.h"

/* From this size on, whole pages of 2 MB are worth their rounding: they save the misses of address
 * translation that the large early maps of a network suffer from. */
enum { LARGE_PAGE = 2 << 20 };

void *xnc_arena_create(size_t bytes) {
    size_t align = bytes >= LARGE_PAGE ? (size_t)LARGE_PAGE : XNC_ARENA_ALIGN;
    if (bytes == 0 || bytes > SIZE_MAX - align) {
        return NULL;
    }
    size_t rounded = (bytes + align - 1) / align * align;
    void *arena = aligned_alloc(align, rounded);
#ifdef MADV_HUGEPAGE
    if (arena && align == LARGE_PAGE) {
        /* A wish; a system that has no large pages loses nothing but speed. */
        (void)madvise(arena, rounded, MADV_HUGEPAGE);
    }
#endif
    return arena;
}

void xnc_arena_destroy(void *arena) {
    free(arena);
}
