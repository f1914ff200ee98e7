/* inner_arena.c - see inner_arena.h. */
#include "inner_arena.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

static void free_arena(void *slot) {
    arena_destroy(*(Arena **)slot);
}

Arena **inner_arena(Arena *outer) {
    Arena **slot = NEW(outer, Arena *);
    arena_defer(outer, free_arena, slot);
    *slot = arena_create();
    if (!*slot) {
        arena_fail(outer);
    }
    return slot;
}

void inner_arena_end(Arena **slot) {
    arena_destroy(*slot);
    *slot = NULL;
#ifdef __GLIBC__
    malloc_trim(0); /* so that it no longer counts as memory of this process */
#endif
}
