/* failing_malloc.c - see failing_malloc.h. The program's malloc takes the place of the C library's
 * for all libraries in it; the real one is reached under glibc's internal names. Large blocks that
 * code maps itself count as well.
 */
#include "failing_malloc.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);

static struct Watch { long made, live, fail_at; } watch;

void allocations_watch(long fail_at) {
    watch = (struct Watch){.fail_at = fail_at};
}

long allocations_made(void) {
    return watch.made;
}

long allocations_live(void) {
    return watch.live;
}

/* Counts an allocation; false when it is the one that fails. */
static int may_allocate(void) {
    if (++watch.made == watch.fail_at) {
        errno = ENOMEM;
        return 0;
    }
    return 1;
}

static void *counted(void *block) {
    watch.live += block != NULL;
    return block;
}

void *malloc(size_t size) {
    return may_allocate() ? counted(__libc_malloc(size)) : NULL;
}

void *calloc(size_t count, size_t size) {
    return may_allocate() ? counted(__libc_calloc(count, size)) : NULL;
}

void *realloc(void *old, size_t size) {
    if (old && size == 0) {
        free(old);
        return NULL;
    }
    if (!may_allocate()) {
        return NULL;
    }
    return old ? __libc_realloc(old, size) : counted(__libc_malloc(size));
}

void *aligned_alloc(size_t alignment, size_t size) {
    return may_allocate() ? counted(__libc_memalign(alignment, size)) : NULL;
}

void *memalign(size_t alignment, size_t size) {
    return aligned_alloc(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    *block = aligned_alloc(alignment, size);
    return *block ? 0 : ENOMEM;
}

void free(void *block) {
    watch.live -= block != NULL;
    __libc_free(block);
}

void *mmap(void *at, size_t size, int protection, int flags, int file, off_t offset) {
    if (!may_allocate()) {
        return MAP_FAILED;
    }
    void *mapped = (void *)syscall(SYS_mmap, at, size, protection, flags, file, offset);
    watch.live += mapped != MAP_FAILED;
    return mapped;
}

int munmap(void *at, size_t size) {
    watch.live--;
    return (int)syscall(SYS_munmap, at, size);
}
