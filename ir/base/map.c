/* map.c - an open-addressing table from names or addresses to addresses, at most half full.
 *
 * Names in a text may be chosen to collide; the slots then form one long run, which the parser's
 * limits on counts keep bearable.
 */
#include "map.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef struct Slot {
    const void *key, *value;
} Slot;

struct Map {
    Arena *arena;
    bool by_name;
    size_t room, used; /* room is a power of two */
    Slot *slots;
};

static Map *create(Arena *arena, bool by_name) {
    Map *map = NEW(arena, Map);
    map->arena = arena;
    map->by_name = by_name;
    map->room = 64;
    map->slots = NEW_ARRAY(arena, Slot, map->room);
    return map;
}

Map *map_by_name(Arena *arena) {
    return create(arena, true);
}

Map *map_by_address(Arena *arena) {
    return create(arena, false);
}

static uint64_t hash(const Map *map, const void *key) {
    if (!map->by_name) {
        uint64_t mixed = (uint64_t)(uintptr_t)key * 0x9E3779B97F4A7C15u;
        return mixed ^ mixed >> 32;
    }
    uint64_t sum = 0xCBF29CE484222325u;
    for (const unsigned char *at = key; *at; at++) {
        sum = (sum ^ *at) * 0x100000001B3u;
    }
    return sum ^ sum >> 32;
}

static bool same(const Map *map, const void *a, const void *b) {
    return map->by_name ? strcmp(a, b) == 0 : a == b;
}

static Slot *find(const Map *map, const void *key) {
    size_t at = hash(map, key) & (map->room - 1);
    while (map->slots[at].key && !same(map, map->slots[at].key, key)) {
        at = (at + 1) & (map->room - 1);
    }
    return &map->slots[at];
}

static void widen(Map *map) {
    Slot *old = map->slots;
    size_t count = map->room;
    map->room *= 2;
    map->slots = NEW_ARRAY(map->arena, Slot, map->room);
    for (size_t i = 0; i < count; i++) {
        if (old[i].key) {
            *find(map, old[i].key) = old[i];
        }
    }
}

void map_put(Map *map, const void *key, const void *value) {
    Slot *slot = find(map, key);
    if (!slot->key) {
        if (++map->used > map->room / 2) {
            widen(map);
            slot = find(map, key);
        }
        slot->key = key;
    }
    slot->value = value;
}

void *map_get(const Map *map, const void *key) {
    return (void *)find(map, key)->value;
}
