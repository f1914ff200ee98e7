/* map.c - a hash table with open addressing and linear probing, at most half full.
 *
 * A key that finds its slot taken goes to the next free one. Nobody can choose names with equal
 * hashes (map.h), so the runs of taken slots stay short and a look-up sees two slots on average.
 * Addresses are not under anyone's control, so a multiplication (Fibonacci hashing) spreads them
 * well enough. Keys are never removed, so an empty slot always ends a search.
 */
#include "map.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "siphash.h"

typedef struct Slot {
    const void *key, *value; /* key is NULL in an empty slot */
    size_t length;           /* of a name, in bytes; 0 for an address */
} Slot;

struct Map {
    Arena *arena;
    bool by_name;
    uint64_t secret[2]; /* key of the hash of names */
    size_t room, used;  /* slots and keys; room is a power of two */
    Slot *slots;
    int64_t *steps; /* behind a pointer, so that a look-up takes a const Map */
};

static Map *create(Arena *arena, bool by_name) {
    Map *map = NEW(arena, Map);
    map->arena = arena;
    map->by_name = by_name;
    map->room = 64;
    map->slots = NEW_ARRAY(arena, Slot, map->room);
    map->steps = NEW(arena, int64_t);
    return map;
}

/* Where the system gives no random bits, the map's own address is the key: address space layout
 * randomization makes it hard to predict as well. */
Map *map_by_name(Arena *arena) {
    Map *map = create(arena, true);
    if (getentropy(map->secret, sizeof map->secret) != 0) {
        map->secret[0] = (uint64_t)(uintptr_t)map;
    }
    return map;
}

Map *map_by_address(Arena *arena) {
    return create(arena, false);
}

static uint64_t hash(const Map *map, const void *key, size_t length) {
    if (map->by_name) {
        return siphash(map->secret, key, length);
    }
    uint64_t mixed = (uint64_t)(uintptr_t)key * 0x9E3779B97F4A7C15u;
    return mixed ^ mixed >> 32;
}

static bool same(const Map *map, const Slot *slot, const void *key, size_t length) {
    return map->by_name ? slot->length == length && memcmp(slot->key, key, length) == 0
                        : slot->key == key;
}

/* The slot that holds the key, or the empty slot where it belongs. There always is an empty one. */
static Slot *find(const Map *map, const void *key, size_t length) {
    size_t at = hash(map, key, length) & (map->room - 1);
    ++*map->steps;
    while (map->slots[at].key && !same(map, &map->slots[at], key, length)) {
        at = (at + 1) & (map->room - 1);
        ++*map->steps;
    }
    return &map->slots[at];
}

/* Doubles the table. The old slots stay in the arena: together less than the new ones. */
static void widen(Map *map) {
    Slot *old = map->slots;
    size_t count = map->room;
    map->room *= 2;
    map->slots = NEW_ARRAY(map->arena, Slot, map->room);
    for (size_t i = 0; i < count; i++) {
        if (old[i].key) {
            *find(map, old[i].key, old[i].length) = old[i];
        }
    }
}

static void put(Map *map, const void *key, size_t length, const void *value) {
    Slot *slot = find(map, key, length);
    if (!slot->key) {
        if (++map->used > map->room / 2) {
            widen(map);
            slot = find(map, key, length);
        }
        slot->key = key;
        slot->length = length;
    }
    slot->value = value;
}

static size_t length_of(const Map *map, const void *key) {
    return map->by_name ? strlen(key) : 0;
}

void map_put(Map *map, const void *key, const void *value) {
    put(map, key, length_of(map, key), value);
}

void *map_get(const Map *map, const void *key) {
    return (void *)find(map, key, length_of(map, key))->value;
}

void map_put_name(Map *map, const char *name, size_t length, const void *value) {
    put(map, name, length, value);
}

void *map_get_name(const Map *map, const char *name, size_t length) {
    return (void *)find(map, name, length)->value;
}

int64_t map_steps(const Map *map) {
    return *map->steps;
}
