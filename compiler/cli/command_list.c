/* command_list.c - xnc list: the networks that the tool carries, one line each, with a further line
 * for each further checkpoint.
 *
 * Parameters and multiply-adds are counted in a graph that is built from the description, not
 * copied from it; accuracies are those that the description quotes.
 */
#include "command.h"

#include <string.h>

#include "json_out.h"

/* Elements of all tensors, without running statistics. */
static int64_t parameters_of(const Graph *graph) {
    int64_t sum = 0;
    for (int i = 0; i < graph->n_params; i++) {
        const char *name = graph->params[i].name;
        size_t length = strlen(name);
        /* torch keeps running statistics as buffers, which are not counted as parameters. */
        bool buffer = length > 12 && strstr(name, ".running_");
        sum += buffer ? 0 : shape_elements(&graph->params[i].shape);
    }
    return sum;
}

static void add_macs(Node *node, void *sum) {
    *(int64_t *)sum += node_macs(node);
}

/* A line of the list. */
typedef struct Listing {
    const Description *description;
    int64_t parameters, macs;
} Listing;

/* Builds the network as described: its own size, batch 1. False after a diagnostic. */
static bool load_listing(const Work *work, const char *name, Listing *listing) {
    listing->description = description_open(work->arena, work->diag, name);
    const Graph *graph = NULL;
    if (listing->description) {
        graph = description_build(work->arena, work->diag, listing->description, NULL);
    }
    if (!graph) {
        return false;
    }
    listing->parameters = parameters_of(graph);
    listing->macs = 0;
    graph_each(graph, add_macs, &listing->macs);
    return true;
}

/* Published top-1 and top-5 in per cent, tag and source (file or repository of the hub) of a
 * checkpoint; dashes where the description has none. */
static void print_weights(const PublishedWeights *weights) {
    const char *source = weights->file ? weights->file : weights->hub;
    if (weights->top1 > 0) {
        printf("%6.2f %6.2f", weights->top1, weights->top5);
    } else {
        printf("%6s %6s", "-", "-");
    }
    printf("  %-10s  %s\n", weights->tag, source ? source : "-");
}

/* Further checkpoints are indented to the column of accuracies. */
static void print_listing(const Listing *listing) {
    const Description *description = listing->description;
    printf("%-16s %8.2f M %8.2f G  %lldx%lldx%lld  ", description->name,
           1e-6 * (double)listing->parameters, 1e-9 * (double)listing->macs,
           (long long)description->in_chans, (long long)description->input_size[0],
           (long long)description->input_size[1]);
    if (!description->n_weights) {
        printf("%6s %6s  %-10s  -\n", "-", "-", "-");
    }
    for (int i = 0; i < description->n_weights; i++) {
        printf("%*s", i ? 51 : 0, "");
        print_weights(&description->weights[i]);
    }
}

/* An array that the arena releases; top1 and top5 are 0 where they were not published. */
static json_t *weights_json(Arena *arena, const Description *description) {
    json_t *array = json_root(arena, json_array());
    for (int i = 0; i < description->n_weights; i++) {
        const PublishedWeights *weights = &description->weights[i];
        json_append_object(arena, array, "{s:s, s:s?, s:s?, s:I, s:f, s:f}", "tag", weights->tag,
                           "file", weights->file, "hub", weights->hub, "bytes",
                           (json_int_t)weights->bytes, "top1", weights->top1, "top5",
                           weights->top5);
    }
    return array;
}

/* The same facts as print_listing(), unabbreviated. */
static void append_json(Arena *arena, json_t *array, const Listing *listing) {
    const Description *description = listing->description;
    json_append_object(
        arena, array, "{s:s, s:s, s:I, s:I, s:[I,I,I], s:I, s:O}", "name", description->name,
        "title", description->title, "parameters", (json_int_t)listing->parameters, "macs",
        (json_int_t)listing->macs, "input", (json_int_t)description->in_chans,
        (json_int_t)description->input_size[0], (json_int_t)description->input_size[1], "classes",
        (json_int_t)description->classes, "weights", weights_json(arena, description));
}

/* A description of the tool's own that cannot be opened ends the list: EXIT_MODEL. */
ExitCode command_list(const Work *work, const Options *options) {
    bool json = options->json;
    json_t *array = json_root(work->arena, json_array());
    if (!json) {
        printf("%-16s %10s %10s  %-9s  %6s %6s  %-10s  %s\n", "name", "parameters", "MACs", "input",
               "top-1", "top-5", "tag", "checkpoint");
    }
    for (size_t i = 0; i < description_count(); i++) {
        Listing listing;
        if (!load_listing(work, description_name(i), &listing)) {
            return EXIT_MODEL;
        }
        if (json) {
            append_json(work->arena, array, &listing);
        } else {
            print_listing(&listing);
        }
    }
    if (json) {
        json_print(work->arena, array);
    }
    return EXIT_DONE;
}
