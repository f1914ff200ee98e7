/* checkpoint_left.c - what becomes of tensors that are not the network's.
 *
 *   decoder.conv.weight       a child that the network lacks: left out, and named in a note
 *   block13.skip.weight       the network ends at block12: another network, an error
 *   block1.rep.9.weight       inside a module that the network has: an error
 *   bn1.num_batches_tracked   a counter: nothing
 *
 * Children are left out only where the network is complete, because among them might be what is
 * missing. Tensors of other dicts than those of the network are nobody's business.
 */
#include "match.h"

#include <string.h>

enum { MOST_NAMED = 6 };

typedef struct Leftovers {
    const Match *match;
    const TensorSet *set;
    bool *is_taken; /* by tensor: of this set, or of another that fills the network */
    bool *is_home;  /* by dict: it has tensors of the set */
    Map *groups;    /* names of children to their LeftOut's index */
    CheckpointRecord *record;
} Leftovers;

static Leftovers leftovers_of(const Match *match, const TensorSet *set, CheckpointRecord *record) {
    Arena *arena = match->reading.arena;
    const TensorFile *file = match->file;
    Leftovers left = {.match = match,
                      .set = set,
                      .is_taken = NEW_ARRAY(arena, bool, file->count),
                      .is_home = NEW_ARRAY(arena, bool, file->dict_count),
                      .groups = map_by_name(arena),
                      .record = record};
    for (int i = 0; i < match->network->count; i++) {
        if (set->tensor_of[i] >= 0) {
            left.is_taken[set->tensor_of[i]] = true;
            left.is_home[file->tensors[set->tensor_of[i]].dict] = true;
        }
    }
    for (int i = 0; i < match->set_count; i++) {
        const TensorSet *other = &match->sets[i];
        for (int at = other->fills ? other->first : -1; at >= 0; at = match->hits[at].next) {
            left.is_taken[match->hits[at].tensor] = true;
        }
    }
    if (set->first < 0) {
        memset(left.is_home, true, (size_t)file->dict_count);
    }
    return left;
}

/* The name below the set's prefix; NULL: it stands elsewhere. */
static const char *name_below(const Leftovers *left, const char *name) {
    size_t length = strlen(left->set->prefix);
    return strncmp(name, left->set->prefix, length) == 0 ? name + length : NULL;
}

/* "block#" is in the map where the network has a child block12. */
static bool follows_pattern(const Network *network, const char *child, size_t length) {
    char pattern[FULL_NAME_BYTES];
    size_t base = length;
    while (base > 0 && child[base - 1] >= '0' && child[base - 1] <= '9') {
        base--;
    }
    snprintf(pattern, sizeof pattern, "%.*s#", (int)base, child);
    return base < length && map_get(network->children, pattern);
}

static bool child_is_known(const Network *network, const char *name) {
    size_t length = strcspn(name, ".");
    return map_get_name(network->children, name, length) || follows_pattern(network, name, length);
}

/* Whether a name below the prefix stands in a module of the network, under any convention. */
static bool is_inside(const Network *network, const char *name) {
    char clean[FULL_NAME_BYTES], meant[FULL_NAME_BYTES + 64];
    snprintf(clean, sizeof clean, "%s", name);
    name_unwrap(clean);
    return child_is_known(network, clean) ||
           child_is_known(network, network_name(network, clean, meant, sizeof meant));
}

static void count_left_out(Leftovers *left, const char *name) {
    Arena *arena = left->match->reading.arena;
    CheckpointRecord *record = left->record;
    size_t length = strcspn(name, ".");
    int *index = map_get_name(left->groups, name, length);
    if (!index) {
        index = NEW(arena, int);
        *index = record->left_out_count++;
        record->left_out = arena_room(arena, record->left_out, *index, sizeof *record->left_out);
        record->left_out[*index].name = arena_strndup(arena, name, length);
        map_put(left->groups, record->left_out[*index].name, index);
    }
    record->left_out[*index].count++;
}

/* The hint of the nearest name, and how to go on without the tensor where that would help. */
static const char *hint_for(const Leftovers *left, const Tensor *tensor, bool complete) {
    const Match *match = left->match;
    char name[FULL_NAME_BYTES];
    full_name(match->file, tensor, name);
    const char *below = name_below(left, name);
    const char *hint = match_near(match, DIAG_UNEXPECTED, "the nearest name of the network is",
                                  below ? below : tensor->name, NULL, 0);
    if (!complete) {
        return hint;
    }
    return arena_printf(match->reading.arena, "%s%s--ignore=%s leaves it out", hint ? hint : "",
                        hint ? "; " : "",
                        readable(match->reading.arena, tensor->name, strlen(tensor->name)));
}

/* Texts are made of those alone that are shown: a file may have thousands of others. */
static bool refuse(const Leftovers *left, const Tensor *tensor, bool complete) {
    const Reading *reading = &left->match->reading;
    bool shows = diag_shows(reading->diag, DIAG_UNEXPECTED);
    return diag_in(reading->diag, DIAG_UNEXPECTED, reading->path,
                   shows ? full_name_text(reading->arena, left->match->file, tensor) : NULL,
                   shows ? hint_for(left, tensor, complete) : NULL,
                   "unexpected tensor %s: the network has none of this name",
                   shows ? dims_text(reading->arena, tensor->dim, tensor->rank) : "");
}

/* One tensor that is not taken. */
static bool judge(Leftovers *left, int index, bool complete) {
    const Match *match = left->match;
    const Tensor *tensor = &match->file->tensors[index];
    char name[FULL_NAME_BYTES];
    full_name(match->file, tensor, name);
    bool skipped = match->is_skipped[index]; /* as all counters are */
    if (skipped && name_is_counter(tensor->name, match->options->strict)) {
        left->record->counters++;
        return true;
    }
    if (skipped && !name_is_counter(tensor->name, false)) {
        return true; /* --ignore */
    }
    const char *below = name_below(left, name);
    if (!complete || match->options->strict || (below && is_inside(match->network, below))) {
        return refuse(left, tensor, complete);
    }
    count_left_out(left, below ? below : tensor->name);
    return true;
}

/* One note for all. */
static void tell(const Leftovers *left) {
    Arena *arena = left->match->reading.arena;
    const CheckpointRecord *record = left->record;
    const char *text = "";
    int count = 0;
    for (int i = 0; i < record->left_out_count; i++) {
        const LeftOut *group = &record->left_out[i];
        count += group->count;
        if (i < MOST_NAMED) {
            text = arena_printf(arena, "%s%s%s (%d)", text, i ? ", " : "",
                                readable(arena, group->name, strlen(group->name)), group->count);
        }
    }
    if (count > 0) {
        diag_note(left->match->reading.diag,
                  "%s: left out %d tensor%s that the network does not have: %s%s",
                  left->match->reading.path, count, count == 1 ? "" : "s", text,
                  record->left_out_count > MOST_NAMED ? ", and others" : "");
    }
}

bool match_leftovers(const Match *match, const TensorSet *set, bool complete,
                     CheckpointRecord *record) {
    Leftovers left = leftovers_of(match, set, record);
    bool good = true;
    for (int i = 0; i < match->file->count; i++) {
        const Tensor *tensor = &match->file->tensors[i];
        if (!left.is_taken[i] && left.is_home[tensor->dict] && !tensor->foreign) {
            good = judge(&left, i, complete) && good;
        }
    }
    if (good) {
        tell(&left);
    }
    return good;
}
