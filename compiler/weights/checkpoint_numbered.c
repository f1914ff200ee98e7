/* checkpoint_numbered.c - a wrapper that numbers the children of the network: each number is the
 * child that comes there.
 *
 *   nn.Sequential(*network.children()):  base.0.weight, base.1.bias, base.3.weight, ...
 *   ->   base.0 is conv1, base.1 is bn1, base.3 is conv2 (what has no tensors has a number too)
 *
 * Only the order counts: the children with tensors are those of the network with tensors, one after
 * the other. Tried where no names fit.
 */
#include "match.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_NUMBER = 4096 };

/* The network's children in order, and for each number of the file the child that it is. */
typedef struct Numbering {
    const char **children;
    int child_count;
    const char *of_number[MOST_NUMBER];
} Numbering;

static void list_children(const Match *match, Numbering *numbering) {
    Arena *arena = match->reading.arena;
    const Network *network = match->network;
    numbering->children = NEW_ARRAY(arena, const char *, network->count);
    for (int i = 0; i < network->count; i++) {
        const char *name = network->at[i].name;
        size_t length = strcspn(name, ".");
        const char *last =
            numbering->child_count ? numbering->children[numbering->child_count - 1] : "";
        if (strlen(last) != length || strncmp(last, name, length) != 0) {
            numbering->children[numbering->child_count++] = arena_strndup(arena, name, length);
        }
    }
}

/* The number behind a prefix of so many bytes, and what follows it; -1: there is none. */
static int number_of(const char *name, const char *prefix, size_t length, const char **rest) {
    if (strncmp(name, prefix, length) != 0) {
        return -1;
    }
    size_t digits = strspn(name + length, "0123456789");
    *rest = name + length + digits;
    int number = digits > 0 && digits < 5 && **rest == '.' ? atoi(name + length) : -1;
    return number < MOST_NUMBER ? number : -1;
}

/* Numbers beyond those of the network's children are not the network's. */
static void number_children(const Match *match, const char *prefix, Numbering *numbering) {
    char name[FULL_NAME_BYTES];
    const char *rest;
    bool present[MOST_NUMBER] = {false};
    for (int i = 0; i < match->file->count; i++) {
        full_name(match->file, &match->file->tensors[i], name);
        int number = match->is_skipped[i] ? -1 : number_of(name, prefix, strlen(prefix), &rest);
        if (number >= 0) {
            present[number] = true;
        }
    }
    int child = 0;
    for (int i = 0; i < MOST_NUMBER; i++) {
        bool known = present[i] && child < numbering->child_count;
        numbering->of_number[i] = known ? numbering->children[child++] : NULL;
    }
}

/* "numbered children" of one child, for people. */
static const NameRule *rule_of(const Match *match, int number, const char *child) {
    NameRule *rule = NEW(match->reading.arena, NameRule);
    *rule =
        (NameRule){arena_printf(match->reading.arena, "%d", number), child, "numbered children"};
    return rule;
}

static void add_set(Match *match, const char *prefix, const Numbering *numbering) {
    char name[FULL_NAME_BYTES], meant[FULL_NAME_BYTES + LIMIT_TENSOR_NAME];
    const char *rest;
    TensorSet *set = set_add(match, prefix);
    for (int i = 0; i < match->file->count; i++) {
        full_name(match->file, &match->file->tensors[i], name);
        int number = match->is_skipped[i] ? -1 : number_of(name, prefix, strlen(prefix), &rest);
        const char *child = number < 0 ? NULL : numbering->of_number[number];
        if (!child) {
            continue;
        }
        snprintf(meant, sizeof meant, "%s%s", child, rest);
        const WantedTensor *wanted = map_get(match->network->names, meant);
        if (wanted) {
            set_hit(match, set,
                    (MatchHit){.tensor = i,
                               .wanted = (int)(wanted - match->network->at),
                               .rule = rule_of(match, number, child)});
        }
    }
    if (set->first < 0 || !set_allowed(match, set)) {
        match->set_count--;
        return;
    }
    set_resolve(match, set);
}

/* The prefix of a name that is child 0 with what follows the network's first child; NULL: none. */
static const char *prefix_of(const Match *match, const Tensor *tensor, const char *rest) {
    char name[FULL_NAME_BYTES], end[FULL_NAME_BYTES];
    size_t length = full_name(match->file, tensor, name);
    size_t tail = (size_t)snprintf(end, sizeof end, "0%s", rest);
    if (length < tail || strcmp(name + length - tail, end) != 0 ||
        (length > tail && name[length - tail - 1] != '.')) {
        return NULL;
    }
    return arena_strndup(match->reading.arena, name, length - tail);
}

void match_numbered(Match *match) {
    const Network *network = match->network;
    const char *first = network->count > 0 ? network->at[0].name : "";
    const char *rest = first + strcspn(first, ".");
    Numbering numbering = {0};
    int tried = 0;
    list_children(match, &numbering);
    for (int i = 0; *rest && i < match->file->count && tried < LIMIT_PREFIXES; i++) {
        const Tensor *tensor = &match->file->tensors[i];
        const char *prefix = match->is_skipped[i] ? NULL : prefix_of(match, tensor, rest);
        if (prefix) {
            tried++;
            number_children(match, prefix, &numbering);
            add_set(match, prefix, &numbering);
        }
    }
}
