/* command_bench.c - xnc bench: for each size, batch and number of threads, how long a run takes.
 *
 * Each size and batch is a network of its own. What compiling it needs is freed before the clock
 * starts, so that the resident memory is that of a program that runs the network.
 */
#include "bench.h"

static ExitCode load(BenchSubject *subject, Session *work, int size_at, int batch_at) {
    Unit unit = {.arena = work->work.arena, .diag = work->work.diag, .target = subject->target};
    ExitCode code = bench_load(subject->session, work, &unit, size_at, batch_at, &subject->product);
    if (code == EXIT_DONE) {
        subject->arena_bound = unit.graph->arena_bound;
        subject->layer_bytes = bench_layer_bytes(subject->session->work.arena, unit.module);
    }
    return code;
}

static ExitCode load_alone(BenchSubject *subject, int size_at, int batch_at) {
    Session work = *subject->session;
    work.work = work_part(&work.work);
    ExitCode code = load(subject, &work, size_at, batch_at);
    arena_give_back(work.work.arena);
    return code;
}

static bool measure(BenchSubject *subject, int threads) {
    Session *session = subject->session;
    Measured measured;
    if (!bench_measure(subject, threads, session->options->layers, &measured)) {
        return false;
    }
    progress_hide(session->work.progress);
    if (session->options->json) {
        bench_print_json(session, &measured);
    } else {
        bench_print(&measured);
    }
    fflush(stdout);
    return true;
}

static ExitCode bench_network(Session *session, const Target *target, int size_at, int batch_at) {
    const IntList *threads = &session->options->threads;
    BenchSubject subject = {.session = session, .target = target};
    ExitCode code = load_alone(&subject, size_at, batch_at);
    if (code != EXIT_DONE) {
        return code;
    }
    if (!bench_build_peak(&subject)) {
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
    Session inner = *session;
    inner.work = work_part(&inner.work);
    ExitCode code = bench_network(&inner, target, size_at, batch_at);
    arena_give_back(inner.work.arena);
    return code;
}

ExitCode command_bench(Session *session) {
    const Options *options = session->options;
    if (!session_passes_known(session)) {
        return EXIT_USAGE;
    }
    const Target *target = session_target(session);
    ExitCode code = target ? EXIT_DONE : session_no_target(session);
    int sizes = options->sizes.count ? options->sizes.count : 1;
    int batches = options->batches.count ? options->batches.count : 1;
    for (int i = 0; code == EXIT_DONE && i < sizes * batches; i++) {
        code = bench_alone(session, target, i / batches, i % batches);
    }
    return code;
}
