/* run_network.c - runs the passes of the graph level over a whole network.
 *
 *   run_network check MODEL [OPTION=VALUE ...]   every pass, interpreted before and after
 *   run_network plan MODEL [OPTION=VALUE ...]    prints the planned graph
 *
 * Options: size, batch, classes, output_stride, pool, in_chans, features (all or 0,-1),
 * target, only=ends (fewer runs). The verifier runs after each pass. check wants: folding norms
 * changes the outputs by less than TOLERANCE of the largest magnitude, every other pass not by a
 * bit. Weights and input are seeded. Exits 1 with one line for each difference.
 */
#include "description.h"
#include "registry.h"
#include "seed.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TOLERANCE 1e-4

typedef struct Options {
    ModelOptions model;
    const char *target;
    bool ends; /* interpret only where something may change: for large networks */
} Options;

typedef struct Check {
    Unit unit;
    SeedReader reader;
    float *input;
    InterpResult *outputs; /* of the last run */
    int n_outputs, failures;
} Check;

static void read_features(ModelOptions *model, const char *list) {
    model->features_only = true;
    while (strcmp(list, "all") != 0 && *list && model->n_out_indices < MAX_OUT_INDICES) {
        char *end;
        model->out_indices[model->n_out_indices++] = strtol(list, &end, 10);
        list = *end == ',' ? end + 1 : end;
    }
}

static bool read_option(Options *options, const char *name, const char *value) {
    ModelOptions *model = &options->model;
    const struct {
        const char *name;
        int64_t *number;
    } rows[] = {{"batch", &model->batch},
                {"classes", &model->classes},
                {"in_chans", &model->in_chans},
                {"output_stride", &model->output_stride}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(name, rows[i].name) == 0) {
            *rows[i].number = strtoll(value, NULL, 10);
            return true;
        }
    }
    if (strcmp(name, "size") == 0) {
        char *end;
        model->size[0] = strtoll(value, &end, 10);
        model->size[1] = *end == 'x' ? strtoll(end + 1, NULL, 10) : model->size[0];
    } else if (strcmp(name, "pool") == 0) {
        model->pool = pool_by_name(value);
    } else if (strcmp(name, "features") == 0) {
        read_features(model, value);
    } else if (strcmp(name, "target") == 0) {
        options->target = value;
    } else if (strcmp(name, "only") == 0) {
        options->ends = strcmp(value, "ends") == 0;
    } else {
        return false;
    }
    return true;
}

static bool read_options(Arena *arena, Options *options, int count, char **words) {
    for (int i = 0; i < count; i++) {
        const char *equals = strchr(words[i], '=');
        size_t length = equals ? (size_t)(equals - words[i]) : 0;
        const char *name = arena_strndup(arena, words[i], length);
        if (!equals || !read_option(options, name, equals + 1)) {
            fprintf(stderr, "unknown option %s\n", words[i]);
            return false;
        }
    }
    return true;
}

static void fill_input(Check *check) {
    const Shape *shape = &check->unit.graph->input->shape;
    check->input = NEW_ARRAY(check->unit.arena, float, shape_elements(shape));
    seed_tensor(check->input, "input", shape, SEED_DEFAULT);
}

/* Compares with the last run's outputs and keeps these for the next one. */
static void compare(Check *check, const char *pass, InterpResult *now, double tolerance) {
    for (int i = 0; check->outputs && i < check->n_outputs; i++) {
        int64_t count = shape_elements(&now[i].shape);
        double largest = 0, difference = 0;
        for (int64_t j = 0; j < count; j++) {
            double a = (double)check->outputs[i].data[j], b = (double)now[i].data[j];
            largest = fmax(largest, fabs(a));
            difference = fmax(difference, fabs(a - b));
        }
        bool same = memcmp(check->outputs[i].data, now[i].data, (size_t)count * 4) == 0;
        if (tolerance > 0 ? !(difference <= tolerance * largest) : !same) {
            printf("%s changes output %d by %g of %g\n", pass, i, difference, largest);
            check->failures++;
        }
    }
    check->outputs = now;
    check->n_outputs = check->unit.graph->n_outputs;
}

static void interpret(Check *check, const char *pass, double tolerance) {
    Arena *arena = check->unit.arena;
    const Graph *graph = check->unit.graph;
    InterpResult *now = NEW_ARRAY(arena, InterpResult, graph->n_outputs);
    const InterpRequest request = {
        .input = check->input, .read = seed_read, .read_context = &check->reader};
    if (!interp_graph(arena, graph, &request, now)) {
        printf("the interpreter failed after %s\n", pass);
        check->failures++;
        return;
    }
    compare(check, pass, now, tolerance);
}

/* Up to select_features the passes change what is computed, as asked for; from then on they may
 * not. */
static int check_network(Check *check, bool ends) {
    PassOptions options = {.verify_each = true, .dump = stderr};
    bool selected = false;
    for (size_t i = 0; i < pass_count() && !check->unit.module; i++) {
        const PassInfo *pass = pass_at(i);
        if (strcmp(pass->name, "lower") == 0) {
            break;
        }
        if (!run_pass(&check->unit, pass, &options)) {
            return 1;
        }
        bool end = pass->gives & (FACT_SELECTED | FACT_NO_BN | FACT_PLANNED);
        selected = selected || (pass->gives & FACT_SELECTED);
        if (selected && (end || !ends)) {
            interpret(check, pass->name, strcmp(pass->name, "fold_bn") == 0 ? TOLERANCE : 0);
        }
    }
    return check->failures;
}

static int plan_network(Check *check) {
    PassOptions options = {.verify_each = true, .dump = stderr, .stop_after = "plan_memory"};
    if (!run_passes(&check->unit, &options)) {
        return 1;
    }
    print_graph(stdout, check->unit.graph);
    return 0;
}

static int run_network(Arena *arena, int argc, char **argv) {
    Diag *diag = diag_create(arena, stderr);
    const Description *description = description_open(arena, diag, argv[2]);
    Options options = {.target = "scalar"};
    if (!description) {
        return 3;
    }
    options.model = description->defaults;
    if (!read_options(arena, &options, argc - 3, argv + 3)) {
        return 2;
    }
    Check check = {.unit = {arena, diag, target_by_name(options.target), NULL, NULL}};
    check.unit.graph = description_build(arena, diag, description, &options.model);
    if (!check.unit.graph || !check.unit.target) {
        return 3;
    }
    check.reader = (SeedReader){.arena = arena, .graph = check.unit.graph, .seed = SEED_DEFAULT};
    fill_input(&check);
    return strcmp(argv[1], "plan") == 0 ? plan_network(&check)
                                        : check_network(&check, options.ends);
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fputs("use: run_network check|plan MODEL [OPTION=VALUE ...]\n", stderr);
        return 2;
    }
    Arena *volatile arena = arena_create();
    if (!arena || arena_protect(arena)) {
        arena_destroy(arena);
        return 1;
    }
    int status = run_network(arena, argc, argv);
    arena_destroy(arena);
    return status;
}
