/* tune.c - a network and a target -> the numbers with which this machine runs it fastest.
 *
 *   block_bytes 1146880          104.6 ms   beside 105.1: kept
 *
 * Hill climbing: starting from the target's own numbers, one change after the other is tried. The
 * network is compiled with it and runs in turn with the best so far, so that both see the same
 * clock and the same load of the machine. A change is kept when it is faster by GAIN per cent, more
 * than measuring varies by. The cost model of tiles (passes/common/tile_cost.c) gave the starting
 * point; it knows instructions, not the caches and memory of this machine. Results keep their bits,
 * so every candidate is right.
 */
#include <math.h>

#include "tune.h"

#include "tile.h"
#include "tuning.h"

enum {
    ROUNDS = 15,    /* runs of each, after one to warm up */
    LEAST_MS = 500, /* of running both: short runs are repeated more often */
    GAIN = 2        /* per cent that a change has to bring */
};

/* A change of one number: to a number, by a number or to so many per cent of it. */
typedef enum HowChanged { SET, ADD, SCALE } HowChanged;
typedef struct Change {
    const char *name; /* of the field, as tuning files spell it */
    size_t offset;    /* of the field, an int, in Tuning */
    HowChanged how;
    int number;
} Change;

#define CHANGE(field, how, number)                                                                 \
    { #field, offsetof(Tuning, field), how, number }
/* Tried in this order; the shape of register tiles first, as block sizes are best tuned for it. */
static const Change changes[] = {
    CHANGE(pw_vectors, SET, 2),     CHANGE(pw_vectors, SET, 3),      CHANGE(pw_vectors, SET, 4),
    CHANGE(block_bytes, SCALE, 50), CHANGE(block_bytes, SCALE, 200), CHANGE(l2_bytes, SCALE, 50),
    CHANGE(l2_bytes, SCALE, 200),   CHANGE(pw_near, SET, 0),         CHANGE(pw_near, SET, 16),
    CHANGE(dw_columns, ADD, -1),    CHANGE(dw_columns, ADD, 1),      CHANGE(pw_unroll, SET, 1),
    CHANGE(pw_unroll, SET, 2),      CHANGE(pw_unroll, SET, 4),
};
enum { CHANGE_COUNT = sizeof changes / sizeof *changes };

/* A network compiled with some numbers. Everything of it lives in the arena of its work, a child of
 * the whole work's, so that a loser is freed with its code and weights. */
typedef struct Contender {
    Work work;
    Tuning tuning;
    Product *product;
    BenchBuffers buffers;
    double best_ms; /* its fastest run of the current comparison */
} Contender;

/* What all contenders have in common. */
typedef struct Race {
    const Work *work;
    const TuneRequest *request;
    const Target *target;
} Race;

/* Compiles the network with these numbers and loads it. After a failure *contender may be
 * incomplete; its arena ends with the parent's. */
static ExitCode enter(Contender *contender, const Race *race, const Tuning *tuning) {
    *contender = (Contender){.work = work_part(race->work), .tuning = *tuning};
    const Work *work = &contender->work;
    Unit unit = {.arena = work->arena, .diag = work->diag};
    unit.target = target_tuned(work->arena, race->target, tuning);
    ExitCode code = bench_load(work, work, &race->request->load, &unit, &contender->product);
    if (code != EXIT_DONE) {
        return code;
    }
    contender->buffers = bench_buffers(work->arena, contender->product->model);
    int threads = race->request->threads;
    return product_set_threads(work->diag, contender->product, threads) ? EXIT_DONE : EXIT_MACHINE;
}

/* Runs once and returns the time; negative after a diagnostic. */
static double run_once(Contender *contender) {
    double ms = bench_run(contender->work.diag, contender->product, &contender->buffers);
    contender->best_ms = fmin(contender->best_ms, ms);
    return ms;
}

/* Both run in turn; the best run of each counts, as disturbances only ever make a run slower. The
 * run of round 0 warms up caches and is forgotten. False after a diagnostic. */
static bool compete(Contender *holder, Contender *rival) {
    double sum = 0;
    for (int i = 0; i <= ROUNDS || sum < LEAST_MS; i++) {
        if (i == 1) {
            holder->best_ms = rival->best_ms = INFINITY;
        }
        double a = run_once(holder), b = run_once(rival);
        if (a < 0 || b < 0) {
            return false;
        }
        sum += a + b;
    }
    return true;
}

/* Makes a change; false when it leads out of what a file may hold, or changes nothing. The tallest
 * tile that fits the registers depends on its width, so pw_rows follows pw_vectors. */
static bool apply(const Change *change, const Target *target, Tuning *tuning) {
    int *field = (int *)((char *)tuning + change->offset), before = *field;
    int64_t scaled = (int64_t)before * change->number / 100;
    *field = change->how == SET   ? change->number
             : change->how == ADD ? before + change->number
                                  : (int)scaled;
    if (change->offset == offsetof(Tuning, pw_vectors)) {
        tuning->pw_rows = (int)most_rows(target, change->number, 0);
    }
    return *field != before && tuning_is_valid(tuning);
}

static void tell(const Change *change, const Contender *holder, const Contender *rival, bool kept) {
    int number = *(const int *)((const char *)&rival->tuning + change->offset);
    printf("%-12s %-10d %9.2f ms beside %.2f: %s\n", change->name, number, rival->best_ms,
           holder->best_ms, kept ? "kept" : "no gain");
    fflush(stdout);
}

/* The better of both stays in *holder, the other one's arena ends. */
static ExitCode try_change(const Change *change, const Race *race, Contender *holder) {
    Tuning tuning = holder->tuning;
    if (!apply(change, race->target, &tuning)) {
        return EXIT_DONE;
    }
    Contender rival;
    ExitCode code = enter(&rival, race, &tuning);
    if (code != EXIT_DONE || !compete(holder, &rival)) {
        return code != EXIT_DONE ? code : EXIT_MACHINE;
    }
    bool kept = rival.best_ms < holder->best_ms * (100 - GAIN) / 100;
    progress_hide(race->work->progress);
    tell(change, holder, &rival, kept);
    arena_give_back(kept ? holder->work.arena : rival.work.arena);
    if (kept) {
        *holder = rival;
    }
    return EXIT_DONE;
}

ExitCode tune_target(const Work *work, const TuneRequest *request, const Target *target,
                     Tuning *best) {
    Race race = {work, request, target};
    Contender holder;
    ExitCode code = enter(&holder, &race, &target->tune);
    for (int i = 0; code == EXIT_DONE && i < CHANGE_COUNT; i++) {
        progress_step(work->progress, "change %d of %d: %s", i + 1, CHANGE_COUNT, changes[i].name);
        code = try_change(&changes[i], &race, &holder);
    }
    *best = holder.tuning;
    arena_give_back(holder.work.arena);
    return code;
}
