/* model_graph.c - a model -> its graph, with the two ends that the file of weights decides: how
 * many channels the first convolution reads, and how many classes the classifier tells apart.
 *
 *   head.fc.weight [37,2048] in the file, no --classes      ->   a graph with 37 classes
 *   stem.0.conv.weight [32,2,3,3] in it, no --in-chans      ->   an input of 2 channels
 *   stem.0.conv.weight [32,3,3,3] in it and --in-chans=2    ->   2 channels, the weight adapted
 *
 * So a fine-tuned network loads without --classes and --in-chans. Only shapes of the first
 * convolution and of the head are looked at, before the graph is finished. A head of several layers
 * must be described, as activations are not in the file. When config.json states another number,
 * the error quotes both:
 *
 *   my/config.json: num_classes: error: is 10, but head.fc.weight of model.safetensors has 1000
 * rows
 */
#include "model_graph.h"

#include "file.h"
#include "quant_fit.h"
#include "quant_plan.h"

/* A look into the file of weights. */
typedef struct Peek {
    const Work *work;
    const Model *model;
    const Draft *draft;
} Peek;

/* Reports that config.json states one number under a key and a tensor of the weights has another;
 * lead and unit are words of the message. option names an option that would settle it in favour of
 * the tensor; NULL: none does. Returns false. */
static bool contradicts(const Peek *at, const char *key, const char *lead, int64_t stated,
                        const char *tensor, int64_t found, const char *unit, const char *option) {
    const char *name = base_name(at->model->weights),
               *hint = "one of the two files is of another network";
    if (option) {
        hint = arena_printf(at->work->arena, "%s; %s=%lld takes the side of the weights", hint,
                            option, (long long)found);
    }
    return diag_in(at->work->diag, DIAG_SHAPE, at->model->description->config_path, key, hint,
                   "%s %lld, but %s of %s has %lld %s", lead, (long long)stated, tensor, name,
                   (long long)found, unit);
}

/* --in-chans is not contradicted: the first convolution of the file can be adapted to it. */
static bool learn_channels(const Peek *at, const PeekedShape *conv, CheckpointEnds *ends) {
    const Description *description = at->model->description;
    if (!conv->found || conv->shape.rank != 4) {
        return true;
    }
    ends->in_chans = conv->shape.dim[1];
    if (at->model->asked.in_chans > 0 || ends->in_chans == description->in_chans) {
        return true;
    }
    if (description->channels_key) {
        return contradicts(at, description->channels_key, "the channels are", description->in_chans,
                           description->first_conv, ends->in_chans, "input channels", "--in-chans");
    }
    diag_note(at->work->diag, "%s has %lld input channels", at->model->weights,
              (long long)ends->in_chans);
    return true;
}

/* The pooling decides how many features the classifier reads: catavgmax doubles them. Checked only
 * for config.json without --pool, as anything else was chosen by the user. */
static bool check_features(const Peek *at, const Shape *shape) {
    const Description *description = at->model->description;
    const char *key = description->pool_key ? description->pool_key : "global_pool";
    int64_t features = draft_features(at->draft);
    bool matters =
        description->config_path && at->model->asked.pool < 0 && shape->rank == 2 && features;
    return !matters || features == shape->dim[1] ||
           contradicts(at, key, "the features are", features, description->classifier,
                       shape->dim[1], "columns", NULL);
}

static void learnt_classes(const Peek *at, CheckpointEnds *ends, int64_t classes) {
    ends->classes = classes;
    diag_note(at->work->diag, "%s has %lld class%s", at->model->weights, (long long)classes,
              classes == 1 ? "" : "es");
}

/* --classes overrides the file: the classifier is then another one or is left out. */
static bool learn_classes(const Peek *at, const PeekedShape *classifier, CheckpointEnds *ends) {
    const Description *description = at->model->description;
    int64_t classes = classifier->shape.dim[0];
    if (!classifier->found) {
        return true;
    }
    if (!check_features(at, &classifier->shape)) {
        return false;
    }
    bool stated = at->model->asked.head && draft_states_classes(at->draft);
    if (at->model->asked.classes >= 0 || stated || classes == draft_classes(at->draft)) {
        return true;
    }
    if (description->classes_key) {
        return contradicts(at, description->classes_key, "is", description->classes,
                           description->classifier, classes, "rows", "--classes");
    }
    learnt_classes(at, ends, classes);
    return true;
}

/* The text of a head for --head, with a mark where the file does not say what is between. */
static const char *head_text(Arena *arena, const HeadModules *head) {
    const char *text = "";
    bool after_linear = false;
    for (int i = 0; i < head->count; i++) {
        const HeadModule *module = &head->at[i];
        const char *comma = i == 0 ? "" : after_linear ? ", ?, " : ", ";
        text = module->norm
                   ? arena_printf(arena, "%s%snorm", text, comma)
                   : arena_printf(arena, "%s%slinear %lld", text, comma, (long long)module->rows);
        after_linear = after_linear || !module->norm;
    }
    return text;
}

/* What else must be asked for: a first layer that reads each channel twice. */
static const char *pool_text(const Peek *at, const HeadModules *head) {
    bool twice = head->at[0].columns == 2 * draft_channels(at->draft);
    bool asked = draft_features(at->draft) == 2 * draft_channels(at->draft);
    return twice && !asked
               ? "; its first layer reads each channel twice: --pool=catmaxavg (fastai: "
                 "maxima, then averages) or catavgmax (timm)"
               : "";
}

/* A head of other layers than the network's: what stands between them is not in the file.
 */
static bool propose_head(const Peek *at, const HeadModules *head) {
    Arena *arena = at->work->arena;
    return diag_in(at->work->diag, DIAG_SHAPE, at->model->weights, head->at[0].name,
                   arena_printf(arena,
                                "say it: --head='%s', with an activation in place of each ?, or "
                                "nothing%s",
                                head_text(arena, head), pool_text(at, head)),
                   "the head has %d layers with weights; what is between them is not in the file",
                   head->count);
}

/* The file's widths and biases, for what the text of the head leaves open; the number of classes
 * unless it is stated. */
static bool take_head(const Peek *at, const HeadModules *head, CheckpointEnds *ends) {
    int last = head->count - 1;
    bool norms[LIMIT_HEAD_LAYERS];
    for (int i = 0; i < head->count; i++) {
        norms[i] = head->at[i].norm;
    }
    if (!draft_head_is(at->draft, norms, head->count)) {
        return propose_head(at, head);
    }
    ends->n_head = head->count;
    for (int i = 0; i < head->count; i++) {
        ends->head[i].width = head->at[i].rows;
        ends->head[i].bias = head->at[i].bias >= 0;
    }
    while (head->at[last].norm) {
        last--;
    }
    int64_t classes = head->at[last].rows;
    bool open = !at->model->asked.head || !draft_states_classes(at->draft);
    if (open && at->model->asked.classes < 0 && classes != draft_classes(at->draft)) {
        learnt_classes(at, ends, classes);
    }
    return true;
}

/* The head, where it has several layers with tensors, in the network or in the file. */
static bool learn_head(const Peek *at, const PeekedHead *head, CheckpointEnds *ends) {
    const HeadModules *modules = &head->modules;
    if (draft_has_sequence(at->draft)) {
        return modules->count == 0 || take_head(at, modules, ends);
    }
    return modules->count > 1 ? propose_head(at, modules)
                              : learn_classes(at, &head->classifier, ends);
}

/* Both ends; false after a diagnostic. Features alone need no head. */
static bool learn_ends(const Peek *at, CheckpointEnds *ends) {
    const Description *description = at->model->description;
    const Graph *graph = draft_graph(at->draft);
    bool sequence = draft_has_sequence(at->draft);
    bool needed = draft_classes(at->draft) > 0 && !graph->features_only;
    PeekedShape conv = {.name = description->first_conv};
    PeekedHead head = {.classifier = {.name = description->classifier},
                       .columns = sequence ? 0 : draft_features(at->draft),
                       .of_map = draft_classifies_map(at->draft),
                       .channels = draft_channels(at->draft)};
    return checkpoint_peek(at->work->arena, at->work->diag, at->model->tensors, &at->model->reading,
                           graph, &conv, needed ? &head : NULL) &&
           learn_channels(at, &conv, ends) && (!needed || learn_head(at, &head, ends));
}

/* The draft once more where the file has another number of channels than was assumed: all that
 * follows from the input's shape was checked with that. */
static Draft *with_channels(const Peek *at, Draft *draft, const CheckpointEnds *ends) {
    ModelOptions asked = at->model->asked;
    if (asked.in_chans > 0 || ends->in_chans == 0 ||
        ends->in_chans == at->model->description->in_chans) {
        return draft;
    }
    asked.in_chans = ends->in_chans;
    return description_draft(at->work->arena, at->work->diag, at->model->description, &asked);
}

Graph *model_graph(const Work *work, const Model *model) {
    Draft *draft = description_draft(work->arena, work->diag, model->description, &model->asked);
    CheckpointEnds ends = unknown_ends();
    Peek at = {work, model, draft};
    if (!draft || (model->weights && !learn_ends(&at, &ends))) {
        return NULL;
    }
    draft = with_channels(&at, draft, &ends);
    Graph *graph = draft ? draft_finish(draft, &ends) : NULL;
    bool planned =
        !graph || !model->quant ||
        (quant_fits(work, model->quant, model, graph) && quant_plan(work, model->quant, graph));
    return planned ? graph : NULL;
}
