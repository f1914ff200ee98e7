/* map.h - a hash table from names or addresses to addresses. It lives in its arena and only grows.
 *
 * Names may come from a hostile file. Their hash (SipHash-1-3) is keyed with random bits of the
 * operating system, so no file can hold names that are known to collide, and a look-up takes
 * constant time on average. There is no iteration over a map, so the random key cannot change the
 * order of anything that is printed.
 */
#ifndef XNC_IR_MAP_H
#define XNC_IR_MAP_H

#include <stdint.h>

#include "arena.h"

typedef struct Map Map;
/* Keys are texts, equal when their bytes are. */
Map *map_by_name(Arena *arena);
/* Keys are addresses; what they point to is never read. */
Map *map_by_address(Arena *arena);
/* Adds a key, not NULL, or replaces its value. Names are not copied: they must outlive the map. A
 * name given here ends with a NUL. */
void map_put(Map *map, const void *key, const void *value);
/* The value of the key, NULL when the map does not hold it. */
void *map_get(const Map *map, const void *key);
/* The same for a map by name, with names of length bytes that need not end with a NUL and may hold
 * any byte. */
void map_put_name(Map *map, const char *name, size_t length, const void *value);
void *map_get_name(const Map *map, const char *name, size_t length);
/* Slots looked at since the map was made, a measure of its work: tests check that it is linear. */
int64_t map_steps(const Map *map);

#endif
