/* object_cache.h - compiled objects, kept from one run to the next.
 *
 * What the cache holds becomes code of this process, so it is used only where nobody else can
 * write: its folder and the one above belong to this user (the one above may be root's) and neither
 * group nor others may write to them. Each entry carries a digest of its bytes: one that was cut or
 * emptied counts as missing. The whole stays within LIMIT_CACHE_BYTES, least recently used first.
 */
#ifndef XNC_COMPILER_OBJECT_CACHE_H
#define XNC_COMPILER_OBJECT_CACHE_H

#include <stdint.h>

#include "arena.h"
#include "limit.h"

/* The user's folder of compiled objects ($XDG_CACHE_HOME/xnc, else ~/.cache/xnc), made if it does
 * not exist. NULL when there can be none; *why then is the reason for a message, or NULL when the
 * environment names no folder. */
const char *object_cache_folder(Arena *arena, const char **why);
/* The object under a key, in memory of the arena; NULL when there is none that is whole. */
const void *object_cache_get(Arena *arena, const char *folder, uint64_t key, size_t *size);
/* Keeps an object. A failure is silent: the next run compiles again. */
void object_cache_put(Arena *arena, const char *folder, uint64_t key, const void *data,
                      size_t size);
/* Removes the entries that were used longest ago until no more than most bytes are left. */
void object_cache_trim(Arena *arena, const char *folder, int64_t most);

#endif
