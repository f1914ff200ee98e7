/* name_map.c - a hash table with open addressing from names to indexes. Names of a hostile file may
 * all collide only if FNV-1a is attacked on purpose; the readers cap the number of names, so even
 * then a lookup stays bounded.
 */
#include "container.h"

#include <string.h>

static size_t hash_name(const char *name, size_t length) {
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)name[i]) * 0x100000001b3;
    }
    return (size_t)(hash ^ hash >> 32);
}

NameMap *name_map_create(Arena *arena, size_t expected) {
    NameMap *map = NEW(arena, NameMap);
    map->arena = arena;
    map->capacity = 16;
    while (map->capacity / 2 < expected) {
        map->capacity *= 2;
    }
    map->slots = NEW_ARRAY(arena, struct NameSlot, map->capacity);
    return map;
}

static struct NameSlot *find_slot(const NameMap *map, const char *name, size_t length) {
    size_t at = hash_name(name, length) & (map->capacity - 1);
    while (map->slots[at].name) {
        struct NameSlot *slot = &map->slots[at];
        if (slot->length == length && memcmp(slot->name, name, length) == 0) {
            return slot;
        }
        at = (at + 1) & (map->capacity - 1);
    }
    return &map->slots[at];
}

static void grow(NameMap *map) {
    NameMap *larger = name_map_create(map->arena, map->capacity);
    for (size_t i = 0; i < map->capacity; i++) {
        struct NameSlot *slot = &map->slots[i];
        if (slot->name) {
            *find_slot(larger, slot->name, slot->length) = *slot;
        }
    }
    map->slots = larger->slots;
    map->capacity = larger->capacity;
}

int name_map_add(NameMap *map, const char *name, size_t length, int index) {
    if (map->count * 2 >= map->capacity) {
        grow(map);
    }
    struct NameSlot *slot = find_slot(map, name, length);
    if (slot->name) {
        return slot->index;
    }
    *slot = (struct NameSlot){name, length, index};
    map->count++;
    return -1;
}

int name_map_find(const NameMap *map, const char *name, size_t length) {
    const struct NameSlot *slot = find_slot(map, name, length);
    return slot->name ? slot->index : -1;
}
