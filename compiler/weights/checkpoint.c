/* checkpoint.c - a list of tensors -> the values of a network's parameters, or diagnostics about
 * all that is wrong with them.
 *
 *   file: fc.weight [10, 64], fc.bias [9]; network: fc.weight [10, 64], fc.bias [10], conv1.weight
 *   ->  fc.bias: expected [10], the file has [9];  conv1.weight: missing
 *
 * Everything is checked when the checkpoint is opened, so reading a value later cannot fail.
 */
#include "match.h"

#include <inttypes.h>
#include <string.h>

#include "file.h"

struct Checkpoint {
    Reading reading;
    const Graph *graph;
    const TensorFile *file;
    const Network *network;
    const int *tensor_of; /* for each param: index of its tensor, or -1 */
    CheckpointRecord record;
    Arena *values;               /* what was read and not forgotten, or NULL */
    int64_t summed, most_summed; /* bytes of chunks whose checksums were compared, and may be */
};

/* The tensor of a parameter, by its index; NULL when the file has none. */
static const Tensor *tensor_of(const Checkpoint *checkpoint, int param) {
    int index = checkpoint->tensor_of[param];
    return index < 0 ? NULL : &checkpoint->file->tensors[index];
}

static const char *place(const Checkpoint *checkpoint, const Tensor *tensor) {
    return full_name_text(checkpoint->reading.arena, checkpoint->file, tensor);
}

/* ---- names ---- */

/* What cannot be decided about the set that was chosen. */
static bool check_choices(const Checkpoint *checkpoint, const TensorSet *set) {
    const Reading *reading = &checkpoint->reading;
    const Tensor *all = checkpoint->file->tensors;
    bool good = true;
    if (set->twice >= 0) {
        good = fail_in(reading, place(checkpoint, &all[set->twice]),
                       arena_printf(reading->arena,
                                    "--ignore=%s leaves out one of the two; a "
                                    "classifier of several layers is another network",
                                    all[set->twice_of].name),
                       "means the same parameter as '%s'", place(checkpoint, &all[set->twice_of]));
    }
    if (set->choice) {
        good = fail_in(reading, NULL, "--ignore=NAME leaves out one of them", "%s", set->choice);
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

/* Whether nothing is missing, whatever its shape. */
static bool has_all(const Checkpoint *checkpoint) {
    for (int i = 0; i < checkpoint->graph->n_params; i++) {
        if (checkpoint->tensor_of[i] < 0 && checkpoint->network->at[i].needed) {
            return false;
        }
    }
    return true;
}

/* Parameters that the compiled graph reads must be in the file; others may be missing. */
static bool check_missing(const Checkpoint *checkpoint, const Match *match, const TensorSet *set) {
    const Reading *reading = &checkpoint->reading;
    bool complete = true;
    int count;
    const char **names = leftover_names(checkpoint, &count);
    for (int i = 0; i < checkpoint->graph->n_params; i++) {
        const WantedTensor *wanted = &checkpoint->network->at[i];
        if (checkpoint->tensor_of[i] >= 0 || !wanted->needed) {
            continue;
        }
        const char *hint =
            match_near(match, DIAG_MISSING, "the file has", wanted->name, names, count);
        diag_in(reading->diag, DIAG_MISSING, reading->path,
                arena_printf(reading->arena, "%s%s", set->prefix, wanted->name), hint,
                "missing tensor: the network needs %s",
                dims_text(reading->arena, wanted->shape.dim, wanted->shape.rank));
        complete = false;
    }
    return complete;
}

/* ---- shapes and types ---- */

/* Type and shape of a parameter's tensor. */
static bool check_tensor(const Checkpoint *checkpoint, const WantedTensor *wanted,
                         const Tensor *tensor) {
    const Reading *reading = &checkpoint->reading;
    const char *where = place(checkpoint, tensor);
    if (tensor->foreign) {
        return fail_in(reading, where,
                       "save the weights alone: torch.save(model.state_dict(), path)",
                       "expected a tensor, the file has %s", tensor->foreign);
    }
    if (tensor->type >= SCALAR_I64) {
        return fail_in(reading, where, "weights are F32, F16, BF16 or F64",
                       "has the type %s, which is not read as weights", tensor->type_name);
    }
    if (wanted_fits(wanted, tensor)) {
        return true;
    }
    return diag_in(reading->diag, DIAG_MISSHAPEN, reading->path, where,
                   "do the options (classes, input channels) fit the checkpoint?",
                   "expected %s, the file has %s",
                   dims_text(reading->arena, wanted->shape.dim, wanted->shape.rank),
                   dims_text(reading->arena, tensor->dim, tensor->rank));
}

/* ---- values ---- */

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
               &checkpoint->reading, place(checkpoint, tensor),
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
    return diag_in(reading->diag, DIAG_VALUE, reading->path, place(checkpoint, tensor),
                   negative ? "a variance is never below 0: the file is damaged"
                            : "the training diverged, or the file is damaged",
                   "element %s is %g", index_text(reading->arena, tensor, bad), value);
}

/* A tensor of the full network that nothing here uses may hold anything: it is not looked at. */
static bool check_tensors(Checkpoint *checkpoint) {
    bool good = true;
    checkpoint->most_summed = (int64_t)LIMIT_SPARE_MEGABYTES << 20;
    for (int i = 0; i < checkpoint->graph->n_params; i++) {
        const Shape *shape = &checkpoint->graph->params[i].shape;
        checkpoint->most_summed += shape_elements(shape) * (int64_t)sizeof(double);
    }
    for (int i = 0; i < checkpoint->graph->n_params; i++) {
        const Param *param = &checkpoint->graph->params[i];
        const Tensor *tensor = tensor_of(checkpoint, i);
        const WantedTensor *wanted = &checkpoint->network->at[i];
        if (!tensor || !wanted->needed) {
            continue;
        }
        bool fits =
            check_tensor(checkpoint, wanted, tensor) && check_values(checkpoint, param, tensor);
        good = fits && good;
    }
    return good;
}

/* ---- what is told ---- */

/* Names that differ by more than a prefix, with whose they are; of each convention one is an
 * example. */
static void record_names(Checkpoint *checkpoint, const TensorSet *set) {
    Arena *arena = checkpoint->reading.arena;
    CheckpointRecord *record = &checkpoint->record;
    const NameRule *told = NULL;
    for (int i = 0; i < checkpoint->network->count; i++) {
        const NameRule *rule = set->rule_of[i];
        if (!rule || set->tensor_of[i] < 0) {
            continue;
        }
        const Tensor *tensor = &checkpoint->file->tensors[set->tensor_of[i]];
        record->renamed =
            arena_room(arena, record->renamed, record->renamed_count, sizeof *record->renamed);
        record->renamed[record->renamed_count++] =
            (TakenName){checkpoint->network->at[i].name, place(checkpoint, tensor), rule->whose};
        if (!told || strcmp(told->whose, rule->whose) != 0) {
            diag_note(checkpoint->reading.diag, "%s: %s is taken as %s (%s)",
                      checkpoint->reading.path, place(checkpoint, tensor),
                      checkpoint->network->at[i].name, rule->whose);
            told = rule;
        }
    }
}

static void tell_average(const Checkpoint *checkpoint) {
    const CheckpointRecord *record = &checkpoint->record;
    Arena *arena = checkpoint->reading.arena;
    if (record->instead) {
        diag_note(checkpoint->reading.diag,
                  "%s: takes the averaged weights under %s, not those under %s",
                  checkpoint->reading.path, prefix_text(arena, record->prefix),
                  prefix_text(arena, record->instead));
    }
}

/* ---- opening and reading ---- */

static const CheckpointOptions no_options;

/* Values are in a child arena of their own, which is made anew by the next read. */
void checkpoint_forget(Checkpoint *checkpoint) {
    arena_destroy(checkpoint->values);
    checkpoint->values = NULL;
}

const CheckpointRecord *checkpoint_record(const Checkpoint *checkpoint) {
    return &checkpoint->record;
}

/* Everything that may be wrong, so that one run shows it; what is a choice decides about the rest.
 */
static bool check_all(Checkpoint *checkpoint, const Match *match, const TensorSet *set) {
    if (!check_choices(checkpoint, set)) {
        return false;
    }
    bool rest = match_leftovers(match, set, has_all(checkpoint), &checkpoint->record);
    bool complete = check_missing(checkpoint, match, set);
    return check_tensors(checkpoint) && complete && rest;
}

Checkpoint *checkpoint_open(Arena *arena, Diag *diag, const TensorFile *file,
                            const CheckpointOptions *options, const Graph *graph,
                            ParamNeeded *needed, void *context) {
    Checkpoint *checkpoint = NEW(arena, Checkpoint);
    options = options ? options : &no_options;
    checkpoint->reading = (Reading){.arena = arena, .diag = diag, .path = file->path};
    checkpoint->graph = graph;
    checkpoint->file = file;
    Network *network = match_network(arena, options, graph, needed, context);
    checkpoint->network = network;
    Match *match = match_file(&checkpoint->reading, file, options, network);
    const TensorSet *set = match_choose(match, &checkpoint->record.instead);
    if (!set) {
        return NULL;
    }
    checkpoint->record.prefix = set->prefix;
    checkpoint->tensor_of = set->tensor_of;
    if (!check_all(checkpoint, match, set)) {
        return NULL;
    }
    record_names(checkpoint, set);
    tell_average(checkpoint);
    return checkpoint;
}

/* Names and counts were checked when the checkpoint was opened: a misfit is a mistake of the
 * caller. */
const double *checkpoint_read(void *context, const char *name, int64_t count) {
    Checkpoint *checkpoint = context;
    const Reading *reading = &checkpoint->reading;
    const WantedTensor *wanted = map_get(checkpoint->network->names, name);
    const Tensor *tensor =
        wanted ? tensor_of(checkpoint, (int)(wanted - checkpoint->network->at)) : NULL;
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

/* The wanted tensor of that name, with so many columns and any rows; added where the draft lacks
 * it, with that rank.
 */
static int want_any(Arena *arena, Network *network, const char *name, int rank, int64_t columns) {
    WantedTensor *wanted = map_get(network->names, name);
    if (wanted) {
        wanted->shape.dim[1] = columns;
        return (int)(wanted - network->at);
    }
    return network_add(
        arena, network,
        (WantedTensor){.name = name, .shape = {rank, {-1, columns, -1, -1}}, .in_head = true});
}

static void peek_shape(const TensorFile *file, const TensorSet *set, int wanted,
                       PeekedShape *peeked) {
    int index = set->tensor_of[wanted];
    const Tensor *tensor = index < 0 ? NULL : &file->tensors[index];
    peeked->found = tensor && !tensor->foreign && tensor->rank <= MAX_RANK;
    if (peeked->found) {
        peeked->shape.rank = tensor->rank;
        memcpy(peeked->shape.dim, tensor->dim, sizeof peeked->shape.dim);
    }
}

/* The head of the chosen set; false after a diagnostic. What makes a choice of two linear layers
 * may be a sequence. */
static bool peek_head(const Match *match, const TensorSet *set, int classifier, PeekedHead *head) {
    HeadModules *modules = &head->modules;
    bool chained = find_head(match, set, head->channels, modules);
    modules->count = chained ? modules->count : 0;
    if (set->choice && !chained) {
        return fail_in(&match->reading, NULL, "--ignore=NAME leaves out one of them", "%s",
                       set->choice);
    }
    peek_shape(match->file, set, classifier, &head->classifier);
    return true;
}

bool checkpoint_peek(Arena *arena, Diag *diag, const TensorFile *file,
                     const CheckpointOptions *options, const Graph *graph, PeekedShape *conv,
                     PeekedHead *head) {
    Reading reading = {.arena = arena, .diag = diag, .path = file->path};
    options = options ? options : &no_options;
    Network *network = match_network(arena, options, graph, NULL, NULL);
    int first = want_any(arena, network, conv->name, 4, -1), classifier = -1;
    if (head) {
        int64_t columns = head->columns > 0 ? head->columns : -1;
        classifier = want_any(arena, network, head->classifier.name, head->of_map ? 4 : 2, columns);
    }
    network->classifier = head && head->columns > 0 ? classifier : -1;
    const char *instead;
    Match *match = match_file(&reading, file, options, network);
    const TensorSet *set = match_choose(match, &instead);
    if (!set) {
        return false;
    }
    peek_shape(file, set, first, conv);
    return !head || peek_head(match, set, classifier, head);
}
