/* bench_setting.c - a loaded network and a number of threads -> what was measured. */
#include "bench.h"

enum { RUNS = 30 };

ExitCode bench_load(Session *session, Session *work, Unit *unit, int size_at, int batch_at,
                    Product **product) {
    const Description *description = session_description(work);
    unit->graph = description ? session_graph(work, description, size_at, batch_at) : NULL;
    if (!unit->graph || !session_passes(work, unit, NULL)) {
        return EXIT_MODEL;
    }
    ParamSource *source = param_source_open(work, description, unit->graph);
    if (!source) {
        return EXIT_MODEL;
    }
    *product = product_load(session, unit, source);
    return *product ? EXIT_DONE : product_failure(session);
}

bool bench_build_peak(BenchSubject *subject) {
    const Options *options = subject->session->options;
    BuildOptions build_options = {options->cc, subject->target->cc_flags, options->no_cache};
    Arena *arena = subject->session->work.arena;
    Build *build = build_open(arena, subject->session->work.diag, &build_options);
    subject->peak.target = subject->target;
    return build && peak_build(&subject->peak, build, arena);
}

static Measured describe(const BenchSubject *subject) {
    const xnc_model *model = subject->product->model;
    const xnc_tensor_info *input = xnc_model_input(model);
    const Options *options = subject->session->options;
    Measured measured = {.model = xnc_model_name(model),
                         .target = xnc_model_target(model),
                         .threads = subject->product->threads,
                         .batch = input->shape[0],
                         .height = input->shape[2],
                         .width = input->shape[3],
                         .runs = options->runs > 0 ? (int)options->runs : RUNS,
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
    Session *session = subject->session;
    Product *product = subject->product;
    if (!product_set_threads(session, product, threads)) {
        return false;
    }
    *measured = describe(subject);
    if (layers) {
        measured->layer_ms =
            NEW_ARRAY(session->work.arena, double, xnc_model_layers(product->model));
    }
    progress_step(session->work.progress, "timing %d runs on %d threads", measured->runs, threads);
    if (!bench_time(session, product, &subject->peak, measured)) {
        return false;
    }
    measured->rss_bytes = bench_resident_bytes();
    if (layers) {
        measured->memory_speed = bench_memory_speed(product->pool, measured->weights_bytes);
    }
    return true;
}
