/* kparse_layer.c - reads the rows of a module's tables: constants of the blob and layers.
 *
 *   constant "conv1.weight" at 0 bytes 3456   ->   Constant { name, offset 0, bytes 3456 }
 *
 * Words stand in a fixed order, the one in which print_module() writes them.
 */
#include "ktext.h"

static const struct {
    const char *word;
    Space space;
    bool has_number; /* an offset in the arena or the number of an output follows */
} spaces[] = {{"none", SPACE_NONE, false},
              {"arena", SPACE_ARENA, true},
              {"input", SPACE_INPUT, false},
              {"output", SPACE_OUTPUT, true}};

static bool parse_place(KText *text, const char *word, Place *place) {
    if (!ktext_expect(text, word)) {
        return false;
    }
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
        if (ktext_accept(text, spaces[i].word)) {
            place->space = spaces[i].space;
            return !spaces[i].has_number || ktext_int(text, &place->at);
        }
    }
    return ktext_error(text, NULL, "expected none, arena, input or output");
}

static bool parse_number(KText *text, const char *word, int64_t *number) {
    return ktext_expect(text, word) && ktext_int(text, number);
}

static bool parse_sizes(KText *text, Layer *layer) {
    return parse_number(text, "elements", &layer->out_elements) &&
           parse_number(text, "pixels", &layer->out_pixels) &&
           parse_number(text, "channels", &layer->out_channels) &&
           parse_number(text, "pitch", &layer->out_pitch) &&
           parse_number(text, "scratch", &layer->scratch_offset) &&
           parse_number(text, "bytes", &layer->scratch_bytes);
}

static bool parse_weights(KText *text, Layer *layer) {
    if (!ktext_expect(text, "weights")) {
        return false;
    }
    while (!ktext_at(text, "macs")) {
        if (layer->n_weights == MAX_LAYER_WEIGHTS) {
            return ktext_error(text, NULL, "a layer has at most %d weights", MAX_LAYER_WEIGHTS);
        }
        if (!ktext_int(text, &layer->weights[layer->n_weights++])) {
            return false;
        }
    }
    for (int i = layer->n_weights; i < MAX_LAYER_WEIGHTS; i++) {
        layer->weights[i] = -1;
    }
    return parse_number(text, "macs", &layer->macs);
}

bool kparse_layer(KText *text, Module *module) {
    int64_t line;
    int count = module->n_layers;
    module->layers = arena_grow(text->arena, module->layers, (size_t)count, (size_t)count + 1,
                                sizeof *module->layers);
    Layer *layer = &module->layers[module->n_layers++];
    if (!ktext_string(text, &layer->name) || !ktext_expect(text, "op") ||
        !ktext_string(text, &layer->op) || !parse_number(text, "line", &line) ||
        !ktext_expect(text, "kernel") || !ktext_callee(text, &layer->kernel)) {
        return false;
    }
    layer->line = (int)line;
    return parse_place(text, "in", &layer->in) && parse_place(text, "residual", &layer->residual) &&
           parse_place(text, "out", &layer->out) && parse_sizes(text, layer) &&
           parse_weights(text, layer);
}

bool kparse_constant(KText *text, Module *module) {
    int count = module->n_constants;
    module->constants = arena_grow(text->arena, module->constants, (size_t)count, (size_t)count + 1,
                                   sizeof *module->constants);
    Constant *constant = &module->constants[module->n_constants++];
    return ktext_string(text, &constant->name) && parse_number(text, "at", &constant->offset) &&
           parse_number(text, "bytes", &constant->bytes) &&
           (!ktext_accept(text, "=") || kparse_expr(text, &constant->expr));
}
