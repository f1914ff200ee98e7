/* bench_roof.c - the two roofs above a layer: its multiply-adds, and the bytes that it moves.
 *
 * A layer reads its maps and weights once and writes its result once, at least; what stays inside a
 * region counts for nothing. Its time is no less than that of its multiply-adds at the peak, nor
 * than that of its bytes at the speed of memory. Maps that a cache still holds come faster than
 * that, so a layer of much memory and little work may stand above its roof.
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
    int pieces;
    volatile float sum;
} Stream;

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
