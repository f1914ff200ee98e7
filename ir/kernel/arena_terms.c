/* arena_terms.c - turns a module's layers into the size of the arena, as a function of the number
 * of threads.
 *
 *   layers: out arena 0 of 4096 bytes; scratch 2048 bytes 512 per thread
 *                             ->   the larger of 4096 and 2048 + threads * 512
 *
 * All values of a network end at one offset, whatever the number of threads; a layer's scratch ends
 * at scratch_offset + threads * scratch_bytes. So the size is the largest of several linear
 * functions of the number of threads. Most of them are never the largest and are left out, so that
 * the emitted code compares only a few. Values need no look at operands: what a layer reads is the
 * result of another one.
 */
#include <string.h>

#include "kernel.h"

enum {
    MOST_THREADS = 1024, /* terms are right for up to so many threads */
    LINE_BYTES = 64      /* values are padded to whole cache lines */
};

static int64_t at_threads(const ArenaTerm *term, int threads) {
    return term->base + threads * term->per_thread;
}

/* Bytes from the start of the arena to the end of the layer's result; 0 when it is not in the
 * arena.
 */
static int64_t result_end(const Layer *layer) {
    int64_t bytes = layer->out_pixels * layer->out_pitch * element_bytes(layer->out_element);
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

/* A layer without scratch needs none whatever its offset says. */
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

/* Index of the term that is largest for so many threads; of equal ones the steepest, which stays
 * the largest for more threads. */
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

/* Moves the terms that are the largest for some number of threads to the front and returns how many
 * they are. The winner changes only to steeper terms, so none is kept twice. */
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
