/* command_check.c - xnc check: is the generated code right?
 *
 * First each value that it writes against the interpreter on the planned graph, bit by bit; then
 * the outputs against the graph as described (or a golden file), within 1e-4 of their spread,
 * because folding and fusing round differently.
 */
#include <math.h>
#include <string.h>

#include "batches.h"
#include "check.h"
#include "json_out.h"
#include "npy.h"

static const double TOLERANCE = 1e-4; /* of the spread of an output */
enum { MOST_SHOWN = 20 };

typedef struct CheckedOutput {
    const char *name;
    Difference found;
    int same_top; /* 1 or 0; -1 when there are no classes */
    bool good;
} CheckedOutput;

/* The graph through the whole pipeline, and a copy of it as described. */
static ExitCode prepare(Check *check) {
    Session *session = check->session;
    if (!session_passes_known(session)) {
        return EXIT_USAGE;
    }
    Unit plain = {.arena = session->arena, .diag = session->diag};
    plain.target = session_target(session);
    if (!plain.target) {
        return EXIT_USAGE;
    }
    check->unit = plain;
    check->description = session_description(session);
    plain.graph = check->description ? session_graph(session, check->description, 0, 0) : NULL;
    if (!plain.graph) {
        return EXIT_MODEL;
    }
    check->unit.graph = graph_copy(session->arena, plain.graph);
    check->plain = plain.graph;
    return session_passes(session, &plain, "select_features") &&
                   session_passes(session, &check->unit, NULL)
               ? EXIT_DONE
               : EXIT_MODEL;
}

static bool shapes_fit(Session *session, const char *path, const Shape *found,
                       const Shape *wanted) {
    return shape_equal(found, wanted) || diag_in(session->diag, DIAG_SHAPE, path, NULL,
                                                 "--size and --batch set the shape of the network",
                                                 "has another shape than the network's");
}

/* The file of --input, or seeded values. */
static bool read_input(Check *check) {
    Session *session = check->session;
    const Shape *wanted = &check->plain->input->shape;
    const char *path = session->options->input;
    if (path) {
        Shape shape;
        check->input = npy_read(session->arena, session->diag, path, &shape);
        return check->input && shapes_fit(session, path, &shape, wanted);
    }
    check->input = batches_seeded_input(session->arena, wanted);
    return true;
}

static ExitCode load(Check *check) {
    Session *session = check->session;
    const Graph *graph = check->unit.graph;
    check->source =
        read_input(check) ? param_source_open(session, check->description, check->plain) : NULL;
    if (!check->source || !check_expect(check)) {
        return EXIT_MODEL;
    }
    check->outputs = NEW_ARRAY(session->arena, float *, graph->n_outputs);
    for (int i = 0; i < graph->n_outputs; i++) {
        check->outputs[i] =
            NEW_ARRAY(session->arena, float, shape_elements(&graph->outputs[i]->shape));
    }
    check->product = product_load(session, &check->unit, check->source);
    int threads = (int)first_or(&session->options->threads, 1);
    return check->product && product_set_threads(session, check->product, threads) &&
                   check_run(check)
               ? EXIT_DONE
               : EXIT_MACHINE;
}

static bool read_golden(Check *check, float **expected) {
    Session *session = check->session;
    const Graph *graph = check->plain;
    const char *path = session->options->golden;
    for (int i = 0; i < graph->n_outputs; i++) {
        const char *name = graph->n_outputs > 1 ? batches_numbered(session->arena, path, i) : path;
        Shape shape;
        expected[i] = npy_read(session->arena, session->diag, name, &shape);
        if (!expected[i] || !shapes_fit(session, name, &shape, &graph->outputs[i]->shape)) {
            return false;
        }
    }
    return true;
}

/* What the outputs should be: of --golden, or of the interpreter on the graph as described. */
static bool expect_outputs(Check *check, float **expected) {
    if (check->session->options->golden) {
        return read_golden(check, expected);
    }
    return check_interpret(check, check->plain, expected, NULL);
}

static int same_top(const float *got, const float *expected, const Shape *shape) {
    if (shape->rank != 2) {
        return -1;
    }
    for (int64_t n = 0; n < shape->dim[0]; n++) {
        int64_t at = n * shape->dim[1];
        if (largest_index(got + at, shape->dim[1]) != largest_index(expected + at, shape->dim[1])) {
            return 0;
        }
    }
    return 1;
}

static CheckedOutput *compare_outputs(Check *check) {
    Arena *arena = check->session->arena;
    const Graph *graph = check->plain;
    float **expected = NEW_ARRAY(arena, float *, graph->n_outputs);
    if (!expect_outputs(check, expected)) {
        return NULL;
    }
    CheckedOutput *outputs = NEW_ARRAY(arena, CheckedOutput, graph->n_outputs);
    for (int i = 0; i < graph->n_outputs; i++) {
        const Shape *shape = &graph->outputs[i]->shape;
        outputs[i].name = graph->outputs[i]->name;
        outputs[i].found = compare_floats(check->outputs[i], expected[i], shape_elements(shape));
        outputs[i].same_top = same_top(check->outputs[i], expected[i], shape);
        outputs[i].good = outputs[i].found.relative <= TOLERANCE && outputs[i].same_top != 0;
    }
    return outputs;
}

static void print_value(const CheckedValue *value) {
    const Layer *layer = value->layer;
    if (!value->seen) {
        printf("  %s (%s): nothing to compare it with\n", layer->name, layer->op);
    } else if (value->found.different > 0) {
        printf("  %s (%s): %lld of %lld elements differ, from element %lld on, by up to %llu ulp\n",
               layer->name, layer->op, (long long)value->found.different,
               (long long)value->found.count, (long long)value->found.first,
               (unsigned long long)value->found.ulp);
    }
    if (value->bad_zeros > 0) {
        printf("  %s (%s): %lld elements of the padding are not +0\n", layer->name, layer->op,
               (long long)value->bad_zeros);
    }
}

static void print_values(const Check *check) {
    int layers = check->unit.module->n_layers, wrong = check_wrong_values(check), shown = 0;
    printf("values: %d of %d equal the interpreter's on the planned graph, bit by bit\n",
           layers - wrong, layers);
    for (int i = 0; i < layers && shown < MOST_SHOWN; i++) {
        const CheckedValue *value = &check->values[i];
        if (!value->seen || value->found.different > 0 || value->bad_zeros > 0) {
            print_value(value);
            shown++;
        }
    }
    if (wrong > shown) {
        printf("  and %d more\n", wrong - shown);
    }
}

static void print_output(const CheckedOutput *output) {
    static const char *const tops[] = {"", ", another top-1", ", the same top-1"};
    printf("output %s: differs by up to %.3g of its spread (%llu ulp), cosine %.9f%s: %s\n",
           output->name, output->found.relative, (unsigned long long)output->found.ulp,
           output->found.cosine, tops[output->same_top + 1], output->good ? "good" : "WRONG");
}

static void add_values(const Check *check, json_t *list) {
    for (int i = 0; i < check->unit.module->n_layers; i++) {
        const CheckedValue *value = &check->values[i];
        json_append_object(check->session->arena, list, "{s:s, s:s, s:b, s:I, s:I, s:I, s:I}",
                           "name", value->layer->name, "op", value->layer->op, "compared",
                           value->seen, "elements", (json_int_t)value->found.count, "different",
                           (json_int_t)value->found.different, "ulp", (json_int_t)value->found.ulp,
                           "bad_padding", (json_int_t)value->bad_zeros);
    }
}

/* JSON has no words for infinity and what is not a number. */
static double for_json(double x) {
    return isfinite(x) ? x : 1e300;
}

static void add_outputs(const Check *check, const CheckedOutput *outputs, json_t *list) {
    for (int i = 0; i < check->plain->n_outputs; i++) {
        const CheckedOutput *output = &outputs[i];
        json_append_object(check->session->arena, list, "{s:s, s:f, s:f, s:I, s:f, s:o, s:b}",
                           "name", output->name, "relative", for_json(output->found.relative),
                           "spread", for_json(output->found.spread), "ulp",
                           (json_int_t)output->found.ulp, "cosine", for_json(output->found.cosine),
                           "same_top1",
                           output->same_top < 0 ? json_null() : json_boolean(output->same_top),
                           "good", output->good);
    }
}

static void print_json(const Check *check, const CheckedOutput *outputs) {
    Arena *arena = check->session->arena;
    json_t *root = json_root(arena, json_object());
    json_t *values = json_array(), *list = json_array();
    json_member(arena, root, "model", json_string(check->unit.module->name));
    json_member(arena, root, "target", json_string(check->unit.target->name));
    json_member(arena, root, "threads", json_integer(check->product->threads));
    json_member(arena, root, "values", values);
    json_member(arena, root, "outputs", list);
    add_values(check, values);
    add_outputs(check, outputs, list);
    json_print(arena, root);
}

static ExitCode report(const Check *check, const CheckedOutput *outputs) {
    bool good = check_wrong_values(check) == 0;
    progress_hide(check->session->progress);
    for (int i = 0; i < check->plain->n_outputs; i++) {
        good = good && outputs[i].good;
    }
    if (check->session->options->json) {
        print_json(check, outputs);
    } else {
        print_values(check);
        for (int i = 0; i < check->plain->n_outputs; i++) {
            print_output(&outputs[i]);
        }
    }
    return good ? EXIT_DONE : EXIT_DIFFERENT;
}

ExitCode command_check(Session *session) {
    Check *check = NEW(session->arena, Check);
    check->session = session;
    ExitCode code = prepare(check);
    if (code == EXIT_DONE) {
        code = load(check);
    }
    if (code != EXIT_DONE) {
        return code;
    }
    const CheckedOutput *outputs = compare_outputs(check);
    return outputs ? report(check, outputs) : EXIT_MODEL;
}
