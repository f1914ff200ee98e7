/* emit_arena.c - how large the arena is, as a function of the number of threads.
 *
 * Each layer needs scratch_offset + threads * scratch_bytes, and the values need their ends. The
 * largest of such terms is a rising polygon: a term that is never the largest is left out.
 */
#include <string.h>

#include "emit_internal.h"

enum { MOST_THREADS = 1024, LINE_BYTES = 64 };

static int64_t at_threads(const ArenaTerm *term, int threads) {
    return term->base + threads * term->per_thread;
}

static int64_t layer_end(const Layer *layer) {
    int64_t bytes = layer->out_pixels * layer->out_pitch * (int64_t)sizeof(float);
    bytes = (bytes + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES;
    return layer->out.space == SPACE_ARENA ? layer->out.at + bytes : 0;
}

static int64_t node_end(const Node *node) {
    int64_t end = 0;
    for (int i = 0; i < node->n_out; i++) {
        const Value *value = node->out[i];
        if (value->offset >= 0 && value->offset + value_bytes(value) > end) {
            end = value->offset + value_bytes(value);
        }
    }
    return end;
}

static int64_t values_end(const Module *module) {
    int64_t end = 0;
    for (int i = 0; module->graph && i < module->graph->nodes.count; i++) {
        if (node_end(module->graph->nodes.at[i]) > end) {
            end = node_end(module->graph->nodes.at[i]);
        }
    }
    for (int i = 0; i < module->n_layers; i++) {
        if (layer_end(&module->layers[i]) > end) {
            end = layer_end(&module->layers[i]);
        }
    }
    return end;
}

/* The term that is largest for so many threads; of equals the steepest. */
static int largest_term(const ArenaTerm *terms, int count, int threads) {
    int best = 0;
    for (int i = 1; i < count; i++) {
        int64_t bytes = at_threads(&terms[i], threads);
        int64_t most = at_threads(&terms[best], threads);
        if (bytes > most || (bytes == most && terms[i].per_thread > terms[best].per_thread)) {
            best = i;
        }
    }
    return best;
}

/* Of the terms those that are the largest for some number of threads, in front; how many. */
static int keep_largest(Arena *arena, ArenaTerm *terms, int count) {
    ArenaTerm *kept = NEW_ARRAY(arena, ArenaTerm, count);
    int n_kept = 0;
    for (int threads = 1, last = -1; threads <= MOST_THREADS; threads++) {
        int best = largest_term(terms, count, threads);
        if (best != last) {
            kept[n_kept++] = terms[best];
        }
        last = best;
    }
    memcpy(terms, kept, (size_t)n_kept * sizeof *kept);
    return n_kept;
}

static int module_terms(const Module *module, ArenaTerm **terms) {
    int count = 0;
    *terms = NEW_ARRAY(module->arena, ArenaTerm, module->n_layers + 1);
    (*terms)[count++] = (ArenaTerm){values_end(module), 0};
    for (int i = 0; i < module->n_layers; i++) {
        const Layer *layer = &module->layers[i];
        if (layer->scratch_bytes > 0) {
            (*terms)[count++] = (ArenaTerm){layer->scratch_offset, layer->scratch_bytes};
        }
    }
    return keep_largest(module->arena, *terms, count);
}

int emit_arena_terms(const Module *const modules[], int n_modules, ArenaTerm **terms) {
    int count = 0, most = 0;
    for (int i = 0; i < n_modules; i++) {
        most += modules[i]->n_layers + 1;
    }
    *terms = NEW_ARRAY(modules[0]->arena, ArenaTerm, most);
    for (int i = 0; i < n_modules; i++) {
        ArenaTerm *own;
        int n_own = module_terms(modules[i], &own);
        memcpy(*terms + count, own, (size_t)n_own * sizeof *own);
        count += n_own;
    }
    return keep_largest(modules[0]->arena, *terms, count);
}

uint64_t emit_arena_bytes(const Module *module, int threads) {
    ArenaTerm *terms;
    int count = module_terms(module, &terms);
    int best = largest_term(terms, count, threads);
    return (uint64_t)at_threads(&terms[best], threads);
}
