/* command_bench.c - xnc bench: for each size, batch and number of threads, how long a run takes.
 *
 * Each size and batch is a network of its own. What compiling it needs is freed before the clock
 * starts, so that the resident memory is that of a program that runs the network.
 */
#include "bench.h"
#include "inner_arena.h"

enum { RUNS = 30 };

/* One network of the sweep, ready to run. */
typedef struct Subject {
    Session *session; /* whose arena holds what follows */
    const Target *target;
    Product *product;
    Peak peak;
    int64_t arena_bound, *layer_bytes;
} Subject;

/* The graph through the pipeline, in the arena of work. */
static bool compile(Session *work, const Description *description, Unit *unit, int size_at,
                    int batch_at) {
    unit->graph = session_graph(work, description, size_at, batch_at);
    return unit->graph && session_passes(work, unit, NULL);
}

static ExitCode load(Subject *subject, Session *work, int size_at, int batch_at) {
    Unit unit = {.arena = work->arena, .diag = work->diag, .target = subject->target};
    const Description *description = session_description(work);
    if (!description || !compile(work, description, &unit, size_at, batch_at)) {
        return EXIT_MODEL;
    }
    ParamSource *source = param_source_open(work, description, unit.graph);
    if (!source) {
        return EXIT_MODEL;
    }
    subject->arena_bound = unit.graph->arena_bound;
    subject->layer_bytes = bench_layer_bytes(subject->session->arena, unit.module);
    subject->product = product_load(subject->session, &unit, source);
    return subject->product ? EXIT_DONE : EXIT_MACHINE;
}

static ExitCode load_alone(Subject *subject, int size_at, int batch_at) {
    Arena *outer = subject->session->arena, **slot = inner_arena(outer);
    if (arena_protect(*slot)) {
        arena_fail(outer);
    }
    Session work = *subject->session;
    work.arena = *slot;
    ExitCode code = load(subject, &work, size_at, batch_at);
    inner_arena_end(slot);
    return code;
}

static bool build_peak(Subject *subject) {
    const Options *options = subject->session->options;
    BuildOptions build_options = {options->cc, subject->target->cc_flags, options->no_cache};
    Arena *arena = subject->session->arena;
    Build *build = build_open(arena, subject->session->diag, &build_options);
    subject->peak.target = subject->target;
    return build && peak_build(&subject->peak, build, arena);
}

static Measured describe(const Subject *subject) {
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
    if (options->layers) {
        measured.layer_ms = NEW_ARRAY(subject->session->arena, double, xnc_model_layers(model));
    }
    return measured;
}

static bool measure(Subject *subject, int threads) {
    Product *product = subject->product;
    if (!product_set_threads(subject->session, product, threads)) {
        return false;
    }
    Measured measured = describe(subject);
    progress_step(subject->session->progress, "timing %d runs on %d threads", measured.runs,
                  threads);
    if (!bench_time(subject->session, product, &subject->peak, &measured)) {
        return false;
    }
    measured.rss_bytes = bench_resident_bytes();
    if (measured.layer_ms) {
        measured.memory_speed = bench_memory_speed(product->pool, measured.weights_bytes);
    }
    progress_hide(subject->session->progress);
    if (subject->session->options->json) {
        bench_print_json(subject->session, &measured);
    } else {
        bench_print(&measured);
    }
    fflush(stdout);
    return true;
}

static ExitCode bench_network(Session *session, const Target *target, int size_at, int batch_at) {
    const IntList *threads = &session->options->threads;
    Subject subject = {.session = session, .target = target};
    ExitCode code = load_alone(&subject, size_at, batch_at);
    if (code != EXIT_DONE) {
        return code;
    }
    if (!build_peak(&subject)) {
        return EXIT_MACHINE;
    }
    for (int i = 0; i < (threads->count ? threads->count : 1); i++) {
        if (!measure(&subject, threads->count ? (int)threads->at[i] : 1)) {
            return EXIT_MACHINE;
        }
    }
    return EXIT_DONE;
}

static ExitCode bench_alone(Session *session, const Target *target, int size_at, int batch_at) {
    Arena **slot = inner_arena(session->arena);
    if (arena_protect(*slot)) {
        arena_fail(session->arena);
    }
    Session inner = *session;
    inner.arena = *slot;
    ExitCode code = bench_network(&inner, target, size_at, batch_at);
    inner_arena_end(slot);
    return code;
}

ExitCode command_bench(Session *session) {
    const Options *options = session->options;
    if (!session_passes_known(session)) {
        return EXIT_USAGE;
    }
    const Target *target = session_target(session);
    ExitCode code = target ? EXIT_DONE : EXIT_USAGE;
    int sizes = options->sizes.count ? options->sizes.count : 1;
    int batches = options->batches.count ? options->batches.count : 1;
    for (int i = 0; code == EXIT_DONE && i < sizes * batches; i++) {
        code = bench_alone(session, target, i / batches, i % batches);
    }
    return code;
}
