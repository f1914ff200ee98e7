/* arena_terms.c - how large the arena of a run is, as a function of the number of threads.
 *
 *   layers: out arena 0 of 4096 bytes; scratch 2048 bytes 512 per thread
 *                             ->   the larger of 4096 and 2048 + threads * 512
 *
 * The values of a network end at one place whatever the number of threads, and each layer needs
 * scratch_offset + threads * scratch_bytes. The largest of such terms is a rising polygon: a term
 * that is never the largest is left out. What a layer reads is the result of another one, so the
 * ends of the results are those of all values.
 */
#include <string.h>

#include "kernel.h"

enum { MOST_THREADS = 1024, LINE_BYTES = 64 };

static int64_t at_threads(const ArenaTerm *term, int threads) {
    return term->base + threads * term->per_thread;
}

static int64_t result_end(const Layer *layer) {
    int64_t bytes = layer->out_pixels * layer->out_pitch * (int64_t)sizeof(float);
    bytes = (bytes + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES;
    return layer->out.space == SPACE_ARENA ? layer->out.at + bytes : 0;
}

static int64_t results_end(const Module *module) {
    int64_t end = 0;
    for (int i = 0; i < module->n_layers; i++) {
        int64_t own = result_end(&module->layers[i]);
        end = own > end ? own : end;
    }
    return end;
}

static ArenaTerm scratch_term(const Layer *layer) {
    return layer->scratch_bytes > 0 ? (ArenaTerm){layer->scratch_offset, layer->scratch_bytes}
                                    : (ArenaTerm){0, 0};
}

int64_t module_arena_bytes(const Module *module, int threads) {
    int64_t most = results_end(module);
    for (int i = 0; i < module->n_layers; i++) {
        ArenaTerm term = scratch_term(&module->layers[i]);
        int64_t bytes = at_threads(&term, threads);
        most = bytes > most ? bytes : most;
    }
    return most;
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

/* Moves those that are the largest for some number of threads to the front; how many. */
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

int modules_arena_terms(const Module *const modules[], int n_modules, ArenaTerm **terms) {
    int count = 0, most = 0;
    for (int i = 0; i < n_modules; i++) {
        most += modules[i]->n_layers + 1;
    }
    *terms = NEW_ARRAY(modules[0]->arena, ArenaTerm, most);
    for (int i = 0; i < n_modules; i++) {
        (*terms)[count++] = (ArenaTerm){results_end(modules[i]), 0};
        for (int j = 0; j < modules[i]->n_layers; j++) {
            (*terms)[count++] = scratch_term(&modules[i]->layers[j]);
        }
    }
    return keep_largest(modules[0]->arena, *terms, count);
}
