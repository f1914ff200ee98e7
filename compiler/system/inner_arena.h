/* inner_arena.h - an arena for a part of the work, which may end before the whole.
 *
 *     Arena **slot = inner_arena(outer);
 *     if (arena_protect(*slot)) {
 *         arena_fail(outer);
 *     }
 *     ... work in *slot ...
 *     inner_arena_end(slot);
 *
 * When the work ends by a jump out of it, the outer arena takes the inner one along.
 */
#ifndef XNC_COMPILER_INNER_ARENA_H
#define XNC_COMPILER_INNER_ARENA_H

#include "arena.h"

Arena **inner_arena(Arena *outer);
/* Frees it now, and gives the memory back to the system where that is possible. */
void inner_arena_end(Arena **slot);

#endif
