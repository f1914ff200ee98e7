/* description_network.c - turns a description and the options of a user into the graph: input,
 * stem, blocks, exit, head, in execution order, each node with timm's name and its line of the
 * description.
 *
 *   stem: [{width: 16}], ...   ->   %stem.0.conv = conv2d(%input) ... %head.fc = linear(...)
 *
 * description_draft() builds all but the two ends that a file of weights decides: whether the first
 * convolution's weight is adapted, and the classifier; draft_finish() adds those. output_stride and
 * features_only are only recorded in the graph; passes apply them. The classifier's tensors are
 * parameters even if the options leave it out, as a checkpoint of the network has them.
 */
#include "description_build.h"

#include <string.h>

ModelOptions model_options(void) {
    ModelOptions options;
    memset(&options, 0, sizeof options);
    options.classes = -1;
    options.pool = -1;
    options.scores = -1;
    return options;
}

CheckpointEnds unknown_ends(void) {
    return (CheckpointEnds){.in_chans = 0, .classes = -1, .n_head = 0};
}

/* Replaces "as described" by values: those of config.json, else of the description. features_only
 * and out_indices go together: the user's, or config.json's. */
static ModelOptions complete_options(const Description *description, const ModelOptions *asked) {
    const ModelOptions *config = &description->defaults;
    ModelOptions options = asked->features_only ? *asked : *config;
    for (int i = 0; i < 2; i++) {
        options.size[i] = asked->size[i] ? asked->size[i] : description->input_size[i];
    }
    options.batch = asked->batch ? asked->batch : 1;
    options.classes = asked->classes >= 0 ? asked->classes : description->classes;
    options.in_chans = asked->in_chans ? asked->in_chans : description->in_chans;
    options.output_stride = asked->output_stride ? asked->output_stride : config->output_stride;
    options.precision = asked->precision;
    options.weights_type = asked->weights_type;
    options.channels_last = asked->channels_last;
    options.pool = asked->pool >= 0    ? asked->pool
                   : config->pool >= 0 ? config->pool
                                       : description->network->head.pool;
    options.scores = asked->scores >= 0 ? asked->scores : description->scores;
    options.preprocess = asked->preprocess;
    return options;
}

static bool in_range(int64_t value, int64_t lo, int64_t hi) {
    return value >= lo && value <= hi;
}

/* Reports an option that breaks a rule. */
static void require(const Draft *draft, bool holds, const char *option, const char *rule) {
    if (!holds) {
        diag_in(draft->diag, DIAG_VALUE, draft->description->source->path, option, NULL, "%s",
                rule);
    }
}

/* Numbers for channels: one for all, or one for each; those behind the fourth are as the fourth. */
static void require_numbers(const Draft *draft, int count, const char *option) {
    int64_t channels = draft->options.in_chans;
    require(draft, count <= 1 || count == (channels < 4 ? channels : 4), option,
            arena_printf(draft->arena,
                         "one number for all channels is expected, or one for each: there are %d, "
                         "the network takes %lld channels",
                         count, (long long)channels));
}

/* The same ranges as the schema's; all mistakes are reported. */
static bool check_options(const Draft *draft) {
    const ModelOptions *options = &draft->options;
    int errors = diag_errors(draft->diag);
    int64_t stride = options->output_stride;
    require(draft,
            in_range(options->size[0], 1, LIMIT_SIDE) && in_range(options->size[1], 1, LIMIT_SIDE),
            "size", "an input is 1 to 65536 pixels high and wide");
    require(draft, in_range(options->batch, 1, LIMIT_BATCH), "batch",
            "a batch has 1 to 4096 images");
    require(draft, in_range(options->classes, 0, LIMIT_CLASSES), "classes",
            "0 to 1048576 classes are possible");
    require(draft, in_range(options->in_chans, 1, 1024), "in_chans",
            "an input has 1 to 1024 channels");
    require(draft, stride == 0 || stride == 8 || stride == 16 || stride == 32, "output_stride",
            "the output stride is 8, 16 or 32");
    require(draft, options->classes != 1 || options->scores != SCORES_SOFTMAX, "scores",
            "the softmax of one output is always 1: give sigmoid, or none");
    require(draft,
            options->pool != POOL_NONE || options->classes == 0 || head_flattens(&draft->layers),
            "pool", "pool 'none' gives a map and no classes: it needs --classes=0");
    require_numbers(draft, options->preprocess.n_mean, "mean");
    require_numbers(draft, options->preprocess.n_std, "std");
    return diag_errors(draft->diag) == errors;
}

static void build_input(Draft *draft) {
    const ModelOptions *options = &draft->options;
    Shape shape = {4, {options->batch, options->in_chans, options->size[0], options->size[1]}};
    draft->at = graph_add_input(draft->graph, "input", &shape);
    draft->channels = options->in_chans;
}

/* A layer of the stem: convolution, norm, activation. */
static void build_stem(Draft *draft, const StemSpec *stem, int index) {
    const NamesSpec *names = &draft->network->names;
    Arena *arena = draft->arena;
    Marks marks = {names->count_from + index, 0, 0};
    const char *name = stem->key ? stem->key : fill_pattern(arena, names->stem_conv, marks);
    Window window =
        build_window(stem->kernel, stem->stride, stem->dilation, (Padding)stem->padding);
    draft->loc = stem->loc;
    build_conv(draft, name, conv_weight(draft, name, stem->width, stem->kernel), window);
    if (stem->norm) {
        build_norm(draft, fill_pattern(arena, names->stem_norm, marks));
    }
    build_act(draft, fill_pattern(arena, names->stem_act, marks),
              act_or(stem->activation, draft->network));
}

/* Stem, blocks and exit. Numbers of exit layers follow those of the stem. */
static void build_body(Draft *draft) {
    const NetworkSpec *network = draft->network;
    const StemSpec *stems = network->stem.at;
    const BlockSpec *blocks = network->blocks.at;
    const ExitSpec *exits = network->exit.at;
    for (int i = 0; i < network->stem.count; i++) {
        build_stem(draft, &stems[i], i);
    }
    int index = 0;
    for (int i = 0; i < network->blocks.count; i++) {
        for (int64_t j = 0; j < blocks[i].repeat; j++) {
            build_block(draft, &blocks[i], index++);
        }
    }
    for (int i = 0; i < network->exit.count; i++) {
        build_exit(draft, &exits[i], network->names.count_from + network->stem.count + i);
    }
}

/* What passes and the generated code need later. */
static void note_options(Draft *draft) {
    Graph *graph = draft->graph;
    const ModelOptions *options = &draft->options;
    graph->output_stride = options->output_stride;
    graph->precision = options->precision;
    graph->weights_type = options->weights_type;
    graph->channels_last = options->channels_last;
    graph->features_only = options->features_only;
    graph->n_out_indices = options->n_out_indices;
    memcpy(graph->out_indices, options->out_indices,
           (size_t)options->n_out_indices * sizeof *options->out_indices);
    graph->preprocess = draft->description->preprocess;
    graph->preprocess.test_size[0] = options->size[0];
    graph->preprocess.test_size[1] = options->size[1];
    preprocess_apply(&options->preprocess, &graph->preprocess);
}

/* As asked for or described, else by the form of the head: a linear layer gives logits, an output
 * activation gives what needs no more. Features are no answers. */
static Scores scores_of(const Draft *draft) {
    const ModelOptions *options = &draft->options;
    if (options->classes == 0 || options->features_only) {
        return SCORES_NONE;
    }
    if (options->scores >= 0) {
        return (Scores)options->scores;
    }
    if (!head_ends_with_classifier(&draft->layers)) {
        return SCORES_NONE;
    }
    return options->classes == 1 ? SCORES_SIGMOID : SCORES_SOFTMAX;
}

/* One output; select_features replaces it by taps. */
static void set_output(Draft *draft) {
    Graph *graph = draft->graph;
    graph->outputs = NEW(draft->arena, Value *);
    graph->outputs[0] = draft->at;
    graph->n_outputs = 1;
    graph->scores = scores_of(draft);
}

/* Checks the graph as far as it is built, and infers its shapes. */
static bool check_graph(Draft *draft) {
    return check_names(draft) && infer_graph(draft->diag, draft->graph) && check_cost(draft);
}

/* Taps are looked for before the head, as timm's features are. */
Draft *description_draft(Arena *arena, Diag *diag, const Description *description,
                         const ModelOptions *options) {
    ModelOptions described = model_options();
    Draft *draft = NEW(arena, Draft);
    draft->arena = arena;
    draft->diag = diag;
    draft->description = description;
    draft->network = description->network;
    draft->options = complete_options(description, options ? options : &described);
    draft->reduction = 1;
    draft->block = -1;
    if (!choose_head(draft, options ? options : &described) || !check_options(draft)) {
        return NULL;
    }
    draft->graph = graph_create(arena, description->name);
    build_input(draft);
    build_body(draft);
    int nodes_before_head = draft->graph->nodes.count;
    build_pool(draft);
    note_options(draft);
    return find_taps(draft, nodes_before_head) && check_graph(draft) ? draft : NULL;
}

const Graph *draft_graph(const Draft *draft) {
    return draft->graph;
}

int64_t draft_features(const Draft *draft) {
    bool classifies = draft->options.classes || draft->classes;
    return classifies && !draft_classifies_map(draft) ? draft->channels : 0;
}

bool draft_classifies_map(const Draft *draft) {
    return head_takes_map(&draft->layers, (PoolKind)draft->options.pool);
}

int64_t draft_classes(const Draft *draft) {
    return draft->options.classes;
}

int64_t draft_channels(const Draft *draft) {
    return draft->map_channels;
}

bool draft_has_sequence(const Draft *draft) {
    return head_is_sequence(draft);
}

bool draft_head_is(const Draft *draft, const bool *norms, int count) {
    return head_is(draft, norms, count);
}

bool draft_states_classes(const Draft *draft) {
    return head_states_classes(draft);
}

/* The first convolution reads 3 channels in the checkpoint: adapt_in repeats or sums them to the
 * network's number, as timm's adapt_input_conv() does. It is the first parameter and the first
 * node. */
static void adapt_first_weight(Draft *draft) {
    Param *param = &draft->graph->params[0];
    Shape shape = param->shape;
    param->adapted_from = shape.dim[1] = 3;
    draft->graph->nodes.at[0]->weight =
        expr_new(draft->arena, EXPR_adapt_in, expr_param(draft->arena, param->name, &shape), NULL,
                 NULL, draft->options.in_chans, 0, 0);
}

/* Options are checked again, as the file may have set the number of classes. */
Graph *draft_finish(Draft *draft, const CheckpointEnds *ends) {
    if (ends->in_chans == 3 && draft->options.in_chans != 3) {
        adapt_first_weight(draft);
    }
    if (ends->classes >= 0) {
        draft->options.classes = ends->classes;
    }
    if (!check_options(draft)) {
        return NULL;
    }
    if (!build_head(draft, ends)) {
        return NULL;
    }
    set_output(draft);
    return check_graph(draft) ? draft->graph : NULL;
}

Graph *description_build(Arena *arena, Diag *diag, const Description *description,
                         const ModelOptions *options) {
    CheckpointEnds ends = unknown_ends();
    Draft *draft = description_draft(arena, diag, description, options);
    return draft ? draft_finish(draft, &ends) : NULL;
}
