/* command_bench.c - xnc bench: for each size, batch and number of threads, how long a run takes.
 *
 * Each size and batch is a network of its own, compiled anew; numbers of threads share it. Memory
 * that compiling needs is given back to the system before the clock starts, so that the resident
 * memory is that of a program that runs the network.
 */
#include "command.h"

/* Compiles in the arena of part, and keeps what is printed later in the subject's. */
static ExitCode load(BenchSubject *subject, const Work *part, const LoadRequest *request) {
    const Work *work = subject->work;
    Unit unit = {.arena = part->arena, .diag = part->diag, .target = subject->target};
    ExitCode code = bench_load(work, part, request, &unit, &subject->product);
    if (code == EXIT_DONE) {
        subject->arena_bound = unit.graph->arena_bound;
        subject->layer_bytes = bench_layer_bytes(work->arena, &unit);
    }
    return code;
}

/* Frees graph, module and weights of the compilation; the loaded product stays. */
static ExitCode load_alone(BenchSubject *subject, const LoadRequest *request) {
    Work part = work_part(subject->work);
    ExitCode code = load(subject, &part, request);
    arena_give_back(part.arena);
    return code;
}

/* Measures and prints one setting. Flushed, so that a long sweep can be read while it runs. */
static bool measure(BenchSubject *subject, const Options *options, int threads) {
    const Work *work = subject->work;
    Measured measured;
    if (!bench_measure(subject, threads, options->layers, &measured)) {
        return false;
    }
    progress_hide(work->progress);
    if (options->json) {
        bench_print_json(work->arena, &measured);
    } else {
        bench_print(&measured);
    }
    fflush(stdout);
    return true;
}

/* All numbers of threads of one network. The peak is built after loading, in the same arena. */
static ExitCode bench_network(BenchSubject *subject, const Options *options,
                              const LoadRequest *request) {
    const IntList *threads = &options->threads;
    ExitCode code = load_alone(subject, request);
    if (code != EXIT_DONE) {
        return code;
    }
    if (!bench_build_peak(subject)) {
        return EXIT_MACHINE;
    }
    for (int i = 0; i < (threads->count ? threads->count : 1); i++) {
        if (!measure(subject, options, threads->count ? (int)threads->at[i] : 1)) {
            return EXIT_MACHINE;
        }
    }
    return EXIT_DONE;
}

/* One network of the sweep in an arena of its own, so that the next one starts with free memory. */
static ExitCode bench_alone(const Work *work, const Options *options, const Target *target,
                            const LoadRequest *request) {
    Work part = work_part(work);
    BenchSubject subject = {
        .work = &part, .target = target, .build = request->build, .runs = (int)options->runs};
    ExitCode code = bench_network(&subject, options, request);
    arena_give_back(part.arena);
    return code;
}

/* Sizes in the outer loop, batches in the inner one. */
ExitCode command_bench(const Work *work, const Options *options) {
    PassOptions passes = pass_request(options, NULL);
    TargetRequest request = target_request(options);
    if (!passes_known(work->arena, &passes)) {
        return EXIT_USAGE;
    }
    const Target *target;
    ExitCode code = target_choose(work, &request, &target);
    int sizes = options->sizes.count ? options->sizes.count : 1;
    int batches = options->batches.count ? options->batches.count : 1;
    for (int i = 0; code == EXIT_DONE && i < sizes * batches; i++) {
        LoadRequest setting = load_request(options, i / batches, i % batches);
        code = bench_alone(work, options, target, &setting);
    }
    return code;
}
