/* hdf5_group.c - a group -> the names in it and the objects that they mean.
 *
 *   symbol table: a B-tree of nodes, whose leaves list (name, object header); names in a heap
 *   ->   "bias:0" at 4216, "kernel:0" at 3544
 *
 * Levels of the tree fall from node to node, so it ends; names ascend over all leaves, which is
 * what makes each of them unique (sections III.A to III.D).
 */
#include "hdf5_parts.h"

#include <string.h>

enum {
    TREE_BYTES = 24, /* of a node of the tree, before its keys and children */
    CHILD_BYTES = 16,
    LEAF_BYTES = 8,
    ENTRY_BYTES = 40,
    HEAP_BYTES = 32,
    MOST_LEVELS = 8,
    ENTRY_SOFT_LINK = 2
};

/* A group that is being listed. */
typedef struct Hdf5Listing {
    Hdf5 *file;
    const Hdf5Object *object;
    const char *names; /* content of the heap */
    uint64_t names_size;
    Hdf5Group *group;
} Hdf5Listing;

static bool read_heap(Hdf5Listing *listing, uint64_t at) {
    Hdf5 *file = listing->file;
    const uint8_t *heap = hdf5_take_signed(file, at, HEAP_BYTES, "HEAP", "a heap of names");
    if (!heap) {
        return false;
    }
    listing->names_size = hdf5_u64(heap + 8);
    listing->names = (const char *)hdf5_take(file, hdf5_u64(heap + 24), listing->names_size,
                                             "the content of a heap of names");
    return listing->names != NULL;
}

/* The name at a place of the heap, where a NUL must end it; NULL after a diagnostic. */
static const char *name_at(const Hdf5Listing *listing, uint64_t entry, uint64_t place) {
    bool inside = place < listing->names_size;
    const char *name = inside ? listing->names + place : "";
    uint64_t room = inside ? listing->names_size - place : 0;
    size_t most = room < LIMIT_PATH_BYTES + 1 ? (size_t)room : LIMIT_PATH_BYTES + 1;
    if (*name == '\0' || !memchr(name, '\0', most)) {
        hdf5_broken(listing->file, entry,
                    "a link has no name of 1 to 4096 bytes with an end in its heap");
        return NULL;
    }
    return name;
}

/* at: of the entry in the file. */
static bool add_link(Hdf5Listing *listing, uint64_t at) {
    const uint8_t *entry = listing->file->reading->data + at;
    Hdf5Group *group = listing->group;
    const char *name = name_at(listing, at, hdf5_u64(entry));
    if (!name) {
        return false;
    }
    if (hdf5_u32(entry + 16) == ENTRY_SOFT_LINK) {
        return hdf5_beyond(listing->file, listing->object, "a soft link");
    }
    if (group->count > 0 && strcmp(group->links[group->count - 1].name, name) >= 0) {
        return hdf5_broken(listing->file, at, "the names of a group are not in their order");
    }
    if (group->count == LIMIT_HDF5_LINKS) {
        return hdf5_fail(listing->file, listing->object, listing->file->advice,
                         "the group has more than %d links", LIMIT_HDF5_LINKS);
    }
    Arena *arena = listing->file->reading->arena;
    group->links = arena_room(arena, group->links, group->count, sizeof *group->links);
    group->links[group->count++] = (Hdf5Link){name, hdf5_u64(entry + 8)};
    return true;
}

static bool read_leaf(Hdf5Listing *listing, uint64_t at) {
    const uint8_t *leaf =
        hdf5_take_signed(listing->file, at, LEAF_BYTES, "SNOD", "a leaf of a group");
    if (!leaf) {
        return false;
    }
    uint64_t count = hdf5_u16(leaf + 6), first = at + LEAF_BYTES;
    if (leaf[4] != 1) {
        return hdf5_broken(listing->file, at, "a leaf of a group has an unknown version");
    }
    if (!hdf5_take(listing->file, first, count * ENTRY_BYTES, "a leaf of a group")) {
        return false;
    }
    for (uint64_t i = 0; i < count; i++) {
        if (!add_link(listing, first + i * ENTRY_BYTES)) {
            return false;
        }
    }
    return true;
}

/* A node of the tree whose level is given; level -1: a leaf. */
static bool read_node(Hdf5Listing *listing, uint64_t at, int level) {
    Hdf5 *file = listing->file;
    if (level < 0) {
        return read_leaf(listing, at);
    }
    const uint8_t *node = hdf5_take_signed(file, at, TREE_BYTES, "TREE", "a node of a group");
    if (!node) {
        return false;
    }
    if (node[4] != 0 || node[5] != level) {
        return hdf5_broken(file, at, "a node of a group is not of the level below its parent's");
    }
    uint64_t count = hdf5_u16(node + 6);
    const uint8_t *children =
        hdf5_take(file, at + TREE_BYTES, count * CHILD_BYTES + 8, "a node of a group");
    for (uint64_t i = 0; children && i < count; i++) {
        if (!read_node(listing, hdf5_u64(children + i * CHILD_BYTES + 8), level - 1)) {
            return false;
        }
    }
    return children != NULL;
}

static bool read_tree(Hdf5Listing *listing, uint64_t at) {
    const uint8_t *node =
        hdf5_take_signed(listing->file, at, TREE_BYTES, "TREE", "the tree of a group");
    if (!node) {
        return false;
    }
    if (node[5] >= MOST_LEVELS) {
        return hdf5_broken(listing->file, at, "the tree of a group has more than 8 levels");
    }
    return read_node(listing, at, node[5]);
}

const Hdf5Group *hdf5_group(Hdf5 *file, const Hdf5Object *object) {
    const Reading *reading = file->reading;
    const uint8_t *key = reading->data + object->address;
    Hdf5Group *group = map_get(file->groups, key);
    if (group) {
        return group;
    }
    if (object->table.size < 16) {
        hdf5_fail(file, object, NULL, "is no group of the HDF5 file");
        return NULL;
    }
    const uint8_t *table = reading->data + object->table.at;
    group = NEW(reading->arena, Hdf5Group);
    Hdf5Listing listing = {.file = file, .object = object, .group = group};
    if (!read_heap(&listing, hdf5_u64(table + 8)) || !read_tree(&listing, hdf5_u64(table))) {
        return NULL;
    }
    map_put(file->groups, key, group);
    return group;
}

/* The order of a link's name and another one of length bytes, as strcmp() tells it. */
static int compare_name(const Hdf5Link *link, const char *name, size_t length) {
    int order = strncmp(link->name, name, length);
    return order != 0 ? order : link->name[length] != '\0';
}

const Hdf5Link *hdf5_find(const Hdf5Group *group, const char *name, size_t length) {
    int from = 0, to = group->count;
    if (memchr(name, '\0', length)) {
        return NULL;
    }
    while (from < to) {
        int middle = from + (to - from) / 2;
        int order = compare_name(&group->links[middle], name, length);
        if (order == 0) {
            return &group->links[middle];
        }
        if (order < 0) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return NULL;
}

bool hdf5_follow(Hdf5 *file, const Hdf5Object *group, const Hdf5Link *link, Hdf5Object *object) {
    Hdf5Path *path = NEW(file->reading->arena, Hdf5Path);
    *path = (Hdf5Path){group->path, link->name};
    return hdf5_object(file, link->address, path, object);
}
