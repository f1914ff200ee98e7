/* calibrate_agree.c - products return to f32 until the network answers as in f32.
 *
 *   44 products in int8   291 of 300 pictures get the class that f32 gives them; 297 are wanted
 *   the first 22 in f32   300
 *   the first 11          298
 *   the first 5           294
 *   ...                   the first 8: 297, which is the plan
 *
 * Which product is next is fixed (quant_curve.h); how many return is found by halving, as more of
 * them mean more equal answers by and large. Each plan is calibrated to its end, as biases take
 * back what the integers in front of them do, and then built and run: its answers are those of the
 * code that users run, with the same bits on every machine.
 */
#include "calibrate.h"

#include <string.h>

#include "check.h"
#include "quant_plan.h"

typedef struct Agreeing {
    Calibration *calibration;
    const AgreeRequest *request;
    QuantCurve curve;
    float *input;    /* of a batch */
    float **outputs; /* likewise */
    int64_t *wanted; /* of each image, its class in f32 */
    int64_t *found;  /* in the plan in turn */
    Quant *best;     /* the plan with fewest nodes in f32 that agrees; NULL: none yet */
    double best_moved;
} Agreeing;

/* The class that a product gives to each image. */
static bool classify(const Agreeing *run, Product *product, int64_t *classes) {
    Calibration *calibration = run->calibration;
    const ImageChoice *taken = &calibration->taken;
    const Graph *graph = calibration->unit.graph;
    int64_t scores = graph->outputs[0]->shape.dim[1];
    product->exec.profile = NULL;
    for (int64_t first = 0; first < taken->count;) {
        int64_t images =
            calibrate_fill(calibration, taken->index + first, taken->count - first, run->input);
        if (images < 0 ||
            !product_run(calibration->work->diag, product, run->input, run->outputs)) {
            return false;
        }
        for (int64_t i = 0; i < images; i++) {
            classes[first + i] = class_answered(graph, run->outputs[0] + i * scores, scores);
        }
        first += images;
        progress_count(calibration->work->progress, first, taken->count);
    }
    return true;
}

/* The network of the plan, for the target that is asked for. */
static bool load_plan(const Work *work, const Agreeing *run, const Quant *quant,
                      Product **product) {
    const AgreeRequest *request = run->request;
    const PassOptions silent = {.verify_each = false};
    const Work unseen = work_silent_part(work); /* notes of passes were seen in f32 */
    Model model = *request->model;
    Unit unit = {.arena = work->arena,
                 .diag = unseen.diag,
                 .target = request->target,
                 .graph = graph_copy(work->arena, run->calibration->described)};
    unit.graph->precision = PRECISION_int8;
    model.quant = quant;
    if (!quant_plan(work, quant, unit.graph) || !unit_run(work, &unit, &silent)) {
        return false;
    }
    ParamSource *source = param_source_open(work, &model, unit.graph);
    *product = source ? product_load(work, &unit, source, &request->build) : NULL;
    return *product && product_set_threads(work->diag, *product, run->calibration->threads);
}

/* The first so many nodes of the order are in f32, the others in int8. */
static void set_plan(const Agreeing *run, int64_t returned) {
    for (int i = 0; i < run->calibration->count; i++) {
        Precision precision = i < returned ? PRECISION_f32 : PRECISION_int8;
        run->calibration->at[run->curve.order[i]].precision = precision;
    }
}

/* Keeps the points in order of the nodes that returned. */
static void add_point(Agreeing *run, const QuantPoint *point) {
    Quant *quant = run->request->quant;
    quant->points =
        arena_room(run->calibration->work->arena, quant->points, quant->n_points, sizeof *point);
    int at = quant->n_points++;
    for (; at > 0 && quant->points[at - 1].returned > point->returned; at--) {
        quant->points[at] = quant->points[at - 1];
    }
    quant->points[at] = *point;
}

/* Calibrates, builds and runs a plan; agrees: whether its answers do. */
static bool try_plan(Agreeing *run, int64_t returned, bool *agrees) {
    Calibration *calibration = run->calibration;
    const Work *work = calibration->work;
    Work part = work_part(work);
    Product *product = NULL;
    Quant *quant = NEW(work->arena, Quant);
    QuantPoint point = {.returned = returned, .images = calibration->taken.count};
    set_plan(run, returned);
    *quant = *run->request->quant;
    bool good = calibrate_correct(calibration);
    calibrate_result(calibration, quant);
    good = good && load_plan(&part, run, quant, &product);
    progress_step(work->progress, "running it with %lld products in f32", (long long)returned);
    good = good && classify(run, product, run->found);
    for (int64_t i = 0; good && i < point.images; i++) {
        point.same += run->found[i] == run->wanted[i];
    }
    *agrees = (double)point.same >= run->request->agreement * (double)point.images;
    if (good) {
        add_point(run, &point);
    }
    if (good && *agrees) {
        run->best = quant;
        run->best_moved = calibration->moved;
    }
    arena_destroy(part.arena);
    return good;
}

/* All in f32 agree by what they are; none in f32 is tried first. */
static bool search(Agreeing *run) {
    int64_t too_few = 0, enough = run->calibration->count;
    bool agrees = false, good = try_plan(run, 0, &agrees);
    while (good && !agrees && enough - too_few > 1) {
        int64_t middle = too_few + (enough - too_few) / 2;
        bool there = false;
        good = try_plan(run, middle, &there);
        enough = there ? middle : enough;
        too_few = there ? too_few : middle;
    }
    return good;
}

/* The numbers of the plan that was found, with all points of the way. */
static void keep_best(Agreeing *run) {
    Calibration *calibration = run->calibration;
    Quant *quant = run->request->quant;
    calibration->moved = run->best ? run->best_moved : 0;
    if (run->best) {
        quant->nodes = run->best->nodes;
        quant->count = run->best->count;
        quant->maps = run->best->maps;
        quant->map_count = run->best->map_count;
        return;
    }
    set_plan(run, calibration->count);
    calibrate_result(calibration, quant);
}

bool calibrate_agree(Calibration *calibration, const AgreeRequest *request) {
    const Work *work = calibration->work;
    const Graph *graph = calibration->unit.graph;
    int64_t images = calibration->taken.count;
    float *scores = NEW_ARRAY(work->arena, float, shape_elements(&graph->outputs[0]->shape));
    Agreeing run = {.calibration = calibration,
                    .request = request,
                    .input = NEW_ARRAY(work->arena, float, shape_elements(&graph->input->shape)),
                    .outputs = &scores,
                    .wanted = NEW_ARRAY(work->arena, int64_t, images),
                    .found = NEW_ARRAY(work->arena, int64_t, images)};
    Quant *quant = request->quant;
    quant->agreement = (float)request->agreement;
    calibrate_result(calibration, quant);
    run.curve = quant_curve(work, quant, calibration->described, request->target);
    progress_step(work->progress, "running the network in f32");
    if (!classify(&run, calibration->product, run.wanted) || !search(&run)) {
        return false;
    }
    keep_best(&run);
    return true;
}
