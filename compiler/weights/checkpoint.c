/* checkpoint.c - a list of tensors -> the values of a network's parameters, or diagnostics about
 * all that is wrong with them.
 *
 *   file: fc.weight [10, 64], fc.bias [9]; network: fc.weight [10, 64], fc.bias [10], conv1.weight
 *   ->  fc.bias: expected [10], the file has [9];  conv1.weight: missing
 *
 * Everything is checked when the checkpoint is opened, so reading a value later cannot fail.
 */
#include "checkpoint_names.h"

#include <inttypes.h>
#include <string.h>

struct Checkpoint {
    Reading reading;
    const Graph *graph;
    TensorFile *file;
    const char *prefix; /* under which the file keeps the network */
    Map *params;        /* name to the graph's Param */
    int *tensor_of;     /* for each param: index of its tensor, or -1 */
    int *in_head;       /* for each tensor: param of the head that it is by its place; -1 */
    Arena *values;      /* what was read and not forgotten, or NULL */
    const char **all;   /* names of the graph's params, for hints */
    int64_t summed, most_summed; /* bytes of chunks whose checksums were compared, and may be */
};

/* The tensor of a parameter, by its index; NULL when the file has none. */
static const Tensor *tensor_of(const Checkpoint *checkpoint, int param) {
    int index = checkpoint->tensor_of[param];
    return index < 0 ? NULL : &checkpoint->file->tensors[index];
}

/* "fc.bias", or "state_dict: fc.bias" where the dict is not the root. */
static const char *place(const Checkpoint *checkpoint, const char *name) {
    const TensorFile *file = checkpoint->file;
    const char *dict = file->count ? file->dicts[file->tensors[0].dict].path : "";
    return *dict ? arena_printf(checkpoint->reading.arena, "%s: %s", dict, name) : name;
}

/* The nearest of the names, as a hint; NULL where the diagnostic would only be counted, because the
 * search costs more than all the rest of a hostile file. */
static const char *near_hint(const Checkpoint *checkpoint, DiagKind kind, const char *lead,
                             const char *name, const char *const *names, int count) {
    if (!diag_shows(checkpoint->reading.diag, kind)) {
        return NULL;
    }
    const char *near = nearest_name(name, names, (size_t)count);
    if (!near) {
        return NULL;
    }
    Arena *arena = checkpoint->reading.arena;
    return arena_printf(arena, "%s '%s'", lead, readable(arena, near, strlen(near)));
}

/* ---- names ---- */

/* A NameTry: the index of the parameter of that name. */
static int find_param(void *context, const char *name) {
    const Checkpoint *checkpoint = context;
    const Param *param = map_get(checkpoint->params, name);
    return param ? (int)(param - checkpoint->graph->params) : -1;
}

static bool match_tensor(Checkpoint *checkpoint, int index) {
    const Tensor *tensor = &checkpoint->file->tensors[index];
    Reading *reading = &checkpoint->reading;
    if (name_is_ignored(tensor->name)) {
        return true;
    }
    int param = checkpoint->in_head[index];
    if (param < 0) {
        param = name_readings(tensor->name, checkpoint->prefix, find_param, checkpoint);
    }
    if (param >= 0 && checkpoint->tensor_of[param] >= 0) {
        return fail_in(reading, place(checkpoint, tensor->name),
                       "remove one of the two; a classifier of several layers is another network",
                       "means the same parameter as '%s'", tensor_of(checkpoint, param)->name);
    }
    if (param >= 0) {
        checkpoint->tensor_of[param] = index;
        return true;
    }
    if (tensor->foreign) {
        return true;
    }
    const char *hint = near_hint(checkpoint, DIAG_UNEXPECTED, "the nearest name of the network is",
                                 name_in_network(tensor->name, checkpoint->prefix), checkpoint->all,
                                 checkpoint->graph->n_params);
    return diag_in(reading->diag, DIAG_UNEXPECTED, reading->path, place(checkpoint, tensor->name),
                   hint, "unexpected tensor %s: the network has none of this name",
                   dims_text(reading->arena, tensor->dim, tensor->rank));
}

/* Makes the graph's parameters known by their names; none has a tensor yet. */
static void list_params(Checkpoint *checkpoint) {
    const Graph *graph = checkpoint->graph;
    Arena *arena = checkpoint->reading.arena;
    checkpoint->params = map_by_name(arena);
    checkpoint->tensor_of = NEW_ARRAY(arena, int, graph->n_params);
    checkpoint->all = NEW_ARRAY(arena, const char *, graph->n_params);
    for (int i = 0; i < graph->n_params; i++) {
        const char *name = graph->params[i].name;
        checkpoint->tensor_of[i] = -1;
        checkpoint->all[i] = name;
        map_put(checkpoint->params, name, &graph->params[i]);
    }
}

/* Sets tensor_of for all parameters that the file has; false after diagnostics. */
static bool match_tensors(Checkpoint *checkpoint) {
    const TensorFile *file = checkpoint->file;
    bool good = true;
    list_params(checkpoint);
    checkpoint->in_head = match_head(checkpoint->reading.arena, file, checkpoint->graph,
                                     checkpoint->prefix, find_param, checkpoint);
    for (int i = 0; i < file->count; i++) {
        good = match_tensor(checkpoint, i) && good;
    }
    return good;
}

/* Names of the file's tensors that are no parameter: among them is a misspelled one. */
static const char **leftover_names(const Checkpoint *checkpoint, int *count) {
    const TensorFile *file = checkpoint->file;
    bool *taken = NEW_ARRAY(checkpoint->reading.arena, bool, file->count);
    const char **names = NEW_ARRAY(checkpoint->reading.arena, const char *, file->count);
    for (int i = 0; i < checkpoint->graph->n_params; i++) {
        if (checkpoint->tensor_of[i] >= 0) {
            taken[checkpoint->tensor_of[i]] = true;
        }
    }
    *count = 0;
    for (int i = 0; i < file->count; i++) {
        if (!taken[i]) {
            names[(*count)++] = file->tensors[i].name;
        }
    }
    return names;
}

/* Parameters that the compiled graph reads must be in the file; others may be missing. */
static bool check_missing(const Checkpoint *checkpoint, ParamNeeded *needed, void *context) {
    const Reading *reading = &checkpoint->reading;
    bool complete = true;
    int count;
    const char **names = leftover_names(checkpoint, &count);
    for (int i = 0; i < checkpoint->graph->n_params; i++) {
        const Param *param = &checkpoint->graph->params[i];
        if (checkpoint->tensor_of[i] >= 0 || !needed(context, param->name)) {
            continue;
        }
        const char *hint =
            near_hint(checkpoint, DIAG_MISSING, "the file has", param->name, names, count);
        diag_in(reading->diag, DIAG_MISSING, reading->path, place(checkpoint, param->name), hint,
                "missing tensor: the network needs %s",
                dims_text(reading->arena, param->shape.dim, param->shape.rank));
        complete = false;
    }
    return complete;
}

/* ---- shapes and types ---- */

static bool same_dims(const Tensor *tensor, const int64_t *dim, int rank) {
    return tensor->rank == rank &&
           (rank == 0 || memcmp(tensor->dim, dim, (size_t)rank * sizeof *dim) == 0);
}

/* The shape that the file must have: the parameter's, but for input channels that are adapted. */
static Shape shape_in_file(const Param *param) {
    Shape shape = param->shape;
    if (param->adapted_from > 0) {
        shape.dim[1] = param->adapted_from;
    }
    return shape;
}

/* A pointwise convolution may also be stored as a matrix: [O, I] for [O, I, 1, 1]. */
static bool shape_fits(const Param *param, const Tensor *tensor) {
    Shape shape = shape_in_file(param);
    bool pointwise = shape.rank == 4 && shape.dim[2] == 1 && shape.dim[3] == 1;
    return same_dims(tensor, shape.dim, shape.rank) ||
           (pointwise && same_dims(tensor, shape.dim, 2));
}

/* Type and shape of a parameter's tensor. */
static bool check_tensor(const Checkpoint *checkpoint, const Param *param, const Tensor *tensor) {
    const Reading *reading = &checkpoint->reading;
    const char *where = place(checkpoint, tensor->name);
    Shape shape = shape_in_file(param);
    if (tensor->foreign) {
        return fail_in(reading, where,
                       "save the weights alone: torch.save(model.state_dict(), path)",
                       "expected a tensor, the file has %s", tensor->foreign);
    }
    if (tensor->type >= SCALAR_I64) {
        return fail_in(reading, where, "weights are F32, F16, BF16 or F64",
                       "has the type %s, which is not read as weights", tensor->type_name);
    }
    if (shape_fits(param, tensor)) {
        return true;
    }
    return diag_in(reading->diag, DIAG_MISSHAPEN, reading->path, where,
                   "do the options (classes, input channels) fit the checkpoint?",
                   "expected %s, the file has %s", dims_text(reading->arena, shape.dim, shape.rank),
                   dims_text(reading->arena, tensor->dim, tensor->rank));
}

/* ---- values ---- */

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* "[3, 0, 1, 1]" for an index in C order. */
static const char *index_text(Arena *arena, const Tensor *tensor, int64_t index) {
    int64_t at[LIMIT_TENSOR_RANK];
    for (int i = tensor->rank - 1; i >= 0; i--) {
        at[i] = index % tensor->dim[i];
        index /= tensor->dim[i];
    }
    return dims_text(arena, at, tensor->rank);
}

/* Elements that the network does not take are summed too, where they stand in the same chunk. */
static bool sum_fits(Checkpoint *checkpoint, const Tensor *tensor) {
    const Chunk *chunk = tensor->chunk;
    if (!chunk || chunk->verified) {
        return true;
    }
    checkpoint->summed += (int64_t)chunk->size;
    return checkpoint->summed <= checkpoint->most_summed ||
           fail_in(
               &checkpoint->reading, place(checkpoint, tensor->name),
               "copy the tensors: torch.save({k: v.clone() for k, v in state_dict.items()}, path)",
               "stands in a storage of %" PRIu64 " bytes; the storages have more than %d MB"
               " beside the tensors that the network takes",
               chunk->size, LIMIT_SPARE_MEGABYTES);
}

static bool check_values(Checkpoint *checkpoint, const Param *param, const Tensor *tensor) {
    const Reading *reading = &checkpoint->reading;
    bool variance = ends_with(param->name, "running_var");
    if (!sum_fits(checkpoint, tensor) || !tensor_verified(reading->diag, reading->path, tensor)) {
        return false;
    }
    int64_t bad = tensor_first_bad(tensor, variance);
    if (bad < 0) {
        return true;
    }
    double value = tensor_value_at(tensor, bad);
    bool negative = value < 0 && value - value == 0;
    return diag_in(reading->diag, DIAG_VALUE, reading->path, place(checkpoint, tensor->name),
                   negative ? "a variance is never below 0: the file is damaged"
                            : "the training diverged, or the file is damaged",
                   "element %s is %g", index_text(reading->arena, tensor, bad), value);
}

/* A tensor of the full network that nothing here uses may hold anything: it is not looked at. */
static bool check_tensors(Checkpoint *checkpoint, ParamNeeded *needed, void *context) {
    bool good = true;
    checkpoint->most_summed = (int64_t)LIMIT_SPARE_MEGABYTES << 20;
    for (int i = 0; i < checkpoint->graph->n_params; i++) {
        const Shape *shape = &checkpoint->graph->params[i].shape;
        checkpoint->most_summed += shape_elements(shape) * (int64_t)sizeof(double);
    }
    for (int i = 0; i < checkpoint->graph->n_params; i++) {
        const Param *param = &checkpoint->graph->params[i];
        const Tensor *tensor = tensor_of(checkpoint, i);
        if (!tensor || !needed(context, param->name)) {
            continue;
        }
        bool fits =
            check_tensor(checkpoint, param, tensor) && check_values(checkpoint, param, tensor);
        good = fits && good;
    }
    return good;
}

/* ---- opening and reading ---- */

/* The tensors of the dict in which training scripts keep weights, best first. */
static TensorFile *choose_dict(Arena *arena, const TensorFile *file) {
    static const char *const names[] = {"state_dict_ema", "model_ema", "state_dict", "model", ""};
    int chosen = -1;
    for (size_t i = 0; i < sizeof names / sizeof *names && chosen < 0; i++) {
        for (int k = 0; k < file->dict_count && chosen < 0; k++) {
            chosen = strcmp(file->dicts[k].path, names[i]) == 0 ? k : -1;
        }
    }
    TensorFile *part = NEW(arena, TensorFile);
    *part = *file;
    part->count = 0;
    part->tensors = NEW_ARRAY(arena, Tensor, file->count);
    for (int i = 0; i < file->count; i++) {
        if (file->tensors[i].dict == chosen) {
            part->tensors[part->count++] = file->tensors[i];
        }
    }
    return part;
}

/* Values are in a child arena of their own, which is made anew by the next read. */
void checkpoint_forget(Checkpoint *checkpoint) {
    arena_destroy(checkpoint->values);
    checkpoint->values = NULL;
}

Checkpoint *checkpoint_open(Arena *arena, Diag *diag, TensorFile *file, const Graph *graph,
                            ParamNeeded *needed, void *context) {
    Checkpoint *checkpoint = NEW(arena, Checkpoint);
    checkpoint->reading = (Reading){.arena = arena, .diag = diag, .path = file->path};
    checkpoint->graph = graph;
    checkpoint->file = file = choose_dict(arena, file);
    if (!find_prefix(&checkpoint->reading, file, graph, &checkpoint->prefix)) {
        return NULL;
    }
    bool matched = match_tensors(checkpoint);
    bool complete = check_missing(checkpoint, needed, context);
    bool fitting = check_tensors(checkpoint, needed, context);
    return matched && complete && fitting ? checkpoint : NULL;
}

bool checkpoint_may_fit(const TensorFile *file, const Graph *graph) {
    int count = 0;
    for (int i = 0; i < file->count; i++) {
        count += !file->tensors[i].foreign && !name_is_ignored(file->tensors[i].name);
    }
    return count <= graph->n_params;
}

/* Names and counts were checked when the checkpoint was opened: a misfit is a mistake of the
 * caller. */
const double *checkpoint_read(void *context, const char *name, int64_t count) {
    Checkpoint *checkpoint = context;
    const Reading *reading = &checkpoint->reading;
    int param = find_param(checkpoint, name);
    const Tensor *tensor = param < 0 ? NULL : tensor_of(checkpoint, param);
    if (!tensor || tensor_elements(tensor) != count) {
        internal_error("checkpoint_read", "%s with %" PRId64 " elements was not asked for at first",
                       name, count);
    }
    if (!checkpoint->values) {
        checkpoint->values = arena_child(reading->arena);
    }
    double *values = NEW_ARRAY(checkpoint->values, double, count);
    tensor_values(tensor, values);
    return values;
}

/* ---- peeking ---- */

/* A NameTry: 0 for the name that is looked for. */
static int is_wanted(void *context, const char *name) {
    return strcmp(name, context) == 0 ? 0 : -1;
}

bool checkpoint_peek(Arena *arena, Diag *diag, const TensorFile *file, const Graph *graph,
                     const char *name, Shape *shape) {
    Reading reading = {.arena = arena, .diag = diag, .path = file->path};
    const char *prefix = "";
    file = choose_dict(arena, file);
    if (!find_prefix(&reading, file, graph, &prefix)) {
        return false;
    }
    char *wanted = arena_strdup(arena, name);
    for (int i = 0; i < file->count; i++) {
        const Tensor *tensor = &file->tensors[i];
        if (tensor->foreign || tensor->rank > MAX_RANK ||
            name_readings(tensor->name, prefix, is_wanted, wanted) < 0) {
            continue;
        }
        shape->rank = tensor->rank;
        memcpy(shape->dim, tensor->dim, sizeof shape->dim);
        return true;
    }
    return false;
}

bool checkpoint_head(Arena *arena, Diag *diag, const TensorFile *file, const Graph *draft,
                     int64_t channels, HeadModules *head) {
    Checkpoint checkpoint = {.reading = {.arena = arena, .diag = diag, .path = file->path},
                             .graph = draft};
    file = choose_dict(arena, file);
    list_params(&checkpoint);
    return find_prefix(&checkpoint.reading, file, draft, &checkpoint.prefix) &&
           find_head(arena, file, draft, checkpoint.prefix, channels, find_param, &checkpoint,
                     head);
}
