/* bench_setting.c - a loaded network and a number of threads -> what was measured.
 *
 * The times come from bench.c, the facts beside them from the model's own queries (xnc.h), so that
 * what is printed is what a user's program would see.
 */
#include "bench.h"
#include "model_graph.h"

enum { RUNS = 30 };

ExitCode bench_load(const Work *work, const Work *part, const LoadRequest *request, Unit *unit,
                    Product **product) {
    Model model;
    unit->graph = model_open(part, &request->model, &model) ? model_graph(part, &model) : NULL;
    if (!unit->graph || !unit_run(part, unit, &request->passes)) {
        return EXIT_MODEL;
    }
    ParamSource *source = param_source_open(part, &model, unit->graph);
    if (!source) {
        return EXIT_MODEL;
    }
    *product = product_load(work, unit, source, &request->build);
    return *product ? EXIT_DONE : product_failure(work->diag);
}

bool bench_build_peak(BenchSubject *subject) {
    const Work *work = subject->work;
    const CCNeed need = {.compiler = subject->target->compiler,
                         .from = subject->target->compiler_from};
    Build *build =
        build_open(work->arena, work->diag, &subject->build, &need, subject->target->cc_flags);
    const char *precision = xnc_model_precision(subject->product->model);
    subject->peak.target = subject->target;
    subject->peak.precision = (Precision)precision_by_name(precision);
    return build && peak_build(&subject->peak, build, work->arena);
}

/* All that is known before the first run. */
static Measured describe(const BenchSubject *subject) {
    const xnc_model *model = subject->product->model;
    const xnc_tensor_info *input = xnc_model_input(model);
    Measured measured = {.model = xnc_model_name(model),
                         .target = xnc_model_target(model),
                         .precision = xnc_model_precision(model),
                         .weights_type = xnc_model_weights_type(model),
                         .threads = subject->product->threads,
                         .batch = input->shape[0],
                         .height = input->shape[input->channels_last ? 1 : 2],
                         .width = input->shape[input->channels_last ? 2 : 3],
                         .runs = subject->runs > 0 ? subject->runs : RUNS,
                         .open_ms = subject->product->open_ms,
                         .macs = (double)xnc_model_macs(model),
                         .arena_bytes = subject->product->arena_bytes,
                         .weights_bytes = xnc_model_weights_bytes(model),
                         .arena_bound = subject->arena_bound,
                         .layers = model,
                         .layer_bytes = subject->layer_bytes};
    return measured;
}

bool bench_measure(BenchSubject *subject, int threads, bool layers, Measured *measured) {
    const Work *work = subject->work;
    Product *product = subject->product;
    if (!product_set_threads(work->diag, product, threads)) {
        return false;
    }
    *measured = describe(subject);
    if (layers) {
        measured->layer_ms = NEW_ARRAY(work->arena, double, xnc_model_layers(product->model));
    }
    progress_step(work->progress, "timing %d runs on %d threads", measured->runs, threads);
    if (!bench_time(work, product, &subject->peak, measured)) {
        return false;
    }
    measured->rss_bytes = bench_resident_bytes();
    if (layers) {
        measured->memory_speed = bench_memory_speed(product->pool, measured->weights_bytes);
    }
    return true;
}
