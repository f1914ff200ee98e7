/* arena.h - all memory of one compilation lives in one arena and is freed at once.
 *
 * A part of the work whose memory is to be freed earlier uses a child arena:
 *
 *     Arena *part = arena_child(arena);
 *     ... work in part ...
 *     arena_destroy(part);
 *
 * If an out-of-memory jump leaves that part before its arena_destroy(), nothing leaks: destroying
 * the parent destroys its children first.
 *
 * Running out of memory is the one error that is not a return value: the arena prints "out of
 * memory" once and jumps to the point that arena_protect() marked. Such a jump skips the code that
 * would close library handles (a yaml parser, a zip archive, a file). They are therefore registered
 * with arena_defer(), and arena_destroy() closes them however the work ended.
 *
 * An arena and its children are used by one thread; nothing here takes a lock.
 */
#ifndef XNC_IR_ARENA_H
#define XNC_IR_ARENA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

typedef struct Arena Arena;

/* A root arena without blocks; NULL when there is no memory for it. */
Arena *arena_create(void);
/* An arena for a part of the work. Running out of memory in it jumps to the nearest ancestor with a
 * mark (arena_protect), or to its own mark if it has one. arena_destroy(parent) destroys a child
 * that still exists, before the parent's own cleanups run. Never NULL. */
Arena *arena_child(Arena *parent);
/* Destroys the children, runs the deferred cleanups, last registered first, then frees all blocks.
 * NULL is allowed. */
void arena_destroy(Arena *arena);
/* arena_destroy(), then returns the process's free heap memory to the system (glibc only). Called
 * after a part that used much memory, so that it does not raise the peak of what follows. */
void arena_give_back(Arena *arena);

/* Marks where arena_fail() lands: if (arena_protect(arena)) { ...failed, clean up... }
 * Must be called in a function that is still running when the failure happens. Locals changed after
 * the mark must be volatile to be read after a failure (C11 7.13.2.1). */
#define arena_protect(arena) setjmp(*arena_landing(arena))
jmp_buf *arena_landing(Arena *arena);
/* Reports that memory ran out, on standard error, and jumps to the nearest mark, or exits with
 * status 1 when there is no mark. Also called where a library reports that it got no memory. */
_Noreturn void arena_fail(Arena *arena);

/* Zeroed memory, aligned for any type (64 bytes for requests of 4096 bytes and more); a request of
 * 0 bytes gives a valid pointer. Never NULL. */
void *arena_alloc(Arena *arena, size_t bytes);
/* arena_alloc(count * size); a product that overflows counts as out of memory. */
void *arena_array(Arena *arena, size_t count, size_t size);
/* A copy of old with room for new_count elements of size bytes; elements beyond old_count are zero.
 * The old memory stays valid until the arena is destroyed. */
void *arena_grow(Arena *arena, const void *old, size_t old_count, size_t new_count, size_t size);
/* Makes room for one element behind the first count: returns the list itself, or a copy with twice
 * the capacity when it is full. No capacity is stored: a list that only ever grows through this
 * function has a power of two as capacity, so it is full when count is 0 or a power of two. */
void *arena_room(Arena *arena, void *list, int count, size_t size);
/* Copies that end with a NUL; length is in bytes without the NUL. */
char *arena_strndup(Arena *arena, const char *text, size_t length);
char *arena_strdup(Arena *arena, const char *text);
char *arena_printf(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(Arena *arena, const char *format, va_list args);

/* Bytes of all blocks of the arena and of its children: for tests of what a reader takes. */
size_t arena_bytes(const Arena *arena);

/* Calls cleanup(what) when the arena is destroyed. The cleanup may read memory of the arena. */
void arena_defer(Arena *arena, void (*cleanup)(void *what), void *what);

/* Zeroed memory for one value, or for count values, of a type. */
#define NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define NEW_ARRAY(arena, type, count) ((type *)arena_array((arena), (size_t)(count), sizeof(type)))

#endif
