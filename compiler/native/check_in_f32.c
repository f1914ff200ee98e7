/* check_in_f32.c - the network of a check once more in f32, and how often both give one answer.
 *
 *   images   ->   int8: classes 3 7 7 1   f32: classes 3 7 2 1   ->   the same in 3 of 4
 *
 * Both are compiled code: what is compared is what would be deployed with either.
 */
#include "batches.h"
#include "check.h"

#include <string.h>

/* Both networks on the images; a BatchFunction appends the results in f32 to its own. */
typedef struct Both {
    Check *check;
    float *in_f32; /* of all images */
    float *batch;  /* of the run in turn */
    int64_t done, images;
} Both;

static void forget_precision(Node *node, void *context) {
    (void)context;
    node->bf16 = node->int8 = node->bytes = false;
    node->together = 0;
}

/* The graph before any pass, which the same passes then take through another precision. */
static Unit unit_in_f32(const Check *check) {
    const Work *work = check->work;
    Unit unit = {.arena = work->arena, .diag = work->diag, .target = check->unit.target};
    unit.graph = graph_copy(work->arena, check->described);
    unit.graph->precision = PRECISION_f32;
    unit.graph->weights_type = ELEMENT_f32;
    graph_each(unit.graph, forget_precision, NULL);
    return unit;
}

bool check_is_f32(const Check *check) {
    const Graph *graph = check->plain;
    return graph->precision == PRECISION_f32 && graph->weights_type == ELEMENT_f32;
}

bool check_load_f32(Check *check) {
    const Work *work = check->work;
    const PassOptions silent = {.verify_each = false};
    check->unit_f32 = unit_in_f32(check);
    if (!unit_run(work, &check->unit_f32, &silent)) {
        return false;
    }
    ParamSource *source = param_source_open(work, &check->model, check->unit_f32.graph);
    check->product_f32 =
        source ? product_load(work, &check->unit_f32, source, &check->request.build) : NULL;
    return check->product_f32 &&
           product_set_threads(work->diag, check->product_f32, check->request.threads);
}

static bool run_both(void *context, const float *input, float *const outputs[]) {
    Both *both = context;
    const Shape *shape = &both->check->plain->outputs[0]->shape;
    Diag *diag = both->check->work->diag;
    int64_t rest = both->images - both->done, count = rest < shape->dim[0] ? rest : shape->dim[0];
    if (!product_run(diag, both->check->product, input, outputs) ||
        !product_run(diag, both->check->product_f32, input, &both->batch)) {
        return false;
    }
    memcpy(both->in_f32 + both->done * shape->dim[1], both->batch,
           (size_t)(count * shape->dim[1]) * sizeof *both->batch);
    both->done += count;
    return true;
}

int64_t class_answered(const Graph *graph, const float *scores, int64_t count) {
    float border = graph->scores == SCORES_NONE ? 0.5f : 0.0f;
    return count == 1 ? scores[0] > border : largest_index(scores, count);
}

static Agreement compare(const Both *both, const float *found) {
    const Graph *graph = both->check->plain;
    int64_t outputs = graph->outputs[0]->shape.dim[1];
    Agreement agreement = {.images = both->images};
    Moved moved = {0, 0};
    for (int64_t i = 0; i < both->images; i++) {
        agreement.same += class_answered(graph, found + i * outputs, outputs) ==
                          class_answered(graph, both->in_f32 + i * outputs, outputs);
    }
    moved_add(&moved, found, both->in_f32, both->images * outputs);
    agreement.moved = moved_part(&moved);
    return agreement;
}

ExitCode check_agree(Check *check) {
    Batches *images = check->images;
    const Work *work = check->work;
    int64_t outputs = check->plain->outputs[0]->shape.dim[1];
    int64_t batch = check->plain->outputs[0]->shape.dim[0];
    Both both = {.check = check, .images = images->images};
    both.in_f32 = NEW_ARRAY(work->arena, float, images->images *outputs);
    both.batch = NEW_ARRAY(work->arena, float, batch *outputs);
    check->product->exec.profile = NULL;
    if (!batches_run(work, images, run_both, &both)) {
        return EXIT_MACHINE;
    }
    check->agreement = compare(&both, images->outputs[0]);
    return images->unreadable > 0 ? EXIT_MODEL : EXIT_DONE;
}
