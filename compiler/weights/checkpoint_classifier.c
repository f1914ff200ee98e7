/* checkpoint_classifier.c - the one linear layer of the right width, whatever its name, is the
 * classifier of a set that lacks it.
 *
 *   base.conv1.weight, ..., fc_binary.weight [2, 2048], fc_binary.bias [2]   ->   fc_binary is fc
 *
 * It may stand under another prefix or in a dict of its own. Two such layers are a choice, which is
 * not made here; a layer whose outputs go into another one belongs to a head of several layers,
 * which is another network.
 */
#include "match.h"

#include <string.h>

#include "file.h"

static const char weight_end[] = ".weight";

/* What the search needs to know. */
typedef struct LinearSearch {
    const Match *match;
    bool *taken;      /* by tensor: of this set, or of another likely one */
    int home, around; /* the set's dict, and the one that holds it */
    int *dict_counts; /* tensors of each dict */
    Map *readers;     /* from widths to how many layers read so much */
} LinearSearch;

/* In the dict of the network, or alone in a dict beside it. */
static bool stands_near(const LinearSearch *search, const Tensor *tensor) {
    const TensorDict *dicts = search->match->file->dicts;
    return tensor->dict == search->home ||
           (dicts[tensor->dict].parent == search->around && search->dict_counts[tensor->dict] <= 2);
}

static bool is_linear(const LinearSearch *search, int index) {
    const Tensor *tensor = &search->match->file->tensors[index];
    return !search->taken[index] && !search->match->is_skipped[index] && !tensor->foreign &&
           tensor->rank == 2 && stands_near(search, tensor);
}

/* Counts layers by the width of what they read, so that no file makes the search quadratic. */
static void count_readers(LinearSearch *search) {
    Arena *arena = search->match->reading.arena;
    search->readers = map_by_name(arena);
    for (int i = 0; i < search->match->file->count; i++) {
        const char *width = (const char *)&search->match->file->tensors[i].dim[1];
        if (is_linear(search, i)) {
            int *count = map_get_name(search->readers, width, sizeof(int64_t));
            if (!count) {
                count = NEW(arena, int);
                map_put_name(search->readers, width, sizeof(int64_t), count);
            }
            ++*count;
        }
    }
}

/* Whether another linear layer reads what this one gives. */
static bool feeds_another(const LinearSearch *search, const Tensor *tensor) {
    const int *count =
        map_get_name(search->readers, (const char *)&tensor->dim[0], sizeof tensor->dim[0]);
    return count && *count > (tensor->dim[0] == tensor->dim[1]);
}

static void mark_taken(const LinearSearch *search, const TensorSet *set) {
    for (int at = set->first; at >= 0; at = search->match->hits[at].next) {
        search->taken[search->match->hits[at].tensor] = true;
    }
}

static LinearSearch search_of(const Match *match, const TensorSet *set) {
    Arena *arena = match->reading.arena;
    const TensorFile *file = match->file;
    LinearSearch search = {.match = match,
                           .taken = NEW_ARRAY(arena, bool, file->count),
                           .dict_counts = NEW_ARRAY(arena, int, file->dict_count)};
    for (int i = 0; i < match->set_count; i++) {
        mark_taken(&search, &match->sets[i]);
    }
    for (int i = 0; i < file->count; i++) {
        search.dict_counts[file->tensors[i].dict] += !file->tensors[i].foreign;
    }
    search.home = file->tensors[match->hits[set->first].tensor].dict;
    search.around = file->dicts[search.home].parent;
    count_readers(&search);
    return search;
}

/* The bias beside a weight; -1: none. */
static int bias_of(const LinearSearch *search, int weight) {
    const TensorFile *file = search->match->file;
    const char *name = file->tensors[weight].name;
    size_t length = strlen(name) - strlen("weight");
    for (int i = 0; i < file->count; i++) {
        const char *other = file->tensors[i].name;
        if (file->tensors[i].dict == file->tensors[weight].dict &&
            strncmp(name, other, length) == 0 && strcmp(other + length, "bias") == 0) {
            return i;
        }
    }
    return -1;
}

/* Takes the layer for the classifier. */
static void take_layer(const LinearSearch *search, TensorSet *set, int weight) {
    static const NameRule any_name = {"", "", "the one linear layer of its width"};
    const Network *network = search->match->network;
    const WantedTensor *wanted = &network->at[network->classifier];
    size_t length = strlen(wanted->name) - strlen("weight");
    int bias = bias_of(search, weight);
    set->tensor_of[network->classifier] = weight;
    set->rule_of[network->classifier] = &any_name;
    for (int i = 0; i < network->count && bias >= 0; i++) {
        const char *name = network->at[i].name;
        if (strncmp(name, wanted->name, length) == 0 && strcmp(name + length, "bias") == 0) {
            set->tensor_of[i] = bias;
            set->rule_of[i] = &any_name;
        }
    }
}

static const char *choice_text(const LinearSearch *search, int one, int other) {
    Arena *arena = search->match->reading.arena;
    const TensorFile *file = search->match->file;
    const Tensor *a = &file->tensors[one], *b = &file->tensors[other];
    return arena_printf(arena, "two linear layers may be the classifier: '%s' %s and '%s' %s",
                        full_name_text(arena, file, a), dims_text(arena, a->dim, a->rank),
                        full_name_text(arena, file, b), dims_text(arena, b->dim, b->rank));
}

void match_classifier(const Match *match, TensorSet *set) {
    const Network *network = match->network;
    int found = -1;
    if (network->classifier < 0 || set->tensor_of[network->classifier] >= 0 || set->first < 0 ||
        !ends_with(network->at[network->classifier].name, weight_end)) {
        return;
    }
    LinearSearch search = search_of(match, set);
    for (int i = 0; i < match->file->count; i++) {
        if (!is_linear(&search, i) || !ends_with(match->file->tensors[i].name, weight_end) ||
            !wanted_fits(&network->at[network->classifier], &match->file->tensors[i]) ||
            feeds_another(&search, &match->file->tensors[i])) {
            continue;
        }
        if (found >= 0) {
            set->choice = choice_text(&search, found, i);
            return;
        }
        found = i;
    }
    if (found >= 0) {
        take_layer(&search, set, found);
    }
}
