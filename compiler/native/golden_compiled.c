/* golden_compiled.c - a compiled network, run -> a digest of each layer's result.
 *
 * It sees what golden.c sees of the interpreter, here of the code: with --run-with that of another
 * machine.
 */
#include "golden.h"
#include "layer_value.h"
#include "xnc_golden.h"

/* Of the run on one input. */
typedef struct GoldenRun {
    const Work *work;
    const Module *module;
    GoldenDigests *digests;
    int input; /* its index */
    float **outputs;
} GoldenRun;

/* An xnc_profile. */
static void see_layer(void *context, int index, uint64_t nanoseconds, const void *values) {
    const GoldenRun *run = context;
    const Layer *layer = &run->module->layers[index];
    Arena *arena = arena_child(run->work->arena);
    const float *value = layer_value(arena, run->module, layer, values, run->outputs);
    (void)nanoseconds;
    run->digests->of_layers[index * run->digests->n_inputs + run->input] =
        xnc_golden_digest(value, (size_t)(layer->out_channels * layer->out_pixels));
    arena_destroy(arena);
}

static float **make_outputs(Arena *arena, const Module *module) {
    float **outputs = NEW_ARRAY(arena, float *, module->n_outputs);
    for (int i = 0; i < module->n_outputs; i++) {
        outputs[i] = NEW_ARRAY(arena, float, shape_elements(&module->outputs[i].shape));
    }
    return outputs;
}

GoldenDigests *golden_compiled(const Work *work, const Unit *unit, Product *product,
                               const GoldenInput inputs[], int n_inputs) {
    GoldenRun run = {.work = work,
                     .module = unit->module,
                     .digests = golden_digests(work->arena, unit->module, inputs, n_inputs),
                     .outputs = make_outputs(work->arena, unit->module)};
    product->exec.profile = see_layer;
    product->exec.profile_context = &run;
    bool good = true;
    for (; good && run.input < n_inputs; run.input++) {
        progress_step(work->progress, "running the network on %s", inputs[run.input].name);
        good = product_run(work->diag, product, inputs[run.input].values, run.outputs);
    }
    product->exec.profile = NULL;
    progress_hide(work->progress);
    return good ? run.digests : NULL;
}
