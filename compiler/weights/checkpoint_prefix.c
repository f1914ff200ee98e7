/* checkpoint_prefix.c - under which prefix a file keeps the network.
 *
 *   net.conv1.weight, net.bn1.weight, net.fc.weight, loss.scale   ->   "net."
 *
 * A candidate is what precedes the name of the network's first parameter in a tensor's name. It
 * counts only if at least half of all parameters are found under it, as a block may contain a
 * convolution of the same name as the first one. Two networks in one file (a student and its
 * teacher) are refused: which one is meant cannot be known.
 */
#include "checkpoint_names.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Whether the name is a prefix, empty or ended by a dot, and then the anchor. */
static bool stands_before(const char *name, const char *anchor, size_t *length) {
    size_t all = strlen(name), end = strlen(anchor);
    if (all < end || strcmp(name + all - end, anchor) != 0) {
        return false;
    }
    *length = all - end;
    return *length == 0 || name[*length - 1] == '.';
}

/* Whether at least half of the parameters are in the file under the prefix. */
static bool holds_network(const Map *names, const Graph *graph, const char *prefix, size_t length) {
    char name[2 * LIMIT_TENSOR_NAME];
    int found = 0;
    memcpy(name, prefix, length);
    for (int i = 0; i < graph->n_params; i++) {
        size_t rest = strlen(graph->params[i].name);
        if (length + rest >= sizeof name) {
            continue;
        }
        memcpy(name + length, graph->params[i].name, rest);
        found += map_get_name(names, name, length + rest) != NULL;
    }
    return 2 * found >= graph->n_params;
}

static Map *tensor_names(Arena *arena, const TensorFile *file) {
    Map *names = map_by_name(arena);
    for (int i = 0; i < file->count; i++) {
        map_put(names, file->tensors[i].name, &file->tensors[i]);
    }
    return names;
}

/* The prefix in quotes, for messages. */
static const char *shown(Arena *arena, const char *prefix) {
    const char *text = readable(arena, prefix, strlen(prefix));
    return *prefix ? arena_printf(arena, "'%s'", text) : "no prefix";
}

static bool refuse_choice(const Reading *reading, const char *one, const char *other) {
    return fail_in(reading, NULL, "save the tensors of one of them alone",
                   "holds the network twice: under %s and under %s", shown(reading->arena, one),
                   shown(reading->arena, other));
}

/* Each tensor whose name ends in the first parameter's is a candidate. */
bool find_prefix(const Reading *reading, const TensorFile *file, const Graph *graph,
                 const char **prefix) {
    const char *found = NULL, *anchor = graph->n_params > 0 ? graph->params[0].name : "";
    Map *names = tensor_names(reading->arena, file);
    int tried = 0;
    for (int i = 0; i < file->count && *anchor && tried < LIMIT_PREFIXES; i++) {
        const char *name = file->tensors[i].name;
        size_t length;
        if (!stands_before(name, anchor, &length)) {
            continue;
        }
        tried++;
        if (!holds_network(names, graph, name, length)) {
            continue;
        }
        const char *here = arena_strndup(reading->arena, name, length);
        if (found) {
            return refuse_choice(reading, found, here);
        }
        found = here;
    }
    *prefix = found ? found : "";
    return true;
}
