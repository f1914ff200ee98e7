/* checkpoint_head.c - finds the head of a network among the tensors of a file that are nothing
 * else.
 *
 *   classifier.1.weight [512,2048], classifier.1.bias, classifier.4.weight [2,512],
 * classifier.4.bias
 *   ->   linear 2048 -> 512, linear 512 -> 2
 *
 * Modules are numbered as the script numbered them, dropout included, and live under any name; what
 * makes them a head is that they form a chain: the first reads what the pooling gives, each reads
 * what the one before gives, and all are linear layers (a matrix, perhaps a bias) or norms
 * (vectors). A chain stands under one child of the network's root, or is all that is left over. Its
 * order is that of the numbers in the names, or else that of the file.
 */
#include "match.h"

#include <string.h>

enum { MOST_MODULES = 128 /* left over; with more of them no head is looked for */ };

/* Modules that are left over. */
typedef struct HeadLeftover {
    Arena *arena;
    const TensorFile *file;
    HeadModule at[MOST_MODULES];
    bool strange[MOST_MODULES]; /* has tensors that a linear layer and a norm have not */
    int count;
} HeadLeftover;

/* The slot of a module for a tensor by the last part of its name; NULL when it has none. */
static int *slot_of(HeadModule *module, const char *last) {
    return strcmp(last, "weight") == 0         ? &module->weight
           : strcmp(last, "bias") == 0         ? &module->bias
           : strcmp(last, "running_mean") == 0 ? &module->mean
           : strcmp(last, "running_var") == 0  ? &module->var
                                               : NULL;
}

/* The module of that name, which is appended if it is not there yet; -1 when there are too many. */
static int module_at(HeadLeftover *left, const char *name, size_t length) {
    for (int i = 0; i < left->count; i++) {
        if (strncmp(left->at[i].name, name, length) == 0 && !left->at[i].name[length]) {
            return i;
        }
    }
    if (left->count == MOST_MODULES) {
        return -1;
    }
    left->at[left->count] = (HeadModule){.name = arena_strndup(left->arena, name, length),
                                         .weight = -1,
                                         .bias = -1,
                                         .mean = -1,
                                         .var = -1};
    return left->count++;
}

/* Adds a tensor of the file to its module; false when there are too many modules. */
static bool add_tensor(HeadLeftover *left, const char *name, int index) {
    const char *dot = strrchr(name, '.');
    size_t length = dot ? (size_t)(dot - name) : 0;
    int at = module_at(left, name, length);
    if (at < 0) {
        return false;
    }
    int *slot = slot_of(&left->at[at], dot ? dot + 1 : name);
    left->strange[at] = left->strange[at] || !slot || *slot >= 0 || length == 0;
    if (slot) {
        *slot = index;
    }
    return true;
}

/* Whether a tensor is a vector of that length. */
static bool is_vector(const HeadLeftover *left, int index, int64_t length) {
    const Tensor *tensor = index < 0 ? NULL : &left->file->tensors[index];
    return tensor && !tensor->foreign && tensor->rank == 1 && tensor->dim[0] == length;
}

/* Reads the shapes of a module; false when it is neither a linear layer nor a norm. */
static bool read_module(const HeadLeftover *left, int at, HeadModule *module) {
    *module = left->at[at];
    const Tensor *weight = module->weight < 0 ? NULL : &left->file->tensors[module->weight];
    if (left->strange[at] || !weight || weight->foreign) {
        return false;
    }
    module->norm = weight->rank == 1;
    module->rows = module->columns = weight->rank > 0 ? weight->dim[0] : 0;
    if (module->norm) {
        return is_vector(left, module->bias, module->rows) &&
               is_vector(left, module->mean, module->rows) &&
               is_vector(left, module->var, module->rows);
    }
    if (weight->rank != 2 || module->mean >= 0 || module->var >= 0) {
        return false;
    }
    module->columns = weight->dim[1];
    return module->bias < 0 || is_vector(left, module->bias, module->rows);
}

/* Whether the modules at these places form a chain from so many features on. */
static bool is_chain(const HeadLeftover *left, const int *places, int count, int64_t features,
                     HeadModules *found) {
    int64_t width = features;
    bool classifies = false;
    found->count = 0;
    for (int i = 0; i < count; i++) {
        HeadModule *module = &found->at[found->count];
        if (found->count == LIMIT_HEAD_LAYERS || !read_module(left, places[i], module) ||
            module->columns != width) {
            return false;
        }
        width = module->rows;
        classifies = classifies || !module->norm;
        found->count++;
    }
    return classifies;
}

/* Names with numbers in them by the numbers: fc.2 before fc.10. */
static int compare_names(const char *a, const char *b) {
    while (*a && *b) {
        size_t digits_a = strspn(a, "0123456789"), digits_b = strspn(b, "0123456789");
        if (digits_a && digits_b && digits_a != digits_b) {
            return digits_a < digits_b ? -1 : 1;
        }
        if (*a != *b) {
            return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
        }
        a++;
        b++;
    }
    return (*a != 0) - (*b != 0);
}

/* Sorts by insertion: at most MOST_MODULES places. */
static void sort_places(const HeadLeftover *left, int *places, int count) {
    for (int i = 1; i < count; i++) {
        int place = places[i], at = i;
        for (; at > 0 && compare_names(left->at[place].name, left->at[places[at - 1]].name) < 0;
             at--) {
            places[at] = places[at - 1];
        }
        places[at] = place;
    }
}

/* The chain of the modules under a child of the root, or of all (child NULL), in the order of their
 * names or else of the file. Pooling gives each channel once or twice. */
static bool chain_below(const HeadLeftover *left, const char *child, int64_t features,
                        HeadModules *found) {
    int places[MOST_MODULES], count = 0;
    size_t length = child ? strcspn(child, ".") : 0;
    for (int i = 0; i < left->count; i++) {
        const char *name = left->at[i].name;
        if (!*name) {
            continue; /* numbers beside the network, such as the best accuracy so far */
        }
        if (!child || (strcspn(name, ".") == length && strncmp(name, child, length) == 0)) {
            places[count++] = i;
        }
    }
    if (is_chain(left, places, count, features, found) ||
        is_chain(left, places, count, 2 * features, found)) {
        return true;
    }
    sort_places(left, places, count);
    return is_chain(left, places, count, features, found) ||
           is_chain(left, places, count, 2 * features, found);
}

/* Whether a module before it has the same child of the root. */
static bool seen_before(const HeadLeftover *left, int at) {
    size_t length = strcspn(left->at[at].name, ".");
    for (int i = 0; i < at; i++) {
        if (strcspn(left->at[i].name, ".") == length &&
            strncmp(left->at[i].name, left->at[at].name, length) == 0) {
            return true;
        }
    }
    return false;
}

/* The tensors that are parameters outside of the head, or of another set that may be the network,
 * or nothing that a head is made of. */
static bool *taken_by(const Match *match, const TensorSet *set) {
    const TensorFile *file = match->file;
    bool *taken = NEW_ARRAY(match->reading.arena, bool, file->count);
    int home = file->tensors[match->hits[set->first].tensor].dict;
    for (int i = 0; i < match->set_count; i++) {
        bool own = match->sets[i].first == set->first;
        for (int at = own ? -1 : match->sets[i].first; at >= 0; at = match->hits[at].next) {
            taken[match->hits[at].tensor] = true;
        }
    }
    for (int i = 0; i < match->network->count; i++) {
        if (set->tensor_of[i] >= 0) {
            taken[set->tensor_of[i]] = !match->network->at[i].in_head;
        }
    }
    for (int i = 0; i < file->count; i++) {
        const Tensor *tensor = &file->tensors[i];
        taken[i] = taken[i] || tensor->dict != home || tensor->foreign || match->is_skipped[i];
    }
    return taken;
}

/* The name below the set's prefix, or in its dict where it stands beside that; without wrappers. */
static void own_name(const Match *match, const TensorSet *set, const Tensor *tensor,
                     char name[FULL_NAME_BYTES]) {
    char full[FULL_NAME_BYTES];
    size_t length = strlen(set->prefix);
    full_name(match->file, tensor, full);
    bool below = strncmp(full, set->prefix, length) == 0;
    snprintf(name, FULL_NAME_BYTES, "%s", below ? full + length : tensor->name);
    name_unwrap(name);
}

/* All that is left over, else the one child of the root that is a chain: others are no part of the
 * network (a decoder, a loss). */
static bool find_chain(const HeadLeftover *left, int64_t features, HeadModules *found) {
    HeadModules tried;
    int chains = 0;
    if (chain_below(left, NULL, features, found)) {
        return true;
    }
    for (int i = 0; i < left->count; i++) {
        if (!seen_before(left, i) && chain_below(left, left->at[i].name, features, &tried)) {
            *found = tried;
            chains++;
        }
    }
    return chains == 1;
}

bool find_head(const Match *match, const TensorSet *set, int64_t channels, HeadModules *found) {
    char name[FULL_NAME_BYTES];
    if (set->first < 0) {
        return false;
    }
    const bool *taken = taken_by(match, set);
    HeadLeftover *left = NEW(match->reading.arena, HeadLeftover);
    left->arena = match->reading.arena;
    left->file = match->file;
    for (int i = 0; i < match->file->count; i++) {
        own_name(match, set, &match->file->tensors[i], name);
        if (!taken[i] && !add_tensor(left, name, i)) {
            return false;
        }
    }
    return find_chain(left, channels, found);
}

/* Gives the tensors of a module to the wanted ones of one of the network's, which begin at first;
 * moves it behind them. False when one is a norm and the other a linear layer, or has another bias.
 */
static bool give_module(const Network *network, const HeadModule *module, int *first,
                        int *tensor_of) {
    const char *name = network->at[*first].name;
    size_t length = (size_t)(strrchr(name, '.') - name);
    int given = 0, had = 2 * module->norm + (module->bias >= 0) + 1;
    for (; *first < network->count; ++*first) {
        HeadModule all = *module;
        const char *wanted = network->at[*first].name;
        if (strncmp(wanted, name, length + 1) != 0 || strchr(wanted + length + 1, '.')) {
            break;
        }
        int *slot = slot_of(&all, wanted + length + 1);
        if (!slot || *slot < 0) {
            return false;
        }
        tensor_of[*first] = *slot;
        given++;
    }
    return given == had;
}

void match_head(const Match *match, TensorSet *set) {
    static const NameRule by_place = {"", "", "the layers of the head in their order"};
    const Network *network = match->network;
    HeadModules head;
    int first = 0;
    while (first < network->count && !network->at[first].in_head) {
        first++;
    }
    if (first == network->count) {
        return;
    }
    const Shape *shape = &network->at[first].shape;
    int *tensor_of = NEW_ARRAY(match->reading.arena, int, network->count);
    int begin = first;
    bool fits = find_head(match, set, shape->dim[shape->rank - 1], &head);
    for (int i = 0; fits && i < head.count; i++) {
        fits = first < network->count && give_module(network, &head.at[i], &first, tensor_of);
    }
    for (int i = begin; fits && first == network->count && i < network->count; i++) {
        if (set->tensor_of[i] != tensor_of[i]) {
            set->tensor_of[i] = tensor_of[i];
            set->rule_of[i] = &by_place;
        }
    }
}
