/* describe.c - prints what a model name and options make: totals, keys and shapes for the
 * comparison with timm's own figures (what timm_keys.py wrote to golden), or the graph as text.
 *
 *   describe MODEL [--keys|--graph|--about] [size=HxW] [batch=N] [classes=N] [in_chans=N]
 * [pool=WORD] [weights=NAME]
 */
#include <stdlib.h>
#include <string.h>

#include "description_spec.h"

/* weights=NAME says how the file of weights is called. */
static void match_file(Description *description, const char *text) {
    if (strncmp(text, "weights=", 8) == 0) {
        description_match_file(description, text + 8);
    }
}

static void set_option(ModelOptions *options, CheckpointEnds *ends, const char *text) {
    long long a, b;
    if (sscanf(text, "size=%lldx%lld", &a, &b) == 2) {
        options->size[0] = a;
        options->size[1] = b;
    } else if (sscanf(text, "batch=%lld", &a) == 1) {
        options->batch = a;
    } else if (sscanf(text, "classes=%lld", &a) == 1) {
        options->classes = a;
    } else if (sscanf(text, "in_chans=%lld", &a) == 1) {
        options->in_chans = a;
    } else if (sscanf(text, "checkpoint_in_chans=%lld", &a) == 1) {
        ends->in_chans = a;
    } else if (strncmp(text, "pool=", 5) == 0) {
        options->pool = pool_by_name(text + 5);
    } else if (strncmp(text, "weights=", 8) != 0) {
        fprintf(stderr, "unknown option '%s'\n", text);
        exit(2);
    }
}

static void print_shape(const char *kind, const char *name, const Shape *shape) {
    printf("%s %s ", kind, name);
    for (int i = 0; i < shape->rank; i++) {
        printf("%s%lld", i ? "x" : "", (long long)shape->dim[i]);
    }
    putchar('\n');
}

static int64_t elements_of(const Expr *expr) {
    return expr ? shape_elements(&expr->shape) : 0;
}

/* What timm counts as parameters: running statistics are buffers. */
static void print_totals(const Graph *graph) {
    int64_t parameters = 0, macs = 0;
    for (int i = 0; i < graph->nodes.count; i++) {
        const Node *node = graph->nodes.at[i];
        parameters += elements_of(node->weight) + elements_of(node->bias);
        macs += node_macs(node);
    }
    printf("parameters %lld\nmacs %lld\n", (long long)parameters, (long long)macs);
}

/* The number of labels and the first few. */
static void print_labels(const Labels *labels) {
    for (int64_t i = 0; labels && i < labels->count && i < 4; i++) {
        printf("label %lld of %lld from %s: %s: %s\n", (long long)i, (long long)labels->count,
               labels->origin, label_name(labels, i), label_text(labels, i));
    }
}

/* What a model's name says, apart from its graph. */
static void print_about(const Description *description) {
    const Preprocess *preprocess = &description->preprocess;
    printf("name %s\ntag %s\n", description->name,
           description->chosen ? description->chosen->tag : "none");
    printf("input %lldx%lldx%lld classes %lld\n", (long long)description->in_chans,
           (long long)description->input_size[0], (long long)description->input_size[1],
           (long long)description->classes);
    printf("crop %g %s %s mean %g std %g\n", preprocess->crop_pct, preprocess->interpolation,
           preprocess->crop_mode, preprocess->mean[0], preprocess->std[0]);
    static const char *const reasons[] = {"description", "default tag", "tag",
                                          "file",        "config.json", "habit"};
    printf("preprocessing of the %s, which lacks %s\n", reasons[description->preprocess_from],
           description->config_lacks ? description->config_lacks : "nothing");
    printf("first %s classifier %s\n", description->first_conv, description->classifier);
    printf("weights %s\n", description->hub_weights ? description->hub_weights : "none");
    if (description->hub_choice) {
        printf("a choice of %s\n", description->hub_choice);
    }
    print_labels(description->labels);
    const ModelOptions *options = &description->defaults;
    printf("activation %s, options: stride %lld pool %d",
           act_info(description->network->activation)->name, (long long)options->output_stride,
           options->pool);
    for (int i = 0; options->features_only && i < options->n_out_indices; i++) {
        printf("%s %lld", i ? "" : " features", (long long)options->out_indices[i]);
    }
    putchar('\n');
}

static void print_model(const Graph *graph, const char *mode) {
    if (strcmp(mode, "--graph") == 0) {
        print_graph(stdout, graph);
        return;
    }
    print_totals(graph);
    for (int i = 0; strcmp(mode, "--keys") == 0 && i < graph->n_params; i++) {
        print_shape("key", graph->params[i].name, &graph->params[i].shape);
    }
    for (int i = 0; i < graph->n_outputs; i++) {
        print_shape("output", graph->outputs[i]->name, &graph->outputs[i]->shape);
    }
    for (int i = 0; i < graph->n_taps; i++) {
        print_shape("tap", graph->taps[i].value->name, &graph->taps[i].value->shape);
        printf("reduction %lld\n", (long long)graph->taps[i].reduction);
    }
}

static int describe(Arena *arena, int argc, char **argv) {
    Diag *diag = diag_create(arena, stderr);
    Description *description = description_open(arena, diag, argv[1]);
    const char *mode = "";
    if (description) {
        ModelOptions options = model_options();
        CheckpointEnds ends = unknown_ends();
        for (int i = 2; i < argc; i++) {
            if (strncmp(argv[i], "--", 2) == 0) {
                mode = argv[i];
            } else {
                match_file(description, argv[i]);
                set_option(&options, &ends, argv[i]);
            }
        }
        if (strcmp(mode, "--about") == 0) {
            print_about(description);
        }
        Draft *draft = description_draft(arena, diag, description, &options);
        const Graph *graph = draft ? draft_finish(draft, &ends) : NULL;
        if (graph) {
            print_model(graph, mode);
        }
    }
    diag_finish(diag);
    return diag_errors(diag) ? 3 : 0;
}

int main(int argc, char **argv) {
    Arena *arena = arena_create();
    if (!arena || argc < 2) {
        return 1;
    }
    if (arena_protect(arena)) {
        arena_destroy(arena);
        return 1;
    }
    int code = describe(arena, argc, argv);
    arena_destroy(arena);
    return code;
}
