/* bench_roof.c - bytes that a layer moves, and the speed of memory: the roofline model's second
 * bound (Williams, Waterman, Patterson: Roofline, 2009).
 *
 * A layer takes at least the time of its multiply-adds at the peak, and at least the time of its
 * bytes at the speed of memory. It must read its operands and weights once and write its result
 * once; values inside a region stay in caches and do not count. Operands that a cache still holds
 * come faster than from memory, so a layer of many bytes and little work may exceed its bound.
 */
#include "bench.h"

#include <string.h>
#include <time.h>

/* Of the node, or of one in its body. */
static bool is_constant_of(const Node *node, const Constant *constant) {
    if (strcmp(constant->node, node->name) == 0) {
        return true;
    }
    for (int i = 0; i < node->body.count; i++) {
        if (is_constant_of(node->body.at[i], constant)) {
            return true;
        }
    }
    return false;
}

/* Whole buffers, padding channels included: these bytes are moved too. */
static int64_t node_bytes(const Module *module, const Node *node) {
    int64_t bytes = 0;
    for (int i = 0; i < node->n_in; i++) {
        bytes += value_bytes(node->in[i]);
    }
    for (int i = 0; i < node->n_out; i++) {
        bytes += value_bytes(node->out[i]);
    }
    for (int i = 0; i < module->n_constants; i++) {
        if (is_constant_of(node, &module->constants[i])) {
            bytes += module->constants[i].bytes;
        }
    }
    return bytes;
}

/* Lowering makes one layer of each node of the graph, in its order. */
int64_t *bench_layer_bytes(Arena *arena, const Unit *unit) {
    const Module *module = unit->module;
    int64_t *bytes = NEW_ARRAY(arena, int64_t, module->n_layers);
    for (int i = 0; i < module->n_layers; i++) {
        bytes[i] = node_bytes(module, unit->graph->nodes.at[i]);
    }
    return bytes;
}

/* A buffer, cut into as many pieces as there are threads. */
typedef struct Stream {
    const float *at;
    size_t floats;
    int pieces;         /* one for each thread */
    volatile float sum; /* keeps the compiler from leaving out the reads; nothing looks at it */
} Stream;

/* Reads one float of each 64-byte line, as memory moves whole lines, and prefetches 16 lines ahead,
 * so that the latency of memory is hidden and its throughput is measured. */
static void read_piece(void *arg, int index) {
    enum { LINE = 16 }; /* floats of 64 bytes */
    Stream *stream = arg;
    size_t piece = stream->floats / (size_t)stream->pieces / LINE * LINE;
    const float *at = stream->at + (size_t)index * piece;
    float sum = 0;
    for (size_t i = 0; i < piece; i += LINE) {
        __builtin_prefetch(at + (i + 16 * LINE < piece ? i + 16 * LINE : i));
        sum += at[i];
    }
    stream->sum = sum;
}

static double read_ms(Stream *stream, xnc_pool *pool) {
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    if (pool) {
        xnc_pool_parallel(pool, stream->pieces, read_piece, stream);
    } else {
        read_piece(stream, 0);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    return (double)(end.tv_sec - start.tv_sec) * 1e3 + (double)(end.tv_nsec - start.tv_nsec) / 1e6;
}

/* The buffer is written once first: pages that were never written share one page of zeros, which
 * caches would hold. */
double bench_memory_speed(xnc_pool *pool, size_t bytes) {
    enum { READS = 7 };
    float *buffer = xnc_arena_create(bytes);
    if (!buffer) {
        return 0;
    }
    memset(buffer, 0, bytes);
    Stream stream = {buffer, bytes / sizeof *buffer, pool ? xnc_pool_threads(pool) : 1, 0};
    double best = 0;
    for (int i = 0; i < READS; i++) {
        double speed = (double)bytes / read_ms(&stream, pool) / 1e6;
        best = speed > best ? speed : best;
    }
    xnc_arena_destroy(buffer);
    return best;
}
