/* description_network.c - turns a description and the options of a user into the graph: input,
 * stem, blocks, exit, head, in execution order, each node with timm's name and the line that asked
 * for it.
 *
 * output_stride and features_only are only noted in the graph; passes apply them. The classifier's
 * tensors belong to the parameters even where the options leave it out, because a checkpoint of the
 * network has them.
 */
#include "description_build.h"

#include <string.h>

ModelOptions model_options(void) {
    ModelOptions options;
    memset(&options, 0, sizeof options);
    options.classes = -1;
    options.pool = -1;
    return options;
}

/* Fills in what the options leave as described. */
static ModelOptions complete_options(const Description *description, const ModelOptions *given) {
    ModelOptions options = *given;
    for (int i = 0; i < 2; i++) {
        options.size[i] = options.size[i] ? options.size[i] : description->input_size[i];
    }
    options.batch = options.batch ? options.batch : 1;
    options.classes = options.classes >= 0 ? options.classes : description->classes;
    options.in_chans = options.in_chans ? options.in_chans : description->in_chans;
    options.pool = options.pool >= 0 ? options.pool : description->network->head.pool;
    return options;
}

static bool in_range(int64_t value, int64_t lo, int64_t hi) {
    return value >= lo && value <= hi;
}

/* Says what an option must be when it is not. */
static void require(const Builder *builder, bool holds, const char *option, const char *rule) {
    if (!holds) {
        diag_in(builder->diag, DIAG_VALUE, builder->description->source->path, option, NULL, "%s",
                rule);
    }
}

static bool check_options(const Builder *builder) {
    const ModelOptions *options = &builder->options;
    int errors = diag_errors(builder->diag);
    int64_t stride = options->output_stride;
    require(builder,
            in_range(options->size[0], 1, MOST_SIDE) && in_range(options->size[1], 1, MOST_SIDE),
            "size", "an input is 1 to 65536 pixels high and wide");
    require(builder, in_range(options->batch, 1, MOST_BATCH), "batch",
            "a batch has 1 to 4096 images");
    require(builder, in_range(options->classes, 0, MOST_CLASSES), "classes",
            "0 to 1048576 classes are possible");
    require(builder, in_range(options->in_chans, 1, 1024), "in_chans",
            "an input has 1 to 1024 channels");
    require(builder, stride == 0 || stride == 8 || stride == 16 || stride == 32, "output_stride",
            "the output stride is 8, 16 or 32");
    require(builder, options->pool != POOL_NONE || options->classes == 0, "pool",
            "pool 'none' gives a map and no classes: it needs --classes=0");
    return diag_errors(builder->diag) == errors;
}

static void build_input(Builder *builder) {
    const ModelOptions *options = &builder->options;
    Shape shape = {4, {options->batch, options->in_chans, options->size[0], options->size[1]}};
    builder->at = graph_add_input(builder->graph, "input", &shape);
    builder->channels = options->in_chans;
}

/* The first convolution's weight, adapted when the checkpoint at hand has 3 input channels and the
 * network another number. */
static const Expr *first_weight(Builder *builder, const char *name, const StemSpec *stem) {
    Shape shape = {4, {stem->width, builder->channels, stem->kernel[0], stem->kernel[1]}};
    const Expr *weight = build_param(builder, name, "weight", shape);
    Param *param = &builder->graph->params[builder->graph->n_params - 1];
    param->adapts_in = true;
    if (builder->options.checkpoint_in_chans != 3 || builder->channels == 3) {
        return weight;
    }
    param->adapted_from = shape.dim[1] = 3;
    weight = expr_param(builder->arena, param->name, &shape);
    return expr_new(builder->arena, EXPR_adapt_in, weight, NULL, NULL, builder->channels, 0, 0);
}

static void build_stem(Builder *builder, const StemSpec *stem, int index) {
    const NamesSpec *names = &builder->network->names;
    Arena *arena = builder->arena;
    Marks marks = {names->count_from + index, 0, 0};
    const char *name = stem->key ? stem->key : fill_pattern(arena, names->stem_conv, marks);
    Window window = build_window(stem->kernel, stem->stride, stem->dilation);
    if (stem->padding == PADDING_NONE) {
        window.pad[0] = window.pad[1] = 0;
    }
    builder->loc = stem->loc;
    const Expr *weight = index ? conv_weight(builder, name, stem->width, stem->kernel)
                               : first_weight(builder, name, stem);
    build_conv(builder, name, weight, window);
    if (stem->norm) {
        build_norm(builder, fill_pattern(arena, names->stem_norm, marks));
    }
    build_act(builder, fill_pattern(arena, names->stem_act, marks),
              act_or(stem->activation, builder->network));
}

static void build_body(Builder *builder) {
    const NetworkSpec *network = builder->network;
    const StemSpec *stems = network->stem.at;
    const BlockSpec *blocks = network->blocks.at;
    const ExitSpec *exits = network->exit.at;
    for (int i = 0; i < network->stem.count; i++) {
        build_stem(builder, &stems[i], i);
    }
    int index = 0;
    for (int i = 0; i < network->blocks.count; i++) {
        for (int64_t j = 0; j < blocks[i].repeat; j++) {
            build_block(builder, &blocks[i], index++);
        }
    }
    for (int i = 0; i < network->exit.count; i++) {
        build_exit(builder, &exits[i], network->names.count_from + network->stem.count + i);
    }
}

static void build_head(Builder *builder) {
    const HeadSpec *head = &builder->network->head;
    const NamesSpec *names = &builder->network->names;
    const ModelOptions *options = &builder->options;
    builder->loc = head->loc;
    build_act(builder, names->head_act, (Act)head->activation);
    if (options->pool != POOL_NONE) {
        build_node(builder, OP_global_pool, names->head_pool, 1, &builder->at)->pool =
            (PoolKind)options->pool;
        builder->channels *= options->pool == POOL_CATAVGMAX ? 2 : 1;
    }
    int64_t classes = options->classes ? options->classes : builder->description->classes;
    if (classes) {
        const Expr *weight = build_param(builder, names->classifier, "weight",
                                         (Shape){2, {classes, builder->channels}});
        const Expr *bias = build_param(builder, names->classifier, "bias", (Shape){1, {classes}});
        if (options->classes) {
            Node *node = build_node(builder, OP_linear, names->classifier, 1, &builder->at);
            node->weight = weight;
            node->bias = bias;
        }
    }
}

static void note_options(Builder *builder) {
    Graph *graph = builder->graph;
    const ModelOptions *options = &builder->options;
    graph->output_stride = options->output_stride;
    graph->features_only = options->features_only;
    graph->n_out_indices = options->n_out_indices;
    memcpy(graph->out_indices, options->out_indices,
           (size_t)options->n_out_indices * sizeof *options->out_indices);
    graph->preprocess = builder->description->preprocess;
    graph->preprocess.test_size[0] = options->size[0];
    graph->preprocess.test_size[1] = options->size[1];
}

static void set_output(Builder *builder) {
    Graph *graph = builder->graph;
    graph->outputs = NEW(builder->arena, Value *);
    graph->outputs[0] = builder->at;
    graph->n_outputs = 1;
}

Graph *description_build(Arena *arena, Diag *diag, const Description *description,
                         const ModelOptions *options) {
    Builder builder = {.arena = arena, .diag = diag, .description = description};
    builder.network = description->network;
    builder.options = complete_options(description, options ? options : &description->defaults);
    builder.reduction = 1;
    builder.block = -1;
    if (!check_options(&builder)) {
        return NULL;
    }
    builder.graph = graph_create(arena, description->name);
    build_input(&builder);
    build_body(&builder);
    int nodes_before_head = builder.graph->nodes.count;
    build_head(&builder);
    set_output(&builder);
    note_options(&builder);
    if (!check_names(&builder) || !find_taps(&builder, nodes_before_head) ||
        !infer_graph(diag, builder.graph) || !check_cost(&builder)) {
        return NULL;
    }
    return builder.graph;
}
