/* keras_by_place.c - weights as Keras 3 lays them out -> layers and variables.
 *
 *   layers/separable_conv2d_1/vars/0, /1   ->   layer "layers/separable_conv2d_1": variables
 *                                               "separable_conv2d_1.depthwise_kernel", ...
 *   layers/functional/layers/conv2d/vars/0 ->   of a model in the model
 *
 * A layer is called by its class and counted among those of its class; the names of its variables
 * follow from the class. Groups of other names (the optimizer's, seeds, metrics) are not looked at.
 */
#include "keras_parts.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_VARIABLES = 4 };

/* What the variables of a class are called. Which of them a layer with fewer than its least has is
 * not in the file: they keep their numbers. */
static const struct KerasClass {
    const char *kind;
    const char *variables[MOST_VARIABLES];
    int least;
} classes[] = {
    {"conv2d", {"kernel", "bias"}, 1},
    {"separable_conv2d", {"depthwise_kernel", "pointwise_kernel", "bias"}, 2},
    {"depthwise_conv2d", {"depthwise_kernel", "bias"}, 1},
    {"dense", {"kernel", "bias"}, 1},
    {"batch_normalization", {"gamma", "beta", "moving_mean", "moving_variance"}, 4},
    {"normalization", {"mean", "variance", "count"}, 3},
};

/* A layer's group while the groups beside it are sorted: class and number. */
typedef struct PlaceRow {
    const Hdf5Link *link;
    size_t kind; /* bytes of the class in its name */
    long number;
} PlaceRow;

static PlaceRow place_row(const Hdf5Link *link) {
    size_t length = strlen(link->name), digits = 0;
    while (digits < length && link->name[length - 1 - digits] >= '0' &&
           link->name[length - 1 - digits] <= '9') {
        digits++;
    }
    bool numbered =
        digits > 0 && digits < 8 && digits + 1 < length && link->name[length - digits - 1] == '_';
    return (PlaceRow){link, numbered ? length - digits - 1 : length,
                      numbered ? strtol(link->name + length - digits, NULL, 10) : 0};
}

static int compare_places(const void *a, const void *b) {
    const PlaceRow *one = a, *two = b;
    size_t both = one->kind < two->kind ? one->kind : two->kind;
    int order = memcmp(one->link->name, two->link->name, both);
    if (order == 0) {
        order = (one->kind > two->kind) - (one->kind < two->kind);
    }
    return order != 0 ? order : (one->number > two->number) - (one->number < two->number);
}

/* The group of a name in an object; its address 0: there is none. */
static bool child_group(KerasReading *at, const Hdf5Object *object, const char *name,
                        Hdf5Object *child) {
    const Hdf5Group *group = hdf5_group(&at->hdf5, object);
    const Hdf5Link *link = group ? hdf5_find(group, name, strlen(name)) : NULL;
    *child = (Hdf5Object){.address = 0};
    return group && (!link || hdf5_follow(&at->hdf5, object, link, child));
}

/* "kernel" for variable 0 of so many of a class; the number where the class has other ones. */
static const char *variable_name(Arena *arena, const char *kind, int count, int index) {
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        const struct KerasClass *row = &classes[i];
        bool known = count >= row->least && count <= MOST_VARIABLES && row->variables[count - 1];
        if (known && strcmp(row->kind, kind) == 0) {
            return row->variables[index];
        }
    }
    return arena_printf(arena, "%d", index);
}

/* "functional.conv2d_1" for layers/functional/layers/conv2d_1. */
static const char *short_place(Arena *arena, const char *place) {
    static const char part[] = "layers/";
    char *text = arena_strdup(arena, place), *to = text;
    for (const char *from = place; *from;) {
        bool begins = from == place || from[-1] == '/';
        if (begins && strncmp(from, part, strlen(part)) == 0) {
            from += strlen(part);
        } else {
            *to++ = *from == '/' ? '.' : *from;
            from++;
        }
    }
    *to = '\0';
    return text;
}

/* The variables "0", "1", ... of a layer. */
static bool read_variables(KerasReading *at, const Hdf5Object *vars, const char *place,
                           const char *kind) {
    Arena *arena = at->reading.arena;
    const Hdf5Group *group = hdf5_group(&at->hdf5, vars);
    Hdf5Texts name;
    if (!group || !hdf5_texts(&at->hdf5, vars, "name", &name, NULL)) {
        return false;
    }
    if (group->count == 0) {
        return true;
    }
    const char *own =
        name.count == 1 ? arena_strndup(arena, name.at->bytes, name.at->length) : NULL;
    int layer = keras_layer(at, (KerasLayer){.group = place, .name = own, .kind = kind});
    for (int i = 0; i < group->count; i++) {
        Hdf5Object object;
        const char *digits = arena_printf(arena, "%d", i);
        const Hdf5Link *link = hdf5_find(group, digits, strlen(digits));
        if (!link) {
            return hdf5_fail(&at->hdf5, vars, NULL,
                             "has %d variables that are not numbered from 0 on: '%s' is missing",
                             group->count, digits);
        }
        const char *text = arena_printf(arena, "%s.%s", short_place(arena, place),
                                        variable_name(arena, kind, group->count, i));
        if (!hdf5_follow(&at->hdf5, vars, link, &object) ||
            !keras_variable(at, layer, text, &object)) {
            return false;
        }
    }
    return true;
}

static bool read_layers(KerasReading *at, const Hdf5Object *layers, const char *place, int depth);

/* place: of the group of layers that it is in. */
static bool read_layer(KerasReading *at, const Hdf5Object *layers, const PlaceRow *row,
                       const char *place, int depth) {
    Arena *arena = at->reading.arena;
    Hdf5Object object, vars, inner;
    const char *name = row->link->name;
    if (!tensor_name_fits(name, strlen(name))) {
        return hdf5_fail(&at->hdf5, layers, NULL, "a layer's name %s",
                         tensor_name_fault(strlen(name)));
    }
    const char *own = arena_printf(arena, "%s/%s", place, name);
    if (strlen(own) > LIMIT_TENSOR_NAME || at->walked++ == LIMIT_TENSORS) {
        return hdf5_fail(&at->hdf5, layers, NULL,
                         "has more than %d layers, or a place of more than %d bytes", LIMIT_TENSORS,
                         LIMIT_TENSOR_NAME);
    }
    return hdf5_follow(&at->hdf5, layers, row->link, &object) && keras_once(at, &object) &&
           child_group(at, &object, "vars", &vars) &&
           (!vars.address ||
            read_variables(at, &vars, own, arena_strndup(arena, name, row->kind))) &&
           child_group(at, &object, "layers", &inner) &&
           (!inner.address ||
            read_layers(at, &inner, arena_printf(arena, "%s/layers", own), depth + 1));
}

static bool read_layers(KerasReading *at, const Hdf5Object *layers, const char *place, int depth) {
    const Hdf5Group *group = hdf5_group(&at->hdf5, layers);
    if (!group || !keras_once(at, layers)) {
        return false;
    }
    if (depth > LIMIT_KERAS_DEPTH) {
        return hdf5_fail(&at->hdf5, layers, NULL, "has models in models of more than %d levels",
                         LIMIT_KERAS_DEPTH);
    }
    PlaceRow *rows = NEW_ARRAY(at->reading.arena, PlaceRow, group->count);
    for (int i = 0; i < group->count; i++) {
        rows[i] = place_row(&group->links[i]);
    }
    qsort(rows, (size_t)group->count, sizeof *rows, compare_places);
    for (int i = 0; i < group->count; i++) {
        if (!read_layer(at, layers, &rows[i], place, depth)) {
            return false;
        }
    }
    return true;
}

bool keras_read_by_place(KerasReading *at, const Hdf5Object *layers) {
    return read_layers(at, layers, "layers", 1);
}
