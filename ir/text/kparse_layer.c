/* kparse_layer.c - reads the rows of a module's tables: constants of the blob and layers.
 *
 *   constant "conv1.weight" at 0 bytes 3456   ->   Constant { name, offset 0, bytes 3456 }
 *
 * Words stand in a fixed order, the one in which print_module() writes them.
 */
#include "expr_text.h"
#include "ktext.h"

enum { MOST_ROWS = 20000 /* of layers, and of constants */ };

static const struct {
    const char *word;
    Space space;
    bool has_number; /* an offset in the arena or the number of an output follows */
} spaces[] = {{"none", SPACE_NONE, false},
              {"arena", SPACE_ARENA, true},
              {"input", SPACE_INPUT, false},
              {"output", SPACE_OUTPUT, true}};

static bool parse_place(Scanner *scan, const char *word, Place *place) {
    if (!scan_expect(scan, word)) {
        return false;
    }
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
        if (scan_accept(scan, spaces[i].word)) {
            place->space = spaces[i].space;
            return !spaces[i].has_number ||
                   scan_integer(scan, spaces[i].word, 0, LARGEST_VALUE * 64, &place->at);
        }
    }
    return FAIL(scan, NULL, "expected none, arena, input or output");
}

/* Sizes and offsets: so large at most that sums and products of a few of them do not overflow. */
static bool parse_number(Scanner *scan, const char *word, int64_t *number) {
    return scan_expect(scan, word) && scan_integer(scan, word, 0, LARGEST_VALUE * 64, number);
}

static bool parse_sizes(Scanner *scan, Layer *layer) {
    return parse_number(scan, "elements", &layer->out_elements) &&
           parse_number(scan, "pixels", &layer->out_pixels) &&
           parse_number(scan, "channels", &layer->out_channels) &&
           parse_number(scan, "pitch", &layer->out_pitch) &&
           parse_number(scan, "scratch", &layer->scratch_offset) &&
           parse_number(scan, "bytes", &layer->scratch_bytes);
}

static bool parse_weights(Scanner *scan, Layer *layer) {
    if (!scan_expect(scan, "weights")) {
        return false;
    }
    while (!scan_at(scan, "macs")) {
        if (layer->n_weights == MAX_LAYER_WEIGHTS) {
            return FAIL(scan, NULL, "a layer has at most %d weights", MAX_LAYER_WEIGHTS);
        }
        if (!scan_integer(scan, "an offset or -1", -1, LARGEST_VALUE * 64,
                          &layer->weights[layer->n_weights++])) {
            return false;
        }
    }
    for (int i = layer->n_weights; i < MAX_LAYER_WEIGHTS; i++) {
        layer->weights[i] = -1;
    }
    return parse_number(scan, "macs", &layer->macs);
}

bool kparse_layer(Scanner *scan, Module *module) {
    int64_t line;
    if (module->n_layers == MOST_ROWS) {
        return FAIL(scan, NULL, "more than %d layers", MOST_ROWS);
    }
    module->layers = arena_room(scan->arena, module->layers, module->n_layers, sizeof(Layer));
    Layer *layer = &module->layers[module->n_layers++];
    if (!scan_word(scan, "a layer's name", &layer->name) || !scan_expect(scan, "op") ||
        !scan_word(scan, "an operation", &layer->op) || !scan_expect(scan, "line") ||
        !scan_integer(scan, "a line", 0, INT32_MAX, &line) || !scan_expect(scan, "kernel") ||
        !kparse_callee(scan, &layer->kernel)) {
        return false;
    }
    layer->line = (int)line;
    return parse_place(scan, "in", &layer->in) && parse_place(scan, "residual", &layer->residual) &&
           parse_place(scan, "out", &layer->out) && parse_sizes(scan, layer) &&
           parse_weights(scan, layer);
}

bool kparse_constant(Scanner *scan, Module *module) {
    int count = module->n_constants;
    if (count == MOST_ROWS) {
        return FAIL(scan, NULL, "more than %d constants", MOST_ROWS);
    }
    module->constants = arena_room(scan->arena, module->constants, count, sizeof(Constant));
    Constant *constant = &module->constants[module->n_constants++];
    return scan_word(scan, "a constant's name", &constant->name) &&
           parse_number(scan, "at", &constant->offset) &&
           parse_number(scan, "bytes", &constant->bytes) &&
           (!scan_accept(scan, "=") || parse_expr(scan, &constant->expr));
}
