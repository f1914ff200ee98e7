/* arena.h - all memory of one compilation lives in one arena and is freed at once.
 *
 * A part of the work whose memory shall go earlier gets a child:
 *
 *     Arena *part = arena_child(arena);
 *     ... work in part ...
 *     arena_destroy(part);
 *
 * A child needs no care beyond that: work that ends by a jump out of it leaves the child to the
 * parent, which ends it first.
 *
 * Running out of memory is the one error that does not travel through return values: the arena
 * prints "out of memory" once and jumps to the point that arena_protect() marked. Handles of
 * libraries (a yaml parser, a zip archive, a file) are therefore registered with arena_defer(), so
 * that arena_destroy() closes them however the work ended. An arena belongs to one thread.
 */
#ifndef XNC_IR_ARENA_H
#define XNC_IR_ARENA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

typedef struct Arena Arena;

/* NULL when there is no memory for even the first block. */
Arena *arena_create(void);
/* An arena for a part of the work: running out of memory in it is the parent's failure, unless it
 * has a mark of its own (arena_protect), and it ends with the parent, before the parent's cleanups,
 * unless it is destroyed before. */
Arena *arena_child(Arena *parent);
/* Runs the deferred cleanups, last registered first, then frees everything. NULL is allowed. */
void arena_destroy(Arena *arena);
/* The same, and hands free memory of the process back to the system where that is possible: after a
 * large part, so that what follows is as small as if that part had never run. */
void arena_give_back(Arena *arena);

/* Marks where arena_fail() lands: if (arena_protect(arena)) { ...failed, clean up... }
 * Locals changed after the mark must be volatile to be read after a failure. */
#define arena_protect(arena) setjmp(*arena_landing(arena))
jmp_buf *arena_landing(Arena *arena);
/* Ends the work for lack of memory: also for libraries that report it. Does not return. */
_Noreturn void arena_fail(Arena *arena);

/* Zeroed memory, aligned for any type (64 bytes for requests of 4096 bytes and more); a request of
 * 0 bytes gives a valid pointer. Never NULL. */
void *arena_alloc(Arena *arena, size_t bytes);
/* count * size with the overflow check. */
void *arena_array(Arena *arena, size_t count, size_t size);
/* A copy of old with room for new_count elements; the old one stays valid until the arena ends. */
void *arena_grow(Arena *arena, const void *old, size_t old_count, size_t new_count, size_t size);
/* Room for one more element behind count: the list itself, or a copy with twice the room when it is
 * full. For lists that grow this way alone: they are full when count is 0 or a power of two. */
void *arena_room(Arena *arena, void *list, int count, size_t size);
char *arena_strndup(Arena *arena, const char *text, size_t length);
char *arena_strdup(Arena *arena, const char *text);
char *arena_printf(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(Arena *arena, const char *format, va_list args);

/* Calls cleanup(what) when the arena is destroyed. */
void arena_defer(Arena *arena, void (*cleanup)(void *what), void *what);

#define NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define NEW_ARRAY(arena, type, count) ((type *)arena_array((arena), (size_t)(count), sizeof(type)))

#endif
