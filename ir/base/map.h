/* map.h - a table from names or addresses to addresses. It lives in its arena and only grows. */
#ifndef XNC_IR_MAP_H
#define XNC_IR_MAP_H

#include "arena.h"

typedef struct Map Map;
Map *map_by_name(Arena *arena);
Map *map_by_address(Arena *arena);
/* Replaces what stood under the key. A name is not copied. */
void map_put(Map *map, const void *key, const void *value);
/* NULL when nothing stands under the key. */
void *map_get(const Map *map, const void *key);

#endif
