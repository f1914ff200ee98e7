/* bench.h - the parts of xnc bench: one setting measured, and told about.
 */
#ifndef XNC_COMPILER_BENCH_H
#define XNC_COMPILER_BENCH_H

#include "json_out.h"
#include "peak.h"
#include "product.h"
#include "unit.h"

/* What one setting (size, batch, threads) gave. Times in milliseconds. */
typedef struct Measured {
    const char *model, *target;
    int threads;
    int64_t batch, height, width;
    int runs;
    double min_ms, median_ms, p90_ms, p99_ms, open_ms;
    double macs;
    double peak_gflops;
    size_t arena_bytes, weights_bytes, rss_bytes;
    int64_t arena_bound;
    const xnc_model *layers; /* names and MACs of the layers */
    double *layer_ms;        /* the best of each; NULL without --layers */
    const int64_t *layer_bytes;
    double memory_speed; /* GB/s; 0 without --layers */
} Measured;

/* One network of a sweep, ready to run. */
typedef struct BenchSubject {
    const Work *work; /* whose arena holds what follows */
    const Target *target;
    BuildOptions build; /* of the peak */
    int runs;           /* timed; 0 or less: 30 */
    Product *product;
    Peak peak;
    int64_t arena_bound;
    const int64_t *layer_bytes;
} BenchSubject;

/* Builds the peak for the target; false after a diagnostic. */
bool bench_build_peak(BenchSubject *subject);
/* Which network is loaded, and how it is compiled and built. */
typedef struct LoadRequest {
    ModelRequest model;
    PassOptions passes;
    BuildOptions build;
} LoadRequest;
/* Compiles the network for unit->target in the arena of part, and loads it into that of work. */
ExitCode bench_load(const Work *work, const Work *part, const LoadRequest *request, Unit *unit,
                    Product **product);
/* Measures with so many threads, layer by layer when that is asked for; the result lives in the
 * subject's arena. False after a diagnostic. */
bool bench_measure(BenchSubject *subject, int threads, bool layers, Measured *measured);
/* What a product runs with: a seeded input and room for its outputs. */
typedef struct BenchBuffers {
    const float *input;
    float **outputs;
} BenchBuffers;
BenchBuffers bench_buffers(Arena *arena, const xnc_model *model);
/* One run and its time in milliseconds; negative after a diagnostic. */
double bench_run(Diag *diag, Product *product, const BenchBuffers *buffers);
/* Times the product, which has its threads already, in so many runs after a warm-up; fills the
 * times and the peak. False after a diagnostic. */
bool bench_time(const Work *work, Product *product, Peak *peak, Measured *measured);
/* Bytes that each layer reads and writes at least: its maps once, its weights once. */
int64_t *bench_layer_bytes(Arena *arena, const Unit *unit);
/* GB/s at which all threads of the pool (NULL: this one) read so many bytes again and again; 0 when
 * there is no memory for it. */
double bench_memory_speed(xnc_pool *pool, size_t bytes);
/* Resident memory of the process in bytes; 0 when the system does not tell. */
size_t bench_resident_bytes(void);
/* What the system calls the CPU. */
const char *bench_cpu_name(Arena *arena);
/* One setting on standard output, as text or as a line of JSON. */
void bench_print(const Measured *measured);
/* The object of that line; the arena releases it. */
json_t *bench_json(Arena *arena, const Measured *measured);
void bench_print_json(Arena *arena, const Measured *measured);

#endif
