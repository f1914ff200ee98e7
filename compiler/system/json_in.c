/* json_in.c - lets Jansson build its values in an arena.
 *
 * Jansson does not survive a failed allocation while it reads a string: it drops a byte, may then
 * miss the closing quote and write past its buffer. So its allocator here never fails: for lack of
 * memory it leaves through arena_fail(), and all that Jansson had built goes with the arena.
 *
 * Jansson's allocator gets no context, so the arena in use is in a thread-local variable, like
 * errno. The usual allocator is set again after reading, or, when arena_fail() left the reading,
 * when the arena ends. The allocator is global to Jansson: only one thread may read JSON at a time.
 */
#include "json_in.h"

#include <stdlib.h>

/* The arena that Jansson allocates from in this thread; NULL while nothing is read. */
static Arena **arena_at_hand(void) {
    static _Thread_local Arena *arena;
    return &arena;
}

static void *allocate_in_arena(size_t bytes) {
    return arena_alloc(*arena_at_hand(), bytes);
}

/* Jansson's free(): blocks go with the arena. */
static void keep(void *block) {
    (void)block;
}

static void end_reading(void *arena) {
    if (*arena_at_hand() == arena) {
        *arena_at_hand() = NULL;
        json_set_alloc_funcs(malloc, free);
    }
}

const json_t *json_read(Arena *arena, const char *text, size_t length, json_error_t *error) {
    arena_defer(arena, end_reading, arena);
    *arena_at_hand() = arena;
    json_set_alloc_funcs(allocate_in_arena, keep);
    const json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, error);
    end_reading(arena);
    return root;
}
