/* tensor_dump.c - what the tests of checkpoints look at: a file's tensors as text, or the
 * diagnostics, on standard output.
 *
 *   tensor_dump FILE                        every tensor of the file, with the path of its dict
 *   tensor_dump FILE fc.weight:4,3 ...      the file as a checkpoint of a network that has exactly
 *                                           these parameters; a name with a leading ? is one that
 *                                           the compiled graph does not use; with a leading * its
 *                                           second dimension is 3 in the file and adapted
 *   tensor_dump --count FILE                the number of tensors only
 *   tensor_dump --safetensors FILE          every tensor, whatever the first bytes say the file is;
 *                                           --zip and --legacy likewise
 *   tensor_dump --layers FILE               what a file of Keras holds beside its tensors
 *   tensor_dump --peek FILE NAME            the shape of one tensor
 *   tensor_dump --dict=D --under=P --ignore=I --names=F --strict FILE fc.weight:4,3 ...
 *
 * Exit code 0, or 3 after a diagnostic. Values are printed as %.17g, the first 64 of each tensor.
 */
#include "container.h"
#include "keras.h"
#include "map_file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_VALUES = 64, MAX_PARAMS = 64 };

typedef struct Session {
    Arena *arena;
    Diag *diag;
    const char *path;
    CheckpointOptions options;
} Session;

static void print_values(const double *values, int64_t count) {
    for (int64_t i = 0; i < count && i < SHOWN_VALUES; i++) {
        printf(" %.17g", values[i]);
    }
    printf("\n");
}

/* "state_dict/fc.bias", or "fc.bias" in the root. */
static bool print_tensor(const Session *session, const TensorFile *file, const Tensor *tensor) {
    const char *dict = file->dicts[tensor->dict].path;
    printf("%s%s", dict, *dict ? "/" : "");
    if (tensor->foreign) {
        printf("%s: no tensor, %s\n", tensor->name, tensor->foreign);
        return true;
    }
    if (!tensor_verified(session->diag, session->path, tensor)) {
        return false;
    }
    printf("%s %s %s:", tensor->name, tensor->type_name,
           dims_text(session->arena, tensor->dim, tensor->rank));
    int64_t count = tensor_elements(tensor);
    if (tensor->type >= SCALAR_I64 || count > 1 << 20) {
        printf(" (not read)\n");
        return true;
    }
    double *values = NEW_ARRAY(session->arena, double, count);
    tensor_values(tensor, values);
    print_values(values, count);
    return true;
}

typedef TensorFile *Reader(Arena *arena, Diag *diag, const char *path, const uint8_t *data,
                           size_t size);

/* read: NULL leaves the choice to the file's first bytes, or to its name where it is a list. */
static TensorFile *open_file(const Session *session, Reader *read) {
    const uint8_t *data;
    size_t size;
    if (!read) {
        return tensors_open(session->arena, session->diag, session->path);
    }
    return map_file(session->arena, session->diag, session->path, &data, &size)
               ? read(session->arena, session->diag, session->path, data, size)
               : NULL;
}

static bool dump_file(const Session *session, Reader *read, bool count_only) {
    TensorFile *file = open_file(session, read);
    bool good = file != NULL;
    if (good && count_only) {
        printf("%d tensors\n", file->count);
    }
    for (int i = 0; good && !count_only && i < file->count; i++) {
        good = print_tensor(session, file, &file->tensors[i]);
    }
    return good;
}

/* The kind of file, its version, the bytes of its network's text, and its layers. */
static bool dump_layers(const Session *session) {
    const TensorFile *file = tensors_open(session->arena, session->diag, session->path);
    const KerasModel *model = file ? file->keras : NULL;
    if (!model) {
        return false;
    }
    printf("%s, %s, version %s, config of %zu bytes\n", file->container,
           model->by_name ? "by name" : "by place", model->version ? model->version : "unknown",
           model->config ? strlen(model->config) : 0);
    for (int i = 0; i < model->layer_count; i++) {
        const KerasLayer *layer = &model->layers[i];
        printf("%s name %s\n   ", layer->group, layer->name ? layer->name : "unknown");
        for (int k = 0; k < layer->count; k++) {
            printf(" %s", keras_tensor(file, layer, k)->name);
        }
        printf("\n");
    }
    return true;
}

/* "fc.weight:4,3" */
static Param parse_param(const Session *session, const char *text) {
    Param param = {.adapted_from = text[0] == '*' ? 3 : 0};
    text += strspn(text, "*?");
    const char *colon = strchr(text, ':');
    if (!colon) {
        internal_error("tensor_dump", "no shape in '%s'", text);
    }
    param.name = arena_strndup(session->arena, text, (size_t)(colon - text));
    for (const char *at = colon; at && param.shape.rank < MAX_RANK; at = strchr(at + 1, ',')) {
        param.shape.dim[param.shape.rank++] = strtoll(at + 1, NULL, 10);
    }
    return param;
}

typedef struct Wanted {
    int count;
    char **text;
} Wanted;

static bool is_needed(void *context, const char *name) {
    const Wanted *wanted = context;
    for (int i = 0; i < wanted->count; i++) {
        const char *text = wanted->text[i];
        if (text[0] == '?' && strncmp(text + 1, name, strlen(name)) == 0) {
            return false;
        }
    }
    return true;
}

static bool dump_checkpoint(const Session *session, Wanted wanted) {
    Param params[MAX_PARAMS];
    Graph graph = {.params = params, .n_params = wanted.count};
    for (int i = 0; i < wanted.count; i++) {
        params[i] = parse_param(session, wanted.text[i]);
    }
    TensorFile *file = tensors_open(session->arena, session->diag, session->path);
    Checkpoint *checkpoint = file ? checkpoint_open(session->arena, session->diag, file,
                                                    &session->options, &graph, is_needed, &wanted)
                                  : NULL;
    for (int i = 0; checkpoint && i < wanted.count; i++) {
        Shape shape = params[i].shape;
        if (params[i].adapted_from) {
            shape.dim[1] = params[i].adapted_from;
        }
        int64_t count = shape_elements(&shape);
        if (!is_needed(&wanted, params[i].name)) {
            continue;
        }
        printf("%s:", params[i].name);
        print_values(checkpoint_read(checkpoint, params[i].name, count), count);
        checkpoint_forget(checkpoint);
    }
    return checkpoint != NULL;
}

static bool dump_shape(const Session *session, const char *name) {
    Param param = {.name = name};
    Graph graph = {.params = &param, .n_params = 1};
    PeekedShape peeked = {.name = name};
    const TensorFile *file = tensors_open(session->arena, session->diag, session->path);
    if (!file ||
        !checkpoint_peek(session->arena, session->diag, file, &session->options, &graph, &peeked,
                         NULL) ||
        !peeked.found) {
        return printf("no %s\n", name) < 0;
    }
    printf("%s\n", dims_text(session->arena, peeked.shape.dim, peeked.shape.rank));
    return true;
}

static const struct Mode {
    const char *option;
    Reader *read;
    bool count_only;
} modes[] = {{"--count", NULL, true},
             {"--safetensors", read_safetensors, false},
             {"--zip", read_zip, false},
             {"--legacy", read_torch_legacy, false}};

static void take_ignore(Session *session, const char *pattern) {
    CheckpointOptions *options = &session->options;
    const char **list = NEW_ARRAY(session->arena, const char *, options->ignore_count + 1);
    for (int i = 0; i < options->ignore_count; i++) {
        list[i] = options->ignore[i];
    }
    list[options->ignore_count++] = pattern;
    options->ignore = list;
}

static bool take_names(Session *session, const char *path) {
    NameRule *rules = NULL;
    CheckpointOptions *options = &session->options;
    bool good = name_rules_read(session->arena, session->diag, path, &rules, &options->rule_count);
    options->rules = rules;
    return good;
}

/* Whether the word is an option about what is meant; *good false after a diagnostic. */
static bool take_option(Session *session, const char *word, bool *good) {
    CheckpointOptions *options = &session->options;
    if (strncmp(word, "--dict=", 7) == 0) {
        options->dict = word + 7;
    } else if (strncmp(word, "--under=", 8) == 0) {
        options->under = word + 8;
    } else if (strncmp(word, "--ignore=", 9) == 0) {
        take_ignore(session, word + 9);
    } else if (strncmp(word, "--names=", 8) == 0) {
        *good = take_names(session, word + 8) && *good;
    } else if (strcmp(word, "--strict") == 0) {
        options->strict = true;
    } else {
        return false;
    }
    return true;
}

static bool dump(Session *session, int count, char **text) {
    bool good = true;
    while (count > 2 && take_option(session, text[1], &good)) {
        count--;
        text++;
    }
    if (!good || !checkpoint_options_check(session->diag, &session->options)) {
        return false;
    }
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        if (strcmp(text[1], modes[i].option) == 0) {
            session->path = text[2];
            return dump_file(session, modes[i].read, modes[i].count_only);
        }
    }
    bool peeking = strcmp(text[1], "--peek") == 0, listing = strcmp(text[1], "--layers") == 0;
    session->path = text[1 + (peeking || listing)];
    if (listing) {
        return dump_layers(session);
    }
    if (peeking) {
        return dump_shape(session, text[3]);
    }
    if (count == 2) {
        return dump_file(session, NULL, false);
    }
    return dump_checkpoint(session, (Wanted){count - 2, text + 2});
}

int main(int count, char **text) {
    Session session = {.arena = arena_create()};
    if (!session.arena || count < 2 || arena_protect(session.arena)) {
        arena_destroy(session.arena);
        return 1;
    }
    session.diag = diag_create(session.arena, stdout);
    bool good = dump(&session, count, text);
    diag_finish(session.diag);
    arena_destroy(session.arena);
    return good ? 0 : 3;
}
