/* kverify_tables.c - checks invariants 6 and 7 of kernel.h: the rows of a module's tables refer to
 * kernels, outputs, weights and places that exist.
 *
 *   layer "fc" ... weights 12345 ...    broken: 12345 is not a multiple of 64
 *
 * After that, code that emits or runs a module needs no further checks of its own: outputs exist,
 * weights begin in the blob, and sums and products of sizes do not overflow.
 */
#include "kverify_tables.h"

#include "internal.h"

enum { LINE_BYTES = 64 /* the alignment of all offsets: a cache line */ };

typedef struct Tables {
    FILE *out;
    const Module *module;
    int errors;
} Tables;

static void broken(Tables *tables, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void broken(Tables *tables, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vfprintf(tables->out, format, args);
    fputc('\n', tables->out);
    va_end(args);
    tables->errors++;
}

static bool is_line(int64_t offset) {
    return offset >= 0 && offset % LINE_BYTES == 0;
}

/* An offset in the arena has no upper limit here: module_arena_bytes() follows from the layers. */
static void check_place(Tables *tables, const Layer *layer, const Place *place) {
    bool outside = place->at < 0 || place->at >= tables->module->n_outputs;
    if ((place->space == SPACE_ARENA && !is_line(place->at)) ||
        (place->space == SPACE_OUTPUT && outside)) {
        broken(tables, "layer %s: there is no place %lld", layer->name, (long long)place->at);
    }
}

static void check_places(Tables *tables, const Layer *layer) {
    check_place(tables, layer, &layer->in);
    check_place(tables, layer, &layer->residual);
    check_place(tables, layer, &layer->out);
    if (layer->out.space == SPACE_INPUT) {
        broken(tables, "layer %s writes the input", layer->name);
    }
    if (layer->out_pixels < 0 || layer->out_pitch < 0 ||
        times(layer->out_pixels, layer->out_pitch) > LARGEST_VALUE) {
        broken(tables, "layer %s: the size of its result makes no sense", layer->name);
    }
}

static void check_layer(Tables *tables, const Layer *layer) {
    const Function *kernel = module_function(tables->module, layer->kernel);
    if (!kernel || !kernel->is_kernel) {
        broken(tables, "layer %s: there is no kernel $%s", layer->name, layer->kernel);
    }
    check_places(tables, layer);
    for (int i = 0; i < layer->n_weights; i++) {
        int64_t at = layer->weights[i];
        if (at != -1 && (!is_line(at) || at >= tables->module->weights_bytes)) {
            broken(tables, "layer %s: weights at %lld", layer->name, (long long)at);
        }
    }
    if (!is_line(layer->scratch_bytes) || !is_line(layer->scratch_offset)) {
        broken(tables, "layer %s: scratch is not in lines of 64 bytes", layer->name);
    }
}

static void check_constant(Tables *tables, const Constant *constant) {
    if (!is_line(constant->offset) || constant->bytes < 0 ||
        plus(constant->offset, constant->bytes) > tables->module->weights_bytes) {
        broken(tables, "constant %s.%s lies outside the blob or between lines", constant->node,
               slot_name(constant->slot));
    }
}

int verify_tables(FILE *out, const Module *module) {
    Tables tables = {.out = out, .module = module};
    if (module->n_outputs == 0) {
        broken(&tables, "there is no output");
    }
    for (int i = 0; i < module->n_layers; i++) {
        check_layer(&tables, &module->layers[i]);
    }
    for (int i = 0; i < module->n_constants; i++) {
        check_constant(&tables, &module->constants[i]);
    }
    return tables.errors;
}
