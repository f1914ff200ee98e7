/* quant_fit.c - see quant_fit.h. */
#include "quant_fit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "map_file.h"

/* Adds the content of a file to a digest; false after a diagnostic. */
static bool digest_file(const Work *work, const char *path, uint64_t *digest) {
    const uint8_t *data;
    size_t size;
    if (!map_file(work->arena, work->diag, path, &data, &size)) {
        return false;
    }
    *digest = XXH64(data, size, *digest);
    return true;
}

/* A text and what it is; no text adds nothing. */
static void digest_word(const char *what, const char *text, uint64_t *digest) {
    if (text) {
        *digest = XXH64(what, strlen(what) + 1, *digest);
        *digest = XXH64(text, strlen(text) + 1, *digest);
    }
}

/* One file may hold several networks' weights, of which a person chose. */
static void digest_reading(const Model *model, uint64_t *digest) {
    const CheckpointOptions *reading = &model->reading;
    digest_word("dict", reading->dict, digest);
    digest_word("under", reading->under, digest);
    for (int i = 0; i < reading->ignore_count; i++) {
        digest_word("ignore", reading->ignore[i], digest);
    }
    for (int i = 0; i < model->asked_rules; i++) {
        digest_word("from", reading->rules[i].from, digest);
        digest_word("to", reading->rules[i].to, digest);
    }
}

/* A list of files counts with the files in it. */
bool model_weights_digest(const Work *work, const Model *model, uint64_t *digest) {
    *digest = 0;
    if (!model->weights) {
        const char *text = arena_printf(work->arena, "seed %llu", (unsigned long long)model->seed);
        *digest = XXH64(text, strlen(text), 0);
        return true;
    }
    bool good = digest_file(work, model->weights, digest);
    for (int i = 0; good && i < model->tensors->part_count; i++) {
        good = digest_file(work, model->tensors->parts[i], digest);
    }
    digest_reading(model, digest);
    return good;
}

uint64_t quant_network(Arena *arena, const Graph *graph) {
    return strtoull(network_digest(arena, graph), NULL, 16);
}

/* The digest is that of what was given. */
static bool refuse(const Work *work, const Quant *quant, const char *key, const char *hint,
                   const char *what, uint64_t digest) {
    return diag_in(work->diag, DIAG_FILE, quant->path, key, hint,
                   "was made for %s: the digest of these is %016" PRIx64, what, digest);
}

bool quant_fits(const Work *work, const Quant *quant, const Model *model, const Graph *graph) {
    uint64_t weights, network = quant_network(work->arena, graph);
    if (quant->network != network) {
        return refuse(work, quant, "network",
                      "give the MODEL and the options that it was made with, or calibrate this one",
                      "another network", network);
    }
    if (!model->weights) {
        return true;
    }
    return model_weights_digest(work, model, &weights) &&
           (weights == quant->checkpoint ||
            refuse(work, quant, "checkpoint",
                   "give the --weights that it was made with, and --dict, --under, --ignore and "
                   "--names as they were then, or calibrate these",
                   "other weights", weights));
}
