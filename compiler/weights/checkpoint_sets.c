/* checkpoint_sets.c - the tensors of a file -> sets that may be the network, by what stands before
 * their names.
 *
 *   model.encoder.conv1.weight, model.encoder.bn1.weight, model.head.weight, ...
 *   ->   under "model.encoder." 120 tensors of the network; under "model." one
 *
 * A name is dict and key together, so that nested dicts and prefixes are one thing. Each end of a
 * name that begins behind a dot is looked up among the wanted names; what stands before it is the
 * prefix that gets the hit. So the work is linear in the names, and no prefix has to be known.
 */
#include "match.h"
#include "name_pattern.h"

#include <string.h>

enum {
    MOST_PARTS = 12, /* of a name in a network, under any convention */
    LEAST_SHARE = 8  /* names of less than an eighth of a network say nothing */
};

/* ---- what is no weight ---- */

/* The beginnings of a name's last parts, last first; returns how many. */
static int ends_of(const char *name, const char *ends[MOST_PARTS]) {
    const char *begins[MOST_PARTS]; /* of part i at i % MOST_PARTS: those of the last parts stay */
    int parts = 0;
    for (const char *at = name; at;) {
        begins[parts++ % MOST_PARTS] = at;
        const char *dot = strchr(at, '.');
        at = dot ? dot + 1 : NULL;
    }
    int count = parts < MOST_PARTS ? parts : MOST_PARTS;
    for (int i = 0; i < count; i++) {
        ends[i] = begins[(parts - 1 - i) % MOST_PARTS];
    }
    return count;
}

static bool is_ignored(const CheckpointOptions *options, const char *name) {
    const char *ends[MOST_PARTS];
    int count = options->ignore_count > 0 ? ends_of(name, ends) : 0;
    for (int i = 0; i < options->ignore_count; i++) {
        for (int k = 0; k < count; k++) {
            if (name_pattern_fits(options->ignore[i], ends[k])) {
                return true;
            }
        }
    }
    return false;
}

void mark_skipped(Match *match) {
    char name[FULL_NAME_BYTES];
    match->is_skipped = NEW_ARRAY(match->reading.arena, bool, match->file->count);
    for (int i = 0; i < match->file->count; i++) {
        const Tensor *tensor = &match->file->tensors[i];
        full_name(match->file, tensor, name);
        match->is_skipped[i] =
            name_is_counter(tensor->name, false) || is_ignored(match->options, name);
    }
}

/* ---- hits ---- */

TensorSet *set_add(Match *match, const char *prefix) {
    Arena *arena = match->reading.arena;
    match->sets = arena_room(arena, match->sets, match->set_count, sizeof *match->sets);
    TensorSet *set = &match->sets[match->set_count++];
    *set = (TensorSet){.prefix = prefix, .first = -1, .last = -1, .twice = -1, .twice_of = -1};
    return set;
}

void set_hit(Match *match, TensorSet *set, MatchHit hit) {
    int index = match->hit_count++;
    match->hits = arena_room(match->reading.arena, match->hits, index, sizeof *match->hits);
    hit.next = -1;
    match->hits[index] = hit;
    if (set->last >= 0) {
        match->hits[set->last].next = index;
    } else {
        set->first = index;
    }
    set->last = index;
    set->hits++;
}

/* The map has indexes, as sets move while they grow. */
static TensorSet *set_of_prefix(Match *match, const char *name, size_t length) {
    int *index = map_get_name(match->prefixes, name, length);
    if (!index) {
        Arena *arena = match->reading.arena;
        const char *prefix = arena_strndup(arena, name, length);
        index = NEW(arena, int);
        *index = match->set_count;
        map_put(match->prefixes, prefix, index);
        set_add(match, prefix);
    }
    return &match->sets[*index];
}

/* One place where the network may begin in a name: end is what would be its own name. */
static void find_hit(Match *match, int tensor, const char *name, const char *end, bool wrapped) {
    char clean[FULL_NAME_BYTES];
    const NameRule *rule;
    const char *own = end;
    if (wrapped) {
        snprintf(clean, sizeof clean, "%s", end);
        name_unwrap(clean);
        own = clean;
    }
    int wanted = network_find(match->network, own, &rule);
    if (wanted >= 0) {
        TensorSet *set = set_of_prefix(match, name, (size_t)(end - name));
        set_hit(match, set, (MatchHit){.tensor = tensor, .wanted = wanted, .rule = rule});
    }
}

/* A wrapper at the beginning belongs to the prefix; one further inside is no part of a name. */
void find_hits(Match *match, int tensor) {
    char name[FULL_NAME_BYTES];
    const char *ends[MOST_PARTS];
    bool wrapped = false;
    size_t length = full_name(match->file, &match->file->tensors[tensor], name);
    int count = ends_of(name, ends);
    const char *behind = name + length + 1;
    for (int i = 0; i < count; behind = ends[i++]) {
        if (part_is_wrapper(ends[i], (size_t)(behind - 1 - ends[i]))) {
            wrapped = true;
        } else {
            find_hit(match, tensor, name, ends[i], wrapped);
        }
    }
}

/* ---- sets ---- */

/* Bytes that the first parts of a prefix have in common with the path of a dict: all of it, or 0.
 */
static size_t dict_length(const char *prefix, const char *dict) {
    size_t length = strlen(dict);
    bool leads = length > 0 && strncmp(prefix, dict, length) == 0 && prefix[length] == '.';
    return leads ? length + 1 : 0;
}

/* Whether --dict and --under allow it; "." is the root, and no prefix. */
bool set_allowed(const Match *match, const TensorSet *set) {
    const CheckpointOptions *options = match->options;
    const Tensor *tensor = &match->file->tensors[match->hits[set->first].tensor];
    const char *dict = match->file->dicts[tensor->dict].path;
    const char *rest = set->prefix + dict_length(set->prefix, dict);
    if (options->dict && !dict_length(set->prefix, options->dict) &&
        strcmp(options->dict, *dict ? dict : ".") != 0) {
        return false;
    }
    if (!options->under) {
        return true;
    }
    size_t length = strlen(options->under);
    length -= length > 0 && options->under[length - 1] == '.';
    return strncmp(rest, options->under, length) == 0 &&
           strcmp(rest + length, length > 0 ? "." : "") == 0;
}

void keep_likely(Match *match) {
    TensorSet *all = match->all = match->sets;
    int count = match->all_count = match->set_count, most = 0;
    for (int i = 0; i < count; i++) {
        bool allowed = set_allowed(match, &all[i]);
        most = allowed && all[i].hits > most ? all[i].hits : most;
    }
    int needed = match->network->needed_count;
    int enough = 2 * most >= needed || LEAST_SHARE * most < needed ? needed : 2 * most;
    match->sets = NULL;
    match->set_count = 0;
    for (int i = 0; i < count && match->set_count < LIMIT_PREFIXES; i++) {
        if (2 * all[i].hits >= enough && set_allowed(match, &all[i])) {
            *set_add(match, "") = all[i];
        }
    }
}

/* ---- equal content ---- */

bool tensors_equal(Match *match, const Tensor *one, const Tensor *other) {
    size_t dims = (size_t)one->rank * sizeof *one->dim;
    if (one->type != other->type || one->rank != other->rank ||
        memcmp(one->dim, other->dim, dims) != 0) {
        return false;
    }
    if (one->data == other->data && memcmp(one->stride, other->stride, dims) == 0) {
        return true;
    }
    int64_t bytes = tensor_bytes(one);
    match->compared += bytes;
    return one->type < SCALAR_OTHER && tensor_is_contiguous(one) && tensor_is_contiguous(other) &&
           match->compared <= match->most_compared &&
           memcmp(one->data, other->data, (size_t)bytes) == 0;
}

/* ---- which tensor is which ---- */

/* Of two tensors that mean the same, either will do when they are equal. */
static void take_hit(Match *match, TensorSet *set, const MatchHit *hit) {
    int *tensor = &set->tensor_of[hit->wanted];
    const Tensor *all = match->file->tensors;
    if (*tensor >= 0 && !tensors_equal(match, &all[*tensor], &all[hit->tensor])) {
        set->twice = hit->tensor;
        set->twice_of = *tensor;
    }
    if (*tensor < 0) {
        *tensor = hit->tensor;
        set->rule_of[hit->wanted] = hit->rule;
    }
}

/* A classifier often stands outside of the prefix that a backbone has: what the set lacks is taken
 * from what begins less deep. */
static void take_outer(Match *match, TensorSet *set) {
    for (size_t length = strlen(set->prefix); length > 0;) {
        do {
            length--;
        } while (length > 0 && set->prefix[length - 1] != '.');
        const int *index = map_get_name(match->prefixes, set->prefix, length);
        for (int at = index ? match->all[*index].first : -1; at >= 0; at = match->hits[at].next) {
            const MatchHit *hit = &match->hits[at];
            if (set->tensor_of[hit->wanted] < 0) {
                set->tensor_of[hit->wanted] = hit->tensor;
                set->rule_of[hit->wanted] = hit->rule;
            }
        }
    }
}

void set_count(const Match *match, TensorSet *set) {
    const Network *network = match->network;
    set->found = 0;
    for (int i = 0; i < network->count; i++) {
        const Tensor *tensor =
            set->tensor_of[i] < 0 ? NULL : &match->file->tensors[set->tensor_of[i]];
        set->found += network->at[i].needed && tensor && !tensor->foreign &&
                      wanted_fits(&network->at[i], tensor);
    }
    set->fills = set->found == network->needed_count && set->twice < 0 && !set->choice;
}

void set_resolve(Match *match, TensorSet *set) {
    Arena *arena = match->reading.arena;
    int count = match->network->count;
    set->tensor_of = NEW_ARRAY(arena, int, count);
    set->rule_of = NEW_ARRAY(arena, const NameRule *, count);
    for (int i = 0; i < count; i++) {
        set->tensor_of[i] = -1;
    }
    for (int at = set->first; at >= 0; at = match->hits[at].next) {
        take_hit(match, set, &match->hits[at]);
    }
    take_outer(match, set);
    match_head(match, set);
    match_classifier(match, set);
    set_count(match, set);
}
