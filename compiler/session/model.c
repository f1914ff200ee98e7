/* model.c - MODEL and a path -> the description, the file of weights, and what follows from both:
 * the names of the classes, the preprocessing that the weights need.
 */
#include "model.h"

#include <string.h>

#include "file.h"
#include "keras_network.h"
#include "labels_folder.h"

/* The rows of the description, behind those of the person. */
static bool add_renames(const Work *work, const Description *description, NameRule **rules,
                        int *count) {
    bool good = true;
    for (int i = 0; i < description->n_renames; i++) {
        NameRule rule;
        const char *text = description->renames[i];
        const char *fault = name_rule_parse(work->arena, text, strlen(text), &rule);
        if (fault) {
            good = diag_at(work->diag, DIAG_SCHEMA, description->rename_locs[i],
                           "a row is like 'net.stage{i} = blocks.{i-1}'", "the row %s", fault);
            continue;
        }
        *rules = arena_room(work->arena, *rules, *count, sizeof **rules);
        (*rules)[(*count)++] = rule;
    }
    return good;
}

/* What tensors of the file are called, and which of them are meant. */
static bool open_reading(const Work *work, const char *names, Model *model) {
    NameRule *rules = NULL;
    int count = 0;
    if (!checkpoint_options_check(work->diag, &model->reading) ||
        (names && !name_rules_read(work->arena, work->diag, names, &rules, &count))) {
        return false;
    }
    model->asked_rules = count;
    if (!add_renames(work, model->description, &rules, &count)) {
        return false;
    }
    model->reading.rules = rules;
    model->reading.rule_count = count;
    return true;
}

/* Integers need a file of --quant, and nothing else has a use for one. */
static bool open_quant(const Work *work, const ModelRequest *request, Model *model) {
    bool int8 = request->asked.precision == PRECISION_int8;
    if (int8 && !request->quant) {
        return diag_at(work->diag, DIAG_VALUE, (Loc){0}, "say --quant=NAME.quant",
                       "--precision=int8 needs the numbers of the network's integers");
    }
    if (!int8 && request->quant) {
        return diag_in(work->diag, DIAG_FILE, request->quant, NULL, "say --precision=int8 as well",
                       "is of no use in another precision than int8");
    }
    model->quant = int8 ? quant_read(work->arena, work->diag, request->quant) : NULL;
    return !int8 || model->quant;
}

/* A file of Keras says nothing of the network's names: its layers are those of the description in
 * their order, classifier included, whatever of it is asked for. */
static TensorFile *by_order(const Work *work, const Model *model) {
    ModelOptions whole = model_options();
    whole.head = model->asked.head;
    const Graph *graph = description_build(work->arena, work->diag, model->description, &whole);
    bool classifies = model->asked.classes != 0 && !model->asked.features_only;
    return graph ? keras_view_by_order(work->arena, work->diag, model->file, graph, classifies)
                 : NULL;
}

bool model_is_keras(Arena *arena, const char *name) {
    return ends_with(name, ".keras") || ends_with(name, ".h5") || ends_with(name, ".hdf5") ||
           keras_is_folder(arena, name);
}

/* What to do with a file of weights alone, or of a network alone. */
static bool needs_other(const Work *work, const char *path, bool network) {
    return network ? diag_in(work->diag, DIAG_FILE, path, NULL, NULL,
                             "states a network and holds no weights")
                   : diag_in(work->diag, DIAG_FILE, path, NULL,
                             "MODEL says of which network: xnc compile keras-xception "
                             "--weights=FILE",
                             "holds weights and no network");
}

/* A file of Keras as MODEL: it describes its network, and has the weights unless others are given.
 */
static Description *open_keras(const Work *work, const ModelRequest *request, Model *model) {
    Arena *arena = work->arena;
    bool other = request->weights && strcmp(request->weights, request->name) != 0;
    TensorFile *file = request->tensors && !other ? request->tensors
                                                  : tensors_open(arena, work->diag, request->name);
    if (!file) {
        return NULL;
    }
    if (!file->keras || !file->keras->config || !file->keras->layer_count) {
        needs_other(work, request->name, file->keras && file->keras->config);
        return NULL;
    }
    const KerasNetwork *network = keras_network(arena, work->diag, file);
    Description *description =
        network ? description_parse(arena, work->diag, network->source) : NULL;
    if (description) {
        description->preprocess_from = network->scales_input ? FROM_INSIDE : FROM_HABIT;
    }
    if (description && !other) {
        model->weights = request->name;
        model->file = file;
        model->tensors = keras_view(arena, work->diag, file, network->taken, network->taken_count);
    }
    return !description || (!other && !model->tensors) ? NULL : description;
}

/* The description that MODEL means; of a file of Keras its weights too. */
static Description *open_description(const Work *work, const ModelRequest *request, Model *model) {
    return model_is_keras(work->arena, request->name)
               ? open_keras(work, request, model)
               : description_open(work->arena, work->diag, request->name);
}

/* The file of weights, unless the description came with it. */
static bool open_weights(const Work *work, const ModelRequest *request, Model *model) {
    model->file = request->tensors;
    if (model->weights && !model->file) {
        model->file = tensors_open(work->arena, work->diag, model->weights);
    }
    bool renamed = model->file && model->file->keras;
    model->tensors = renamed ? by_order(work, model) : model->file;
    return !model->weights || model->tensors;
}

bool model_open(const Work *work, const ModelRequest *request, Model *model) {
    *model = (Model){.asked = request->asked, .reading = request->reading, .seed = request->seed};
    Description *description = open_description(work, request, model);
    if (!description) {
        return false;
    }
    model->description = description;
    if (!request->weights && !request->tensors && description->hub_choice) {
        return diag_in(work->diag, DIAG_FILE, request->name, NULL,
                       "say which one holds the weights: --weights=FILE",
                       "has several files that may hold the weights: %s", description->hub_choice);
    }
    if (request->weights) {
        description_match_file(description, base_name(request->weights));
    }
    bool read = model->tensors != NULL;
    if (!read) {
        model->weights = request->weights ? request->weights : description->hub_weights;
    }
    return open_reading(work, request->names, model) && open_quant(work, request, model) &&
           (read || open_weights(work, request, model));
}

bool model_not_forgotten(const Work *work, const Model *model) {
    const char *config = model->description->config_path;
    return model->weights || !config ||
           diag_in(
               work->diag, DIAG_FILE, config, NULL,
               "give them by --weights=FILE, or the network's name as MODEL to compile it alone",
               "has no weights beside it");
}

bool ranks_classes(const Graph *graph) {
    const Node *last = graph->outputs[0]->def;
    while (last && (node_has(last, HANDS_OUT) || last->op == OP_activation)) {
        last = last->in[0]->def;
    }
    bool classifies = graph->scores != SCORES_NONE || (last && last->op == OP_softmax);
    return graph->n_outputs == 1 && last && (classifies || last->op == OP_linear);
}

/* One output tells two classes apart. */
static bool names_fit(int64_t names, int64_t classes) {
    return names == classes || (classes == 1 && names == 2);
}

const Labels *output_labels(Arena *arena, const Labels *labels, int64_t outputs) {
    if (!labels || labels->count <= outputs) {
        return labels;
    }
    Labels *second = NEW(arena, Labels);
    *second =
        (Labels){labels->names + 1, labels->words ? labels->words + 1 : NULL, 1, labels->origin};
    return second;
}

const char *answer_label(const Labels *labels, int class) {
    bool single = labels && labels->count == 1;
    return label_text(labels, single ? 0 : class);
}

/* The names that the file of weights states; NULL when it has none for so many classes, or one that
 * cannot be shown. */
static const Labels *labels_of_weights(const Work *work, const Model *model, int64_t classes) {
    const ClassNames *names = model->tensors ? model->tensors->class_names : NULL;
    if (!names || !names_fit(names->count, classes)) {
        return NULL;
    }
    for (int64_t i = 0; i < names->count; i++) {
        if (!label_fits(names->at[i], strlen(names->at[i]))) {
            return NULL;
        }
    }
    diag_note(work->diag, "the classes have the names of %s in %s", names->key, model->weights);
    Labels *labels = NEW(work->arena, Labels);
    *labels = (Labels){names->at, NULL, names->count, model->weights};
    return labels;
}

/* config.json is the folder's word about itself; what was trained knows better than the
 * description, whose labels are those of its published weights. */
static const Labels *known_labels(const Work *work, const Model *model, int64_t classes) {
    const Description *description = model->description;
    const Labels *described = description->labels;
    bool of_config = described && description->config_path &&
                     strcmp(described->origin, description->config_path) == 0;
    const Labels *saved = of_config ? NULL : labels_of_weights(work, model, classes);
    return saved ? saved : described;
}

/* The description's own labels say nothing about another number of classes. */
bool model_labels(const Work *work, const Model *model, const char *path, int64_t classes,
                  const Labels **labels) {
    *labels =
        path ? labels_open(work->arena, work->diag, path) : known_labels(work, model, classes);
    if (path && *labels && !names_fit((*labels)->count, classes)) {
        return diag_in(work->diag, DIAG_FILE, path, NULL, NULL,
                       "has %lld labels, the network has %lld classes", (long long)(*labels)->count,
                       (long long)classes);
    }
    if (*labels && !names_fit((*labels)->count, classes)) {
        *labels = NULL;
    }
    return !path || *labels;
}

/* "2 classes": why the scores are what they are. */
static const char *scores_reason(Arena *arena, const Model *model, const Graph *graph) {
    int64_t classes = graph->outputs[0]->shape.dim[1];
    if (model->asked.scores >= 0) {
        return "as --scores says";
    }
    if (model->description->scores >= 0) {
        return arena_printf(arena, "as %s says", model->description->source->path);
    }
    if (graph->scores == SCORES_NONE) {
        return "the network ends in an activation";
    }
    return classes == 1 ? "it has one output"
                        : arena_printf(arena, "it has %lld classes", (long long)classes);
}

void model_tell_scores(const Work *work, const Model *model, const Graph *graph) {
    if (model->weights && ranks_classes(graph)) {
        const char *reason = scores_reason(work->arena, model, graph);
        if (graph->scores == SCORES_NONE) {
            diag_note(work->diag, "scores are the outputs themselves: %s", reason);
        } else {
            diag_note(work->diag, "scores by %s: %s", scores_name(graph->scores), reason);
        }
    }
}

/* "0.5", or "0.485 0.456 0.406" where the channels differ. */
static const char *numbers_text(Arena *arena, const double numbers[4], int64_t channels) {
    const char *text = arena_printf(arena, "%.4g", numbers[0]);
    bool same = true;
    for (int64_t i = 1; i < channels && i < 4; i++) {
        same = same && numbers[i] == numbers[0];
    }
    for (int64_t i = 1; !same && i < channels && i < 4; i++) {
        text = arena_printf(arena, "%s %.4g", text, numbers[i]);
    }
    return text;
}

/* "; another is xception41.ra3_in1k": what MODEL may name instead of the default tag. */
static const char *other_tags(Arena *arena, const Description *description) {
    const char *text = "";
    for (int i = 1; i < description->n_weights; i++) {
        text = arena_printf(arena, "%s%s %s.%s", text, i > 1 ? "," : "; another is",
                            description->name, description->weights[i].tag);
    }
    return text;
}

/* "as config.json says; mean, std as preprocessor_config.json says; crop_pct is in neither, taken
 * from the description" */
static const char *reason_of_files(Arena *arena, const Description *description) {
    const char *text = arena_printf(arena, "as %s says", description->config_path);
    if (description->beside_keys) {
        text = arena_printf(arena, "%s; %s as %s says", text, description->beside_keys,
                            description->beside_path);
    }
    return description->config_lacks
               ? arena_printf(arena, "%s; it lacks %s, taken from %s", text,
                              description->config_lacks, description->source->path)
               : text;
}

/* Where the preprocessing comes from, as far as no option was given. */
static const char *reason(Arena *arena, const Model *model) {
    const Description *description = model->description;
    const char *tag = description->chosen ? description->chosen->tag : "";
    switch (description->preprocess_from) {
    case FROM_CONFIG:
        return reason_of_files(arena, description);
    case FROM_TAG:
        return arena_printf(arena, "that of the tag %s, as MODEL says", tag);
    case FROM_FILE:
        return arena_printf(arena, "that of the tag %s, which %s was released for", tag,
                            base_name(model->weights));
    case FROM_DEFAULT_TAG:
        return arena_printf(arena, "that of the default tag %s%s", tag,
                            other_tags(arena, description));
    case FROM_INSIDE:
        return arena_printf(arena,
                            "as %s has it inside; an array holds values as they are behind that",
                            description->source->path);
    case FROM_HABIT:
        return "as preprocess_input of Keras' Xception has it, since the file does not say; "
               "--values=0..1 is for pixels that were scaled by 1/255";
    case FROM_DESCRIPTION:
        break;
    }
    return arena_printf(arena, "as %s says", description->source->path);
}

void model_tell_precision(const Work *work, const Graph *graph) {
    static const char *const does[PRECISION_COUNT] = {
        [PRECISION_bf16] = "round their operands to bf16 and add in f32; maps, ",
        [PRECISION_int8] = "that are planned so take integers of 8 bits and add exactly; maps that "
                           "are not planned to be kept in 8 bits, "};
    if (does[graph->precision]) {
        diag_note(work->diag,
                  "%s: products of convolutions %sdepthwise stages, the first convolution and the "
                  "classifier stay f32",
                  precision_name(graph->precision), does[graph->precision]);
    }
    if (graph->weights_type == ELEMENT_f16) {
        diag_note(work->diag, "weights in f16: those of all products but the first convolution are "
                              "rounded to f16 where they are stored; the arithmetic stays f32");
    }
}

/* The same with what the options changed. */
static const char *whole_reason(Arena *arena, const Model *model) {
    bool whole;
    const char *asked = preprocess_asked(arena, &model->asked.preprocess, &whole);
    const char *rest = reason(arena, model);
    if (whole) {
        return "as the options say";
    }
    return asked ? arena_printf(arena, "%s as the options say; the rest %s", asked, rest) : rest;
}

/* What is done before the resize, for the note; "" for nothing. */
static const char *before_resize(Arena *arena, const Preprocess *preprocess) {
    const char *exif = preprocess->exif ? ", turned as EXIF says" : "";
    return preprocess->margin > 0
               ? arena_printf(arena, "%s, squares of %g times a box", exif, preprocess->margin)
               : exif;
}

void model_tell_preprocess(const Work *work, const Model *model, const Graph *graph) {
    const Preprocess *preprocess = &graph->preprocess;
    int64_t channels = graph->input->shape.dim[1];
    const char *how = preprocess->multiplies ? " by one product as Keras' Rescaling" : "";
    if (!model->weights) {
        return;
    }
    diag_note(
        work->diag, "assumes pictures of %lldx%lld%s, %s, crop %g (%s), mean %s, std %s%s: %s",
        (long long)preprocess->test_size[0], (long long)preprocess->test_size[1],
        before_resize(work->arena, preprocess), preprocess->interpolation, preprocess->crop_pct,
        preprocess->crop_mode, numbers_text(work->arena, preprocess->mean, channels),
        numbers_text(work->arena, preprocess->std, channels), how,
        whole_reason(work->arena, model));
}
