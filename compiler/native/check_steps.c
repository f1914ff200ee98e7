/* check_steps.c - the way of a check: MODEL through the pipeline, interpreted, built, run,
 * compared.
 *
 * The outputs of the generated code are held against the graph as described (or a golden file),
 * within 1e-4 of their spread, because folding and fusing round differently.
 */
#include "batches.h"
#include "check.h"
#include "npy.h"

static const double TOLERANCE = 1e-4; /* of the spread of an output */

ExitCode check_prepare(Check *check) {
    Session *session = check->session;
    if (!session_passes_known(session)) {
        return EXIT_USAGE;
    }
    Unit plain = {.arena = session->work.arena, .diag = session->work.diag};
    plain.target = session_target(session);
    if (!plain.target) {
        return session_no_target(session);
    }
    check->unit = plain;
    check->description = session_description(session);
    plain.graph = check->description ? session_graph(session, check->description, 0, 0) : NULL;
    if (!plain.graph) {
        return EXIT_MODEL;
    }
    check->unit.graph = graph_copy(session->work.arena, plain.graph);
    check->plain = plain.graph;
    return session_passes(session, &plain, "select_features") &&
                   session_passes(session, &check->unit, NULL)
               ? EXIT_DONE
               : EXIT_MODEL;
}

static bool shapes_fit(Session *session, const char *path, const Shape *found,
                       const Shape *wanted) {
    return shape_equal(found, wanted) || diag_in(session->work.diag, DIAG_SHAPE, path, NULL,
                                                 "--size and --batch set the shape of the network",
                                                 "has another shape than the network's");
}

/* NULL after a diagnostic; a file of another shape is not read. */
static float *read_values(Session *session, const char *path, const Shape *wanted) {
    Shape shape;
    if (!npy_shape(session->work.arena, session->work.diag, path, &shape) ||
        !shapes_fit(session, path, &shape, wanted)) {
        return NULL;
    }
    float *values = npy_read(session->work.arena, session->work.diag, path, &shape);
    return values && shapes_fit(session, path, &shape, wanted) ? values : NULL;
}

/* The file of --input, or seeded values. */
static bool read_input(Check *check) {
    Session *session = check->session;
    const Shape *wanted = &check->plain->input->shape;
    const char *path = session->options->input;
    if (path) {
        check->input = read_values(session, path, wanted);
        return check->input != NULL;
    }
    check->input = batches_seeded_input(session->work.arena, wanted);
    return true;
}

ExitCode check_load(Check *check) {
    Session *session = check->session;
    const Graph *graph = check->unit.graph;
    check->source =
        read_input(check) ? param_source_open(session, check->description, check->plain) : NULL;
    if (!check->source || !check_expect(check)) {
        return EXIT_MODEL;
    }
    check->outputs = NEW_ARRAY(session->work.arena, float *, graph->n_outputs);
    for (int i = 0; i < graph->n_outputs; i++) {
        check->outputs[i] =
            NEW_ARRAY(session->work.arena, float, shape_elements(&graph->outputs[i]->shape));
    }
    check->product = product_load(session, &check->unit, check->source);
    int threads = (int)first_or(&session->options->threads, 1);
    return check->product && product_set_threads(session, check->product, threads) &&
                   check_run(check)
               ? EXIT_DONE
               : product_failure(session);
}

static bool read_golden(Check *check, float **expected) {
    Session *session = check->session;
    const Graph *graph = check->plain;
    const char *path = session->options->golden;
    for (int i = 0; i < graph->n_outputs; i++) {
        const char *name =
            graph->n_outputs > 1 ? batches_numbered(session->work.arena, path, i) : path;
        expected[i] = read_values(session, name, &graph->outputs[i]->shape);
        if (!expected[i]) {
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
    return check_interpret_described(check, expected);
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

CheckedOutput *check_outputs(Check *check) {
    Arena *arena = check->session->work.arena;
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

bool check_good(const Check *check, const CheckedOutput *outputs) {
    bool good = check_wrong_values(check) == 0;
    for (int i = 0; i < check->plain->n_outputs; i++) {
        good = good && outputs[i].good;
    }
    return good;
}
