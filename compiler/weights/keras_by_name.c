/* keras_by_name.c - weights as Keras 2 lays them out, and Keras 3 in a .h5 -> layers and variables.
 *
 *   layer_names = ["block1_conv1", ...]; block1_conv1: weight_names = ["block1_conv1/kernel:0"]
 *   ->   layer block1_conv1: variable "kernel"
 *
 * Nothing about the paths is fixed but that the attributes state them: they count from the group of
 * their layer and are followed part by part. A model in the model is one group with the variables
 * of all its layers; which layer a variable is of is the last part but one of its path.
 */
#include "keras_parts.h"

#include <string.h>

/* A text of the file that was copied; NULL after a diagnostic: it has other characters than
 * tensors' names. */
static const char *text_of(KerasReading *at, const Hdf5Object *object,
                           const struct Hdf5Text *text) {
    Arena *arena = at->reading.arena;
    if (!tensor_name_fits(text->bytes, text->length)) {
        hdf5_fail(&at->hdf5, object, NULL, "the name '%s' %s",
                  readable(arena, text->bytes, text->length), tensor_name_fault(text->length));
        return NULL;
    }
    return arena_strndup(arena, text->bytes, text->length);
}

/* Follows a path from a group, part by part. */
static bool follow_path(KerasReading *at, const Hdf5Object *from, const char *path,
                        Hdf5Object *object) {
    *object = *from;
    for (const char *part = path; part;) {
        size_t length = strcspn(part, "/");
        const Hdf5Group *group = hdf5_group(&at->hdf5, object);
        const Hdf5Link *link = group ? hdf5_find(group, part, length) : NULL;
        if (group && !link) {
            return hdf5_fail(&at->hdf5, object, NULL, "has no '%.*s' for the path '%s'",
                             (int)length, part, path);
        }
        Hdf5Object above = *object;
        if (!group || !hdf5_follow(&at->hdf5, &above, link, object)) {
            return false;
        }
        part = part[length] ? part + length + 1 : NULL;
    }
    return true;
}

static bool append(KerasReading *at, const Hdf5Object *object, const Hdf5Texts *more,
                   Hdf5Texts *texts) {
    if (texts->count + more->count > LIMIT_TENSORS) {
        return hdf5_fail(&at->hdf5, object, NULL, "lists more than %d names", LIMIT_TENSORS);
    }
    for (int i = 0; i < more->count; i++) {
        texts->at = arena_room(at->reading.arena, texts->at, texts->count, sizeof *texts->at);
        texts->at[texts->count++] = more->at[i];
    }
    return true;
}

/* The list of names in an attribute, or in several with numbers behind their name where one would
 * be too long. */
static bool read_list(KerasReading *at, const Hdf5Object *object, const char *name,
                      Hdf5Texts *texts) {
    bool found, more;
    if (!hdf5_texts(&at->hdf5, object, name, texts, &found)) {
        return false;
    }
    more = !found;
    for (int i = 0; more; i++) {
        Hdf5Texts part;
        const char *numbered = arena_printf(at->reading.arena, "%s%d", name, i);
        if (!hdf5_texts(&at->hdf5, object, numbered, &part, &more) ||
            !append(at, object, &part, texts)) {
            return false;
        }
        found = found || more;
    }
    return found || hdf5_fail(&at->hdf5, object, NULL, "has no attribute '%s'", name);
}

/* "kernel" for the last part "kernel:0". */
static const char *variable_name(Arena *arena, const char *path) {
    const char *slash = strrchr(path, '/'), *last = slash ? slash + 1 : path;
    const char *colon = strrchr(last, ':');
    bool numbered =
        colon && colon > last && colon[1] && colon[1 + strspn(colon + 1, "0123456789")] == '\0';
    return numbered ? arena_strndup(arena, last, (size_t)(colon - last)) : last;
}

/* The part before the last; NULL: there is none. */
static const char *layer_name(Arena *arena, const char *path) {
    const char *slash = strrchr(path, '/'), *from = slash;
    while (from && from > path && from[-1] != '/') {
        from--;
    }
    return slash ? arena_strndup(arena, from, (size_t)(slash - from)) : NULL;
}

/* The layer of a name in a group, new where it is the first variable of it. in_group: from names to
 * indexes. */
static int layer_of_path(KerasReading *at, const char *group, const char *path, Map *in_group) {
    Arena *arena = at->reading.arena;
    const char *own = layer_name(arena, path), *name = own ? own : group;
    int *index = map_get(in_group, name);
    if (!index) {
        index = NEW(arena, int);
        *index = keras_layer(at, (KerasLayer){.group = group, .name = name});
        map_put(in_group, name, index);
    }
    return *index;
}

static bool read_variable(KerasReading *at, const Hdf5Object *object, const char *group,
                          const char *path, Map *in_group) {
    Hdf5Object dataset;
    Arena *arena = at->reading.arena;
    if (!follow_path(at, object, path, &dataset)) {
        return false;
    }
    int layer = layer_of_path(at, group, path, in_group);
    const char *name = at->model->layers[layer].name;
    bool inner = strcmp(name, group) != 0;
    return keras_variable(at, layer,
                          arena_printf(arena, "%s%s%s.%s", group, inner ? "." : "",
                                       inner ? name : "", variable_name(arena, path)),
                          &dataset);
}

static bool read_group(KerasReading *at, const Hdf5Object *weights, const char *group) {
    Hdf5Object object;
    Hdf5Texts paths;
    if (!follow_path(at, weights, group, &object) || !keras_once(at, &object) ||
        !read_list(at, &object, "weight_names", &paths)) {
        return false;
    }
    Map *in_group = paths.count > 0 ? map_by_name(at->reading.arena) : NULL;
    for (int i = 0; i < paths.count; i++) {
        const char *path = text_of(at, &object, &paths.at[i]);
        if (!path || !read_variable(at, &object, group, path, in_group)) {
            return false;
        }
    }
    return true;
}

bool keras_read_by_name(KerasReading *at, const Hdf5Object *weights) {
    Hdf5Texts names;
    if (!read_list(at, weights, "layer_names", &names)) {
        return false;
    }
    for (int i = 0; i < names.count; i++) {
        const char *name = text_of(at, weights, &names.at[i]);
        if (!name || !read_group(at, weights, name)) {
            return false;
        }
    }
    return true;
}
