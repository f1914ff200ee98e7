/* map.h - a table from names or addresses to addresses. It lives in its arena and only grows.
 *
 * A look-up takes constant time whoever chose the names: their hash (SipHash-1-3) is keyed with
 * bits of the operating system, so no file can hold names that collide. Nothing walks over a map,
 * so the key shows in no result.
 */
#ifndef XNC_IR_MAP_H
#define XNC_IR_MAP_H

#include <stdint.h>

#include "arena.h"

typedef struct Map Map;
Map *map_by_name(Arena *arena);
Map *map_by_address(Arena *arena);
/* Replaces what stood under the key. A name is not copied; it has to outlive the map. */
void map_put(Map *map, const void *key, const void *value);
/* NULL when nothing stands under the key. */
void *map_get(const Map *map, const void *key);
/* The same for names of a length that need not end with a NUL and may hold any byte. */
void map_put_name(Map *map, const char *name, size_t length, const void *value);
void *map_get_name(const Map *map, const char *name, size_t length);
/* Slots that were looked at since the map was made: the work, for tests of its bound. */
int64_t map_steps(const Map *map);

#endif
