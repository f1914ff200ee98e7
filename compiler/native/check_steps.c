/* check_steps.c - the steps of a check: MODEL through the pipeline, interpreted, built, run,
 * compared.
 *
 * The outputs of the generated code are compared with the graph as described (or a golden file)
 * within 1e-4 of their spread: folding and fusing round differently, each operation by 6e-8 or so,
 * which adds up over a hundred layers, while a wrong kernel is off by orders of magnitude more. The
 * graph as described is f32: what other precisions lose is allowed for, and shown.
 */
#include "batches.h"
#include "channel_order.h"
#include "check.h"
#include "npy.h"

#include <math.h>

/* Of the spread of an output, by precision: what rounding the operands of all products moves it by,
 * and a few times more. */
static const double tolerances[PRECISION_COUNT] = {
    [PRECISION_f32] = 1e-4, [PRECISION_bf16] = 0.05, [PRECISION_int8] = INFINITY};

/* The same in f32 with weights of f16. */
static const double f16_tolerance = 0.005;

/* One graph is built and copied, as passes change it in place: the copy goes through the whole
 * pipeline, the original only to where outputs are selected. */
ExitCode check_prepare(Check *check, const UnitRequest *request) {
    const Work *work = check->work;
    PassOptions selecting = request->passes;
    selecting.stop_after = "select_features";
    Unit plain;
    ExitCode code = unit_begin(work, request, &check->model, &plain);
    if (code != EXIT_DONE) {
        return code;
    }
    check->described = graph_copy(work->arena, plain.graph);
    check->unit = plain;
    check->unit.graph = graph_copy(work->arena, plain.graph);
    check->plain = plain.graph;
    return unit_run(work, &plain, &selecting) && unit_run(work, &check->unit, &request->passes)
               ? EXIT_DONE
               : EXIT_MODEL;
}

/* found is the shape of the array in the file at path. */
static bool shapes_fit(Diag *diag, const char *path, const Shape *found, const Shape *wanted) {
    return shape_equal(found, wanted) ||
           diag_in(diag, DIAG_SHAPE, path, NULL, "--size and --batch set the shape of the network",
                   "has another shape than the network's");
}

/* Of a value of the caller. NULL after a diagnostic; a file of another shape is not read. */
static float *read_values(const Check *check, const char *path, const Value *value) {
    const Work *work = check->work;
    Shape shape, wanted = callers_shape(check->plain, &value->shape);
    if (!npy_shape(work->arena, work->diag, path, &shape) ||
        !shapes_fit(work->diag, path, &shape, &wanted)) {
        return NULL;
    }
    float *values = npy_read(work->arena, work->diag, path, &shape);
    return values && shapes_fit(work->diag, path, &shape, &wanted) ? values : NULL;
}

/* As many of the first images as a run takes; the rest of a batch is zeros. */
static bool take_images(Check *check, float *input) {
    const Shape *shape = &check->plain->input->shape;
    int64_t size = shape_elements(shape) / shape->dim[0];
    for (int64_t i = 0; i < shape->dim[0] && i < check->images->images; i++) {
        if (!batches_image(check->work, check->images, i, input + i * size)) {
            return false;
        }
    }
    return true;
}

/* The file of --input, else the first images, else seeded values. */
static bool read_input(Check *check) {
    const Value *input = check->plain->input;
    const char *path = check->request.input;
    if (path) {
        check->input = read_values(check, path, input);
        return check->input != NULL;
    }
    if (check->images) {
        float *images = NEW_ARRAY(check->work->arena, float, shape_elements(&input->shape));
        check->input = images;
        return take_images(check, images);
    }
    check->input = batches_seeded_input(check->work->arena, &input->shape);
    return true;
}

/* One array for each output, with room for its elements. */
static float **make_outputs(Arena *arena, const Graph *graph) {
    float **outputs = NEW_ARRAY(arena, float *, graph->n_outputs);
    for (int i = 0; i < graph->n_outputs; i++) {
        outputs[i] = NEW_ARRAY(arena, float, shape_elements(&graph->outputs[i]->shape));
    }
    return outputs;
}

ExitCode check_load(Check *check) {
    const Work *work = check->work;
    const Graph *graph = check->unit.graph;
    check->source = read_input(check) ? param_source_open(work, &check->model, check->plain) : NULL;
    if (!check->source || !check_expect(check)) {
        return EXIT_MODEL;
    }
    check->outputs = make_outputs(work->arena, graph);
    check->product = product_load(work, &check->unit, check->source, &check->request.build);
    return check->product &&
                   product_set_threads(work->diag, check->product, check->request.threads) &&
                   check_run(check)
               ? EXIT_DONE
               : product_failure(work->diag);
}

/* One file, or for several outputs one each: out.npy -> out.0.npy, out.1.npy. NULL after a
 * diagnostic. */
static float **read_golden(Check *check) {
    const Work *work = check->work;
    const Graph *graph = check->plain;
    float **expected = NEW_ARRAY(work->arena, float *, graph->n_outputs);
    const char *path = check->request.golden;
    for (int i = 0; i < graph->n_outputs; i++) {
        const char *name = graph->n_outputs > 1 ? batches_numbered(work->arena, path, i) : path;
        expected[i] = read_values(check, name, graph->outputs[i]);
        if (!expected[i]) {
            return NULL;
        }
    }
    return expected;
}

/* What the outputs should be: of --golden, or of the interpreter on the graph as described. NULL
 * after a diagnostic. */
static float **expect_outputs(Check *check) {
    if (check->request.golden) {
        return read_golden(check);
    }
    float **expected = make_outputs(check->work->arena, check->plain);
    return check_interpret_described(check, expected) ? expected : NULL;
}

/* Images whose largest class is equal. */
static int64_t count_same_top(const float *got, const float *expected, const Shape *shape) {
    int64_t same = 0;
    for (int64_t n = 0; n < shape->dim[0]; n++) {
        int64_t at = n * shape->dim[1];
        same +=
            largest_index(got + at, shape->dim[1]) == largest_index(expected + at, shape->dim[1]);
    }
    return same;
}

double check_tolerance(const Graph *graph) {
    return graph->weights_type == ELEMENT_f16 ? f16_tolerance : tolerances[graph->precision];
}

/* In f32 the largest score stays the largest; otherwise two that are next to each other may change
 * places. */
static bool is_near(const CheckedOutput *output, const Graph *graph) {
    bool halves = graph->weights_type == ELEMENT_f16;
    bool same = output->same_top == output->images || graph->precision != PRECISION_f32 || halves;
    return same && output->found.relative <= check_tolerance(graph);
}

/* What moves the inputs of a softmax by e moves a probability by e of itself at most: their measure
 * is the largest one. The spread of a thousand probabilities, most of which are nothing, is none.
 */
static void measure_probabilities(Difference *found, const float *expected) {
    found->spread = (double)expected[largest_index(expected, found->count)];
    found->relative = found->absolute > 0 ? found->absolute / found->spread : 0;
}

CheckedOutput *check_outputs(Check *check) {
    Arena *arena = check->work->arena;
    const Graph *graph = check->plain;
    float **expected = expect_outputs(check);
    if (!expected) {
        return NULL;
    }
    CheckedOutput *outputs = NEW_ARRAY(arena, CheckedOutput, graph->n_outputs);
    for (int i = 0; i < graph->n_outputs; i++) {
        const Shape *shape = &graph->outputs[i]->shape;
        outputs[i].name = graph->outputs[i]->name;
        outputs[i].found = compare_floats(check->outputs[i], expected[i], shape_elements(shape));
        if (graph->outputs[i]->def->op == OP_softmax) {
            measure_probabilities(&outputs[i].found, expected[i]);
        }
        if (shape->rank == 2) { /* only those are scores of classes */
            outputs[i].images = shape->dim[0];
            outputs[i].same_top = count_same_top(check->outputs[i], expected[i], shape);
        }
        outputs[i].good = is_near(&outputs[i], graph);
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
