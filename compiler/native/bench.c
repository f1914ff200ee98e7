/* bench.c - a loaded network -> times of its runs, and the peak rate of the machine beside them.
 *
 *   warm-up, then: run, burst, run, burst, ...   ->   min, median, p90, p99; the best burst
 *
 * Each run is timed by itself, so that disturbances show in the quantiles and not in the minimum.
 * The bursts between the runs see the same clock and load (peak.h).
 */
#include "bench.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "batches.h"

/* Runs to warm up, at most; milliseconds after which no further warm-up run begins; the longest
 * burst in milliseconds. */
enum { WARM_UP = 3, LONGEST_WARM_UP = 500, LONGEST_BURST = 500 };

/* Times of each layer in each run. */
typedef struct LayerTimes {
    double *ms; /* of a layer in a run, at layer * runs + run; NULL when not asked for */
    int runs;
    int run; /* the current run; -1 while warming up: not recorded */
} LayerTimes;

static double now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* An xnc_profile. */
static void note_layer(void *context, int layer, uint64_t nanoseconds, const void *arena) {
    LayerTimes *times = context;
    (void)arena;
    if (times->run >= 0) {
        times->ms[layer * times->runs + times->run] = (double)nanoseconds / 1e6;
    }
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The smallest value that a share of all values does not exceed; they are sorted. */
static double quantile(const double *sorted, int count, double share) {
    int at = (int)ceil(share * count) - 1;
    return sorted[at < 0 ? 0 : at];
}

BenchBuffers bench_buffers(Arena *arena, const xnc_model *model) {
    const xnc_tensor_info *info = xnc_model_input(model);
    Shape shape = {.rank = info->rank};
    memcpy(shape.dim, info->shape, sizeof shape.dim);
    BenchBuffers buffers = {.input = batches_seeded_input(arena, &shape)};
    buffers.outputs = NEW_ARRAY(arena, float *, xnc_model_outputs(model));
    for (int i = 0; i < xnc_model_outputs(model); i++) {
        buffers.outputs[i] =
            NEW_ARRAY(arena, float, xnc_tensor_elements(xnc_model_output(model, i)));
    }
    return buffers;
}

/* Sorts the times of the runs; times of layers stay in the order of runs, of which each layer's
 * minimum is taken. Minima of layers add up to less than the minimum of a run. */
static void summarize(Measured *measured, double *ms, LayerTimes *times) {
    int runs = measured->runs;
    qsort(ms, (size_t)runs, sizeof *ms, by_value);
    measured->min_ms = ms[0];
    measured->median_ms = quantile(ms, runs, 0.5);
    measured->p90_ms = quantile(ms, runs, 0.9);
    measured->p99_ms = quantile(ms, runs, 0.99);
    for (int i = 0; measured->layer_ms && i < xnc_model_layers(measured->layers); i++) {
        const double *row = times->ms + i * runs;
        measured->layer_ms[i] = row[0];
        for (int run = 1; run < runs; run++) {
            measured->layer_ms[i] = fmin(measured->layer_ms[i], row[run]);
        }
    }
}

double bench_run(Diag *diag, Product *product, const BenchBuffers *buffers) {
    double start = now_ms();
    return product_run(diag, product, buffers->input, buffers->outputs) ? now_ms() - start : -1;
}

/* Runs until pages are mapped, caches are filled and the clock has risen. False after a
 * diagnostic. */
static bool warm_up(Diag *diag, Product *product, const BenchBuffers *buffers) {
    double sum = 0, taken = 0;
    for (int i = 0; i < WARM_UP && sum < LONGEST_WARM_UP && taken >= 0; i++) {
        taken = bench_run(diag, product, buffers);
        sum += taken;
    }
    return taken >= 0;
}

/* Bursts are as long as the run before them, within a limit for slow networks. The profile callback
 * is removed again: times.ms lives in the work's arena, but times is a local. */
bool bench_time(const Work *work, Product *product, Peak *peak, Measured *measured) {
    Arena *arena = work->arena;
    int runs = measured->runs, layers = xnc_model_layers(product->model);
    BenchBuffers buffers = bench_buffers(arena, product->model);
    double *ms = NEW_ARRAY(arena, double, runs);
    LayerTimes times = {NULL, runs, -1};
    if (measured->layer_ms) {
        times.ms = NEW_ARRAY(arena, double, (int64_t)layers *runs);
        product->exec.profile = note_layer;
        product->exec.profile_context = &times;
    }
    bool good = warm_up(work->diag, product, &buffers);
    for (times.run = 0; good && times.run < runs; times.run++) {
        double taken = ms[times.run] = bench_run(work->diag, product, &buffers);
        double gflops = peak_burst(peak, product->pool, fmin(taken, LONGEST_BURST));
        measured->peak_gflops = fmax(measured->peak_gflops, gflops);
        progress_count(work->progress, times.run + 1, runs);
        good = taken >= 0;
    }
    product->exec.profile = NULL;
    if (!good) {
        return false;
    }
    summarize(measured, ms, &times);
    return true;
}

/* proc(5): statm's second number is the resident set in pages. */
size_t bench_resident_bytes(void) {
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file) {
        return 0;
    }
    unsigned long all = 0, resident = 0;
    int found = fscanf(file, "%lu %lu", &all, &resident);
    fclose(file);
    return found == 2 ? resident * (size_t)sysconf(_SC_PAGESIZE) : 0;
}

const char *bench_cpu_name(Arena *arena) {
    char line[512];
    const char *name = "unknown";
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file && fgets(line, sizeof line, file)) {
        const char *colon = strchr(line, ':');
        if (colon && strncmp(line, "model name", 10) == 0) {
            line[strcspn(line, "\n")] = 0;
            name = arena_strdup(arena, colon + 1 + strspn(colon + 1, " "));
            break;
        }
    }
    if (file) {
        fclose(file);
    }
    return name;
}
