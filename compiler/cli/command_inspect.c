/* command_inspect.c - xnc inspect: what a file of weights or a folder is, and the command for it.
 *
 *   w.pth   ->   file      a zip archive of torch
 *                tensors   model: 276, 107.9 MB
 *                network   xception41: all of its 276 tensors are there, under "model."
 *                command   xnc compile xception41 --weights=w.pth -o out
 *
 * This is what a person runs first, on a file of which nothing is known: so nothing is asked for,
 * and what the file says goes through print_clean() or json_safe().
 */
#include <string.h>

#include "blob_facts.h"
#include "cc.h"
#include "clean.h"
#include "command.h"
#include "folder.h"
#include "inspect.h"
#include "inspect_tally.h"
#include "json_out.h"
#include "keras_network.h"
#include "map_file.h"
#include "reading.h"
#include "text_stream.h"

enum { MOST_SHOWN = 12, MOST_TOLD = 800 /* bytes of messages about the nearest network */ };

typedef struct Inspection {
    const Work *work;
    const char *path;           /* as given */
    const char *model;          /* the path, if it is a folder or file with a network; else NULL */
    const KerasNetwork *stated; /* by a file of Keras, in our language; NULL: none */
    const Description *described; /* of the folder */
    const TensorFile *tensors;
    FileTally tally;
    VariantFit fit;
} Inspection;

/* Nearly all of the network is there: what is wrong is a choice or a few tensors, which an option
 * settles. */
static bool is_close(const VariantFit *fit) {
    return fit->fit.needed > 0 && 10 * (int64_t)fit->fit.found >= 9 * (int64_t)fit->fit.needed;
}

/* What compiles the file, perhaps with a further option; NULL where it is of no network. */
static const char *command_for(const Inspection *found) {
    Arena *arena = found->work->arena;
    if (!found->fit.fits && !is_close(&found->fit)) {
        return NULL;
    }
    const char *classes = found->fit.headless ? " --classes=0" : "";
    const char *path = shell_word(arena, found->path);
    if (found->model) {
        return arena_printf(arena, "xnc compile %s%s -o out", path, classes);
    }
    return arena_printf(arena, "xnc compile %s --weights=%s%s -o out", found->fit.name, path,
                        classes);
}

/* ---- text ---- */

static void print_tensors(const Inspection *found) {
    const FileTally *tally = &found->tally;
    for (int i = 0; i < tally->dict_count && i < MOST_SHOWN; i++) {
        const DictTally *dict = &tally->dicts[i];
        print_clean(stdout, "tensors    %s: %d, %.1f MB\n", *dict->path ? dict->path : "(root)",
                    dict->tensors, 1e-6 * (double)dict->bytes);
    }
    if (tally->dict_count > MOST_SHOWN) {
        print_clean(stdout, "           and %d more dicts\n", tally->dict_count - MOST_SHOWN);
    }
    for (int i = 0; i < tally->type_count; i++) {
        print_clean(stdout, "type       %s: %d\n", tally->types[i].name, tally->types[i].tensors);
    }
    if (tally->others) {
        print_clean(stdout, "beside     %d entries that are no tensors\n", tally->others);
    }
    if (found->tensors->class_names) {
        print_clean(stdout, "labels     %lld under %s\n",
                    (long long)found->tensors->class_names->count,
                    found->tensors->class_names->key);
    }
}

/* The layers of a file of Keras: names, shapes and types of their variables. */
static void print_layers(const Inspection *found) {
    const TensorFile *file = found->tensors;
    const KerasModel *model = file->keras;
    for (int i = 0; model && i < model->layer_count && i < MOST_SHOWN; i++) {
        const KerasLayer *layer = &model->layers[i];
        for (int k = 0; k < layer->count; k++) {
            const Tensor *tensor = keras_tensor(file, layer, k);
            print_clean(stdout, "%s %s %s %s\n", k == 0 ? "layer     " : "          ", tensor->name,
                        dims_text(found->work->arena, tensor->dim, tensor->rank),
                        tensor->type_name);
        }
    }
    if (model && model->layer_count > MOST_SHOWN) {
        print_clean(stdout, "           and %d more layers, which --json lists\n",
                    model->layer_count - MOST_SHOWN);
    }
}

/* What was taken under other names, and what was left. */
static void print_record(const CheckpointRecord *record) {
    print_clean(stdout, "under      %s\n", *record->prefix ? record->prefix : "(no prefix)");
    if (record->instead) {
        print_clean(stdout, "averaged   taken; the plain weights are under %s\n",
                    *record->instead ? record->instead : "(no prefix)");
    }
    for (int i = 0; i < record->renamed_count && i < 3; i++) {
        const TakenName *name = &record->renamed[i];
        print_clean(stdout, "renamed    %s is %s (%s)\n", name->tensor, name->param, name->whose);
    }
    if (record->renamed_count > 3) {
        print_clean(stdout, "           and %d more\n", record->renamed_count - 3);
    }
    for (int i = 0; i < record->left_out_count && i < MOST_SHOWN; i++) {
        print_clean(stdout, "left out   %s: %d tensors\n", record->left_out[i].name,
                    record->left_out[i].count);
    }
    if (record->counters) {
        print_clean(stdout, "left out   %d counters of training\n", record->counters);
    }
}

/* The first messages, whole lines. */
static void print_told(const char *told) {
    size_t shown = 0;
    while (*told && shown < MOST_TOLD) {
        size_t length = strcspn(told, "\n");
        print_clean(stdout, "           %.*s\n", (int)length, told);
        told += length + (told[length] == '\n');
        shown += length;
    }
    if (*told) {
        print_clean(stdout, "           ...\n");
    }
}

/* The description that a file of Keras holds. */
static void print_stated(const Inspection *found) {
    const char *text = found->stated ? found->stated->source->text : "";
    for (bool first = true; *text; first = false) {
        size_t length = strcspn(text, "\n");
        print_clean(stdout, "%s %.*s\n", first ? "describes " : "          ", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

static void print_network(const Inspection *found) {
    const VariantFit *fit = &found->fit;
    bool of_keras = found->model && found->tensors->keras;
    if (of_keras && !fit->fits && !found->stated) {
        print_clean(stdout, "network    none of this family:\n");
        print_told(fit->told);
        return;
    }
    if (!fit->fits && fit->fit.needed == 0) {
        print_clean(stdout, "network    none that is known\n");
        return;
    }
    if (!fit->fits) {
        print_clean(stdout, "network    %s%s, of whose %d tensors %d are there%s:\n",
                    is_close(fit) ? "" : "none that is known; the nearest is ", fit->name,
                    fit->fit.needed, fit->fit.found, is_close(fit) ? ", but" : "");
        print_told(fit->told);
        return;
    }
    print_clean(stdout, "network    %s: %d of its %d tensors are there%s\n", fit->name,
                fit->fit.found, fit->fit.needed,
                fit->headless ? ", all but the classifier" : ", as it needs");
    print_record(fit->record);
    print_clean(stdout, "input      %lld channels\n", (long long)fit->inputs);
    if (fit->classes) {
        print_clean(stdout, "classes    %lld\n", (long long)fit->classes);
    } else {
        print_clean(stdout, "classes    none: the output is the pooled vector\n");
    }
}

static void print_inspection(const Inspection *found) {
    print_clean(stdout, "file       %s: %s\n", found->tensors->path,
                found->tensors->container ? found->tensors->container : "weights");
    if (found->tensors->writer) {
        print_clean(stdout, "writer     %s\n", found->tensors->writer);
    }
    if (found->tensors->published) {
        const PublishedFile *published = found->tensors->published;
        printf("published  %s: %s\n", published->name, published->what);
    }
    if (found->described && found->described->config_path) {
        print_clean(stdout, "config     %s\n", found->described->config_path);
    }
    print_tensors(found);
    print_layers(found);
    print_stated(found);
    print_network(found);
    const char *command = command_for(found);
    if (command) {
        print_clean(stdout, "command    %s%s\n", command,
                    found->fit.fits ? "" : " and what the hint says");
    }
}

/* ---- JSON ---- */

static json_t *record_json(Arena *arena, const CheckpointRecord *record) {
    json_t *object = json_root(arena, json_object());
    json_t *renamed = json_root(arena, json_array()), *left = json_root(arena, json_array());
    for (int i = 0; i < record->renamed_count; i++) {
        const TakenName *name = &record->renamed[i];
        json_append_object(arena, renamed, "{s:s, s:s, s:s}", "tensor",
                           json_safe(arena, name->tensor), "is", json_safe(arena, name->param),
                           "whose", json_safe(arena, name->whose));
    }
    for (int i = 0; i < record->left_out_count; i++) {
        json_append_object(arena, left, "{s:s, s:i}", "name",
                           json_safe(arena, record->left_out[i].name), "tensors",
                           record->left_out[i].count);
    }
    json_member(arena, object, "under", json_string(json_safe(arena, record->prefix)));
    json_member(arena, object, "averaged", json_boolean(record->instead != NULL));
    json_member(arena, object, "renamed", json_incref(renamed));
    json_member(arena, object, "left_out", json_incref(left));
    json_member(arena, object, "counters", json_integer(record->counters));
    return json_incref(object);
}

static json_t *tally_json(Arena *arena, const FileTally *tally, bool dicts) {
    json_t *array = json_root(arena, json_array());
    for (int i = 0; dicts && i < tally->dict_count; i++) {
        const DictTally *dict = &tally->dicts[i];
        json_append_object(arena, array, "{s:s, s:i, s:I}", "dict", json_safe(arena, dict->path),
                           "tensors", dict->tensors, "bytes", (json_int_t)dict->bytes);
    }
    for (int i = 0; !dicts && i < tally->type_count; i++) {
        json_append_object(arena, array, "{s:s, s:i}", "type",
                           json_safe(arena, tally->types[i].name), "tensors",
                           tally->types[i].tensors);
    }
    return json_incref(array);
}

static json_t *layer_json(Arena *arena, const TensorFile *file, const KerasLayer *layer) {
    json_t *object = json_root(arena, json_object());
    json_t *variables = json_root(arena, json_array());
    for (int k = 0; k < layer->count; k++) {
        const Tensor *tensor = keras_tensor(file, layer, k);
        json_t *shape = json_root(arena, json_array());
        for (int i = 0; i < tensor->rank; i++) {
            json_append_object(arena, shape, "I", (json_int_t)tensor->dim[i]);
        }
        json_append_object(arena, variables, "{s:s, s:O, s:s}", "name",
                           json_safe(arena, tensor->name), "shape", shape, "type",
                           tensor->type_name);
    }
    json_member(arena, object, "layer", json_string(json_safe(arena, layer->group)));
    json_member(arena, object, "variables", json_incref(variables));
    return json_incref(object);
}

static json_t *layers_json(Arena *arena, const TensorFile *file) {
    json_t *array = json_root(arena, json_array());
    for (int i = 0; i < file->keras->layer_count; i++) {
        json_append_object(arena, array, "o", layer_json(arena, file, &file->keras->layers[i]));
    }
    return json_incref(array);
}

static void print_inspection_json(const Inspection *found) {
    Arena *arena = found->work->arena;
    const VariantFit *fit = &found->fit;
    const char *container = found->tensors->container, *command = command_for(found);
    json_t *root = json_root(arena, json_object());
    json_member(arena, root, "file", json_string(json_safe(arena, found->tensors->path)));
    json_member(arena, root, "container", json_string(container ? container : "weights"));
    if (found->tensors->writer) {
        json_member(arena, root, "writer", json_string(json_safe(arena, found->tensors->writer)));
    }
    if (found->tensors->published) {
        json_member(arena, root, "published", json_string(found->tensors->published->name));
    }
    json_member(arena, root, "dicts", tally_json(arena, &found->tally, true));
    json_member(arena, root, "types", tally_json(arena, &found->tally, false));
    if (found->tensors->keras) {
        json_member(arena, root, "layers", layers_json(arena, found->tensors));
    }
    if (found->stated) {
        json_member(arena, root, "describes", json_string(found->stated->source->text));
    }
    json_member(arena, root, "network",
                fit->fit.needed > 0 ? json_string(json_safe(arena, fit->name)) : json_null());
    json_member(arena, root, "fits", json_boolean(fit->fits));
    json_member(arena, root, "found", json_integer(fit->fit.found));
    json_member(arena, root, "needed", json_integer(fit->fit.needed));
    if (fit->fits) {
        json_member(arena, root, "record", record_json(arena, fit->record));
        json_member(arena, root, "inputs", json_integer(fit->inputs));
        json_member(arena, root, "classes", json_integer(fit->classes));
        json_member(arena, root, "command", json_string(json_safe(arena, command)));
    } else {
        json_member(arena, root, "messages", json_string(json_safe(arena, fit->told)));
    }
    json_print(arena, root);
}

/* ---- our own files ---- */

static void print_blob_json(Arena *arena, const char *path, const BlobFacts *facts,
                            const BlobOrigin *origin) {
    json_t *root = json_root(arena, json_object());
    const char *precision = precision_name(facts->precision);
    json_member(arena, root, "file", json_string(json_safe(arena, path)));
    json_member(arena, root, "container", json_string("weights of xnc"));
    json_member(arena, root, "version", json_integer(facts->version));
    json_member(arena, root, "whole", json_boolean(facts->whole));
    json_member(arena, root, "bytes", json_integer((json_int_t)facts->bytes));
    json_member(arena, root, "precision", json_string(precision));
    json_member(arena, root, "weights_type", json_string(blob_weights_type(facts)));
    json_member(arena, root, "inputs", json_integer(facts->inputs));
    json_member(arena, root, "outputs", json_integer(facts->outputs));
    json_member(arena, root, "network", origin->name ? json_string(origin->name) : json_null());
    json_member(arena, root, "packed_for",
                origin->target ? json_string(origin->target) : json_null());
    json_print(arena, root);
}

/* How a network in int8 is planned, as far as that is known. */
static const char *plan_of(const BlobFacts *facts, const BlobOrigin *origin) {
    if (facts->precision != PRECISION_int8 || !origin->name) {
        return "";
    }
    static const char *const plans[][MAPS_KEPT] = {
        {" (pairs of weights free)", " (pairs of weights free, large maps in 8 bits)",
         " (pairs of weights free, all maps in 8 bits)"},
        {" (pairs of weights restricted)", " (pairs of weights restricted, large maps in 8 bits)",
         " (pairs of weights restricted, all maps in 8 bits)"},
        {" (fours of weights restricted)", " (fours of weights restricted, large maps in 8 bits)",
         " (fours of weights restricted, all maps in 8 bits)"}};
    return plans[origin->together / 2][origin->maps];
}

static void print_blob(const char *path, const BlobFacts *facts, const BlobOrigin *origin) {
    bool int8 = facts->precision == PRECISION_int8;
    print_clean(stdout, "file       %s: weights that xnc has written, version %u of the format\n",
                path, facts->version);
    if (!facts->is_ours) {
        print_clean(stdout, "state      of another version of xnc or byte order: compile anew\n");
        return;
    }
    print_clean(stdout, "state      %s\n",
                facts->whole ? "whole: the digest of the content is right"
                             : "damaged: the size, the digest or the header is wrong");
    print_clean(stdout, "precision  %s%s\n", precision_name(facts->precision),
                plan_of(facts, origin));
    print_clean(stdout, "weights    of products in %s, %.1f MB in all\n", blob_weights_type(facts),
                (double)facts->bytes * 1e-6);
    print_clean(stdout, "network    %s\n",
                origin->name ? origin->name
                : int8       ? "none that is known, or one with other options or other products "
                               "in int8"
                             : "none that is known, or one with other options");
    print_clean(stdout, "packed     for %s\n",
                origin->target ? origin->target : "a target, size or tuning that was not tried");
    print_clean(stdout, "channels   %lld in, %lld out\n", (long long)facts->inputs,
                (long long)facts->outputs);
}

/* A file of weights that the tool has written. */
static ExitCode inspect_own(const Work *work, const char *path, const BlobFacts *facts, bool json) {
    BlobOrigin origin = {NULL, NULL, false, MAPS_NONE};
    if (facts->is_ours) {
        origin = inspect_blob(work, facts);
    }
    if (json) {
        print_blob_json(work->arena, path, facts, &origin);
    } else {
        print_blob(path, facts, &origin);
    }
    return facts->is_ours && facts->whole ? EXIT_DONE : EXIT_MODEL;
}

/* ---- the command ---- */

/* Where a file of Keras states its network the file is MODEL itself. */
static void read_stated(Inspection *found) {
    const Work *work = found->work;
    const TensorFile *file = found->tensors;
    if (file->keras && file->keras->config) {
        TextStream *told = text_stream_open(work->arena); /* opening it as MODEL tells the same */
        Diag *diag = diag_create(work->arena, text_stream_file(told));
        found->stated = keras_network(work->arena, diag, file);
        found->model = found->path;
        text_stream_close(told, NULL);
    }
}

/* --describe: the description alone, or why there is none. */
static ExitCode describe(const Inspection *found) {
    const Work *work = found->work;
    const TensorFile *file = found->tensors;
    if (!file->keras || !file->keras->config) {
        diag_in(work->diag, DIAG_FILE, found->path, NULL, NULL,
                "states no network that could be described: only whole models of Keras do");
        return EXIT_MODEL;
    }
    const KerasNetwork *network = keras_network(work->arena, work->diag, file);
    if (!network) {
        return EXIT_MODEL;
    }
    fputs(network->source->text, stdout);
    return EXIT_DONE;
}

/* The path of the file: of a folder the weights that stand in it, of one of Keras the folder. NULL
 * after a diagnostic. */
static const char *file_of(Inspection *found) {
    const Work *work = found->work;
    if (!is_folder(found->path) || model_is_keras(work->arena, found->path)) {
        return found->path;
    }
    found->described = description_open(work->arena, work->diag, found->path);
    if (!found->described) {
        return NULL;
    }
    found->model = found->path;
    if (!found->described->hub_weights) {
        diag_in(work->diag, DIAG_FILE, found->path, NULL,
                "the folder has a network and no weights: xnc compile FOLDER --weights=FILE",
                "holds no file of weights");
    }
    return found->described->hub_weights;
}

/* A file of weights that is not the tool's own. */
static ExitCode inspect_weights(Inspection *found, const char *path, const Options *options) {
    const Work *work = found->work;
    TensorFile *tensors = tensors_open(work->arena, work->diag, path);
    if (!tensors) {
        return EXIT_MODEL;
    }
    found->tensors = tensors;
    if (options->describe) {
        return describe(found);
    }
    read_stated(found);
    found->tally = inspect_tally(work->arena, tensors);
    found->fit = inspect_checkpoint(work, tensors, found->model);
    if (options->json) {
        print_inspection_json(found);
    } else {
        print_inspection(found);
    }
    return found->fit.fits ? EXIT_DONE : EXIT_MODEL;
}

ExitCode command_inspect(const Work *work, const Options *options) {
    Inspection found = {.work = work, .path = options->operands[0]};
    const uint8_t *data;
    size_t size;
    BlobFacts facts;
    const char *path = file_of(&found);
    if (!path) {
        return EXIT_MODEL;
    }
    if (is_folder(path)) {
        return inspect_weights(&found, path, options);
    }
    if (!map_file(work->arena, work->diag, path, &data, &size)) {
        return EXIT_MODEL;
    }
    return blob_recognise(data, size, &facts) ? inspect_own(work, path, &facts, options->json)
                                              : inspect_weights(&found, path, options);
}
