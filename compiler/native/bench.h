/* bench.h - the parts of xnc bench: measuring one setting and printing the result.
 *
 * A setting is a network with a size, a batch and a number of threads; a sweep measures several.
 */
#ifndef XNC_COMPILER_BENCH_H
#define XNC_COMPILER_BENCH_H

#include "json_out.h"
#include "peak.h"
#include "product.h"
#include "unit.h"

/* What one setting (size, batch, threads) gave. Times in milliseconds. */
typedef struct Measured {
    const char *model, *target, *precision, *weights_type;
    int threads;
    int64_t batch, height, width;             /* of the input; pixels */
    int runs;                                 /* timed, warm-up not counted */
    double min_ms, median_ms, p90_ms, p99_ms; /* of one run: quantiles over the runs */
    double open_ms;                           /* of xnc_weights_open(), once */
    double macs;                              /* multiply-adds of one run */
    double peak_gflops; /* of all threads, the best burst; a multiply-add is two operations */
    size_t arena_bytes, weights_bytes;
    size_t rss_bytes;           /* resident memory of this process afterwards; 0: not known */
    int64_t arena_bound;        /* bytes: Graph.arena_bound, of one thread */
    const xnc_model *layers;    /* names and MACs of the layers */
    double *layer_ms;           /* the best of each over the runs; NULL without --layers */
    const int64_t *layer_bytes; /* see bench_layer_bytes() */
    double memory_speed;        /* GB/s; 0 without --layers */
} Measured;

/* One network of a sweep, ready to run. */
typedef struct BenchSubject {
    const Work *work; /* whose arena holds what follows */
    const Target *target;
    BuildOptions build; /* of the peak */
    int runs;           /* timed; 0 or less: 30 */
    Product *product;
    Peak peak;                  /* built once, its fastest rate is kept over all settings */
    int64_t arena_bound;        /* copied to Measured */
    const int64_t *layer_bytes; /* copied to Measured */
} BenchSubject;

/* Builds the peak for the target; false after a diagnostic. */
bool bench_build_peak(BenchSubject *subject);
/* Which network is loaded, and how it is compiled and built. */
typedef struct LoadRequest {
    ModelRequest model;
    PassOptions passes;
    BuildOptions build;
} LoadRequest;
/* Compiles the network for unit->target in the arena of part, and loads it into that of work: the
 * caller may end part afterwards, so that graphs do not count as memory of the network. unit has
 * arena, diag and target; graph and module are set. EXIT_DONE or why not. */
ExitCode bench_load(const Work *work, const Work *part, const LoadRequest *request, Unit *unit,
                    Product **product);
/* Measures with so many threads, with times of layers when layers is true; the result lives in the
 * subject's arena. False after a diagnostic. */
bool bench_measure(BenchSubject *subject, int threads, bool layers, Measured *measured);
/* What a product runs with: a seeded input and room for its outputs. */
typedef struct BenchBuffers {
    const float *input;
    float **outputs;
} BenchBuffers;
BenchBuffers bench_buffers(Arena *arena, const xnc_model *model);
/* One run and its time in milliseconds of wall clock; negative after a diagnostic. */
double bench_run(Diag *diag, Product *product, const BenchBuffers *buffers);
/* Times the product, which has its threads already, in so many runs after a warm-up; fills the
 * times and the peak. False after a diagnostic. */
bool bench_time(const Work *work, Product *product, Peak *peak, Measured *measured);
/* For each layer of the module, the bytes that it must at least move: operands and weights read
 * once, result written once. unit has the planned graph and its module. */
int64_t *bench_layer_bytes(Arena *arena, const Unit *unit);
/* GB/s (1e9 bytes) at which all threads of the pool (NULL: this one) together read a buffer of so
 * many bytes, the best of several passes; 0 when there is no memory for it. */
double bench_memory_speed(xnc_pool *pool, size_t bytes);
/* Resident memory of the process in bytes; 0 when the system does not tell. */
size_t bench_resident_bytes(void);
/* "model name" of /proc/cpuinfo; "unknown" when there is none. */
const char *bench_cpu_name(Arena *arena);
/* One setting on standard output, as text or as a line of JSON. */
void bench_print(const Measured *measured);
/* The object of that line; the arena releases it. */
json_t *bench_json(Arena *arena, const Measured *measured);
void bench_print_json(Arena *arena, const Measured *measured);

#endif
