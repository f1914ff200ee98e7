/* checkpoint_network.c - a graph's parameters -> what to look for in a file, under which names.
 *
 *   params conv1.weight, block1.rep.0.pointwise.weight, ...
 *   ->   a map of names; style LEGACY; the rows of names.def for it, behind those of the person
 */
#include "match.h"
#include "name_pattern.h"

#include <string.h>

enum { LEGACY = 1, ALIGNED = 2, PREACT = 4, ANY_STYLE = 7 };

static const struct TableRow {
    unsigned styles;
    NameRule rule;
} table[] = {
#define NAMES(whose, styles, from, to) {styles, {from, to, whose}},
#include "names.def"
#undef NAMES
};
enum { TABLE_ROWS = sizeof table / sizeof *table };

/* What only the names of one style have; the first row that fits decides. */
static const struct StyleRow {
    unsigned style;
    const char *pattern;
} styles[] = {{LEGACY, "block{i}.rep.{j}.pointwise"},
              {ALIGNED, "blocks.{i}.stack.conv{j}.bn_pw"},
              {PREACT, "blocks.{i}.stack.conv{j}.conv_pw"}};

/* A network with names of its own may be of any style. */
static unsigned style_of(const Network *network) {
    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++) {
        for (int k = 0; k < network->count; k++) {
            if (name_pattern_fits(styles[i].pattern, network->at[k].name)) {
                return styles[i].style;
            }
        }
    }
    return ANY_STYLE;
}

static void add_rules(Arena *arena, const CheckpointOptions *options, Network *network) {
    unsigned style = style_of(network);
    network->rules = NEW_ARRAY(arena, NameRule, options->rule_count + TABLE_ROWS);
    for (int i = 0; i < options->rule_count; i++) {
        network->rules[network->rule_count++] = options->rules[i];
    }
    network->own = network->rule_count;
    for (int i = 0; i < TABLE_ROWS; i++) {
        if (table[i].styles & style) {
            network->rules[network->rule_count++] = table[i].rule;
        }
    }
}

/* "block#" for "block12": a child whose name follows the pattern of another's. */
static char *child_pattern(Arena *arena, const char *child, size_t length) {
    while (length > 0 && child[length - 1] >= '0' && child[length - 1] <= '9') {
        length--;
    }
    return arena_printf(arena, "%.*s#", (int)length, child);
}

/* The modules that a name stands in, and the first of them as a child of the root. */
static void add_modules(Arena *arena, Network *network, const char *name) {
    size_t child = strcspn(name, ".");
    map_put(network->children, arena_strndup(arena, name, child), network);
    if (child > 0 && strspn(name + child - 1, "0123456789") > 0) {
        map_put(network->children, child_pattern(arena, name, child), network);
    }
    for (const char *dot = strchr(name, '.'); dot; dot = strchr(dot + 1, '.')) {
        size_t length = (size_t)(dot - name);
        if (!map_get_name(network->modules, name, length)) {
            map_put_name(network->modules, name, length, network);
        }
    }
}

int network_add(Arena *arena, Network *network, WantedTensor wanted) {
    int index = network->count++;
    network->at[index] = wanted;
    network->needed_count += wanted.needed;
    map_put(network->names, wanted.name, &network->at[index]);
    add_modules(arena, network, wanted.name);
    size_t length = strlen(wanted.name);
    network->longest = length > network->longest ? length : network->longest;
    return index;
}

/* The shape that the file must have: the parameter's, but for input channels that are adapted. */
static Shape shape_in_file(const Param *param) {
    Shape shape = param->shape;
    if (param->adapted_from > 0) {
        shape.dim[1] = param->adapted_from;
    }
    return shape;
}

/* The one tensor with two dimensions. */
static int find_classifier(const Network *network) {
    int found = -1;
    for (int i = 0; i < network->count; i++) {
        if (network->at[i].shape.rank == 2) {
            if (found >= 0) {
                return -1;
            }
            found = i;
        }
    }
    return found;
}

/* Two places are left for network_add(), because the map has addresses of the others. */
Network *match_network(Arena *arena, const CheckpointOptions *options, const Graph *graph,
                       ParamNeeded *needed, void *context) {
    Network *network = NEW(arena, Network);
    network->names = map_by_name(arena);
    network->children = map_by_name(arena);
    network->modules = map_by_name(arena);
    network->at = NEW_ARRAY(arena, WantedTensor, graph->n_params + 2);
    for (int i = 0; i < graph->n_params; i++) {
        const Param *param = &graph->params[i];
        network_add(arena, network,
                    (WantedTensor){.name = param->name,
                                   .shape = shape_in_file(param),
                                   .in_head = param->in_head,
                                   .needed = !needed || needed(context, param->name)});
    }
    network->classifier = find_classifier(network);
    add_rules(arena, options, network);
    return network;
}

/* ---- names ---- */

static int index_of(const Network *network, const char *name) {
    const WantedTensor *wanted = map_get(network->names, name);
    return wanted ? (int)(wanted - network->at) : -1;
}

/* The first of some rows that leads to a tensor of the network; with decides, the first that fits.
 * -1: none does. */
static int try_rules(const Network *network, int from, int to, const char *name, bool decides,
                     const NameRule **rule) {
    char meant[FULL_NAME_BYTES + 64];
    for (int i = from; i < to; i++) {
        const NameRule *row = &network->rules[i];
        bool begins = *row->from == *name || *row->from == '{'; /* most names fit no row */
        if (!begins || !name_pattern_apply(row->from, row->to, name, meant, sizeof meant)) {
            continue;
        }
        int found = index_of(network, meant);
        if (found >= 0 || decides) {
            *rule = row;
            return found;
        }
    }
    return -1;
}

/* What a person says goes first, and decides even where it leads to nothing. */
int network_find(const Network *network, const char *name, const NameRule **rule) {
    *rule = NULL;
    int found = try_rules(network, 0, network->own, name, true, rule);
    if (found < 0 && !*rule && strnlen(name, network->longest + 1) <= network->longest) {
        found = index_of(network, name);
    }
    if (found < 0 && !*rule) {
        found = try_rules(network, network->own, network->rule_count, name, false, rule);
    }
    return found;
}

const char *network_name(const Network *network, const char *name, char *buffer, size_t size) {
    for (int i = 0; i < network->rule_count; i++) {
        const NameRule *row = &network->rules[i];
        if (name_pattern_apply(row->from, row->to, name, buffer, size)) {
            return buffer;
        }
    }
    return name;
}

const char *match_near(const Match *match, DiagKind kind, const char *lead, const char *name,
                       const char *const *names, int count) {
    const Network *network = match->network;
    Arena *arena = match->reading.arena;
    if (!diag_shows(match->reading.diag, kind)) {
        return NULL;
    }
    if (!names) {
        const char **own = NEW_ARRAY(arena, const char *, network->count);
        for (count = 0; count < network->count; count++) {
            own[count] = network->at[count].name;
        }
        names = own;
    }
    const char *near = nearest_name(name, names, (size_t)count);
    return near ? arena_printf(arena, "%s '%s'", lead, readable(arena, near, strlen(near))) : NULL;
}

static bool same_dims(const Tensor *tensor, const int64_t *dim, int rank) {
    bool same = tensor->rank == rank;
    for (int i = 0; same && i < rank; i++) {
        same = dim[i] < 0 || tensor->dim[i] == dim[i];
    }
    return same;
}

/* A kernel of known size for any number of channels is a matrix of so many columns if it is 1x1. */
static bool is_matrix_of(const Tensor *tensor, const Shape *shape) {
    const int64_t *dim = shape->dim;
    bool open = dim[1] < 0 && (dim[2] < 0 || dim[2] * dim[3] == 1);
    int64_t matrix[] = {dim[0], open ? -1 : dim[1] * dim[2] * dim[3]};
    return shape->rank == 4 && (open || dim[1] > 0) && same_dims(tensor, matrix, 2);
}

bool wanted_fits(const WantedTensor *wanted, const Tensor *tensor) {
    const Shape *shape = &wanted->shape;
    return same_dims(tensor, shape->dim, shape->rank) || is_matrix_of(tensor, shape);
}
