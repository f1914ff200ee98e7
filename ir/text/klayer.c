/* klayer.c - reads and writes the rows of a module's tables: constants of the blob and layers.
 *
 *   constant "conv1" weight at 0 bytes 3456   <->   Constant { conv1, SLOT_WEIGHT, ... }
 *
 *   layer "conv1" op "conv2d" line 12 kernel $stem in input ... macs 10   <->   Layer { conv1, ...
 * }
 *
 * All fields are written, in the order of the tables here, and read in the same order. Whether
 * names and offsets make sense is checked by verify_module(); here numbers are only limited in
 * size, so that those checks do not overflow.
 */
#include "expr_text.h"
#include "ktext.h"
#include "op_text.h"
#include "put.h"

#include <inttypes.h>

static const struct {
    const char *word;
    bool has_number; /* an offset in the arena or the number of an output follows */
} spaces[] = {[SPACE_NONE] = {"none", false},
              [SPACE_ARENA] = {"arena", true},
              [SPACE_INPUT] = {"input", false},
              [SPACE_OUTPUT] = {"output", true}};
enum { SPACES = sizeof spaces / sizeof *spaces };

/* A field of a layer: the word in front of it, and its offset in Layer in bytes. */
typedef struct LayerField {
    const char *word;
    size_t at;
} LayerField;

static const LayerField places[] = {{"in", offsetof(Layer, in)},
                                    {"residual", offsetof(Layer, residual)},
                                    {"out", offsetof(Layer, out)}};
static const LayerField sizes[] = {
    {"elements", offsetof(Layer, out_elements)},  {"pixels", offsetof(Layer, out_pixels)},
    {"channels", offsetof(Layer, out_channels)},  {"pitch", offsetof(Layer, out_pitch)},
    {"scratch", offsetof(Layer, scratch_offset)}, {"bytes", offsetof(Layer, scratch_bytes)}};
enum { PLACES = sizeof places / sizeof *places, SIZES = sizeof sizes / sizeof *sizes };

/* Reads "in none", "in input", "out arena 4096" or "out output 0". */
static bool parse_place(Scanner *scan, const char *word, Place *place) {
    if (!scan_expect(scan, word)) {
        return false;
    }
    for (int i = 0; i < SPACES; i++) {
        if (scan_accept(scan, spaces[i].word)) {
            place->space = (Space)i;
            return !spaces[i].has_number ||
                   scan_integer(scan, spaces[i].word, 0, LARGEST_VALUE * 64, &place->at);
        }
    }
    return FAIL(scan, NULL, "expected none, arena, input or output");
}

/* A size or an offset after its word: at most 2^46, so that sums of them do not overflow. */
static bool parse_number(Scanner *scan, const char *word, int64_t *number) {
    return scan_expect(scan, word) && scan_integer(scan, word, 0, LARGEST_VALUE * 64, number);
}

/* The type of a result that is not f32 stands behind its sizes: "type bf16". */
static bool parse_fields(Scanner *scan, Layer *layer) {
    bool good = true;
    for (int i = 0; good && i < PLACES; i++) {
        good = parse_place(scan, places[i].word, (void *)((char *)layer + places[i].at));
    }
    for (int i = 0; good && i < SIZES; i++) {
        good = parse_number(scan, sizes[i].word, (void *)((char *)layer + sizes[i].at));
    }
    return good && (!scan_accept(scan, "type") || scan_element(scan, &layer->out_element));
}

/* Offsets of weights, as many as there are up to the word macs; those that are not there are -1. */
static bool parse_weights(Scanner *scan, Layer *layer) {
    if (!scan_expect(scan, "weights")) {
        return false;
    }
    while (!scan_at(scan, "macs")) {
        if (layer->n_weights == SLOT_COUNT) {
            return FAIL(scan, NULL, "a layer has at most %d weights", SLOT_COUNT);
        }
        if (!scan_integer(scan, "an offset or -1", -1, LARGEST_VALUE * 64,
                          &layer->weights[layer->n_weights++])) {
            return false;
        }
    }
    for (int i = layer->n_weights; i < SLOT_COUNT; i++) {
        layer->weights[i] = -1;
    }
    return parse_number(scan, "macs", &layer->macs);
}

/* The row is appended before it is read: a module that does not parse is thrown away as a whole. */
bool kparse_layer(Scanner *scan, Module *module) {
    int64_t line;
    if (module->n_layers == LIMIT_NODES) {
        return FAIL(scan, NULL, "more than %d layers", LIMIT_NODES);
    }
    module->layers = arena_room(scan->arena, module->layers, module->n_layers, sizeof(Layer));
    Layer *layer = &module->layers[module->n_layers++];
    if (!scan_word(scan, "a layer's name", &layer->name) || !scan_expect(scan, "op") ||
        !scan_op(scan, &layer->op) || !scan_expect(scan, "line") ||
        !scan_integer(scan, "a line", 0, INT32_MAX, &line) || !scan_expect(scan, "kernel") ||
        !kparse_callee(scan, &layer->kernel)) {
        return false;
    }
    layer->line = (int)line;
    return parse_fields(scan, layer) && parse_weights(scan, layer);
}

static bool parse_slot(Scanner *scan, WeightSlot *slot) {
    for (int i = 0; i < SLOT_COUNT; i++) {
        if (scan_accept(scan, slot_name((WeightSlot)i))) {
            *slot = (WeightSlot)i;
            return true;
        }
    }
    return FAIL(scan, NULL, "expected what the constant is to its node, such as weight or bias");
}

/* The expression may be missing: then the constant has a place in the blob but no value here. */
bool kparse_constant(Scanner *scan, Module *module) {
    int count = module->n_constants;
    if (count == LIMIT_NODES) {
        return FAIL(scan, NULL, "more than %d constants", LIMIT_NODES);
    }
    module->constants = arena_room(scan->arena, module->constants, count, sizeof(Constant));
    Constant *constant = &module->constants[module->n_constants++];
    return scan_word(scan, "a node's name", &constant->node) && parse_slot(scan, &constant->slot) &&
           parse_number(scan, "at", &constant->offset) &&
           parse_number(scan, "bytes", &constant->bytes) &&
           (!scan_accept(scan, "=") || parse_expr(scan, &constant->expr));
}

static void print_place(FILE *out, const char *word, const Place *place) {
    fprintf(out, " %s %s", word, spaces[place->space].word);
    if (spaces[place->space].has_number) {
        fprintf(out, " %" PRId64, place->at);
    }
}

/* Writes one line in exactly the order in which kparse_layer() reads it. */
void print_layer(FILE *out, const Layer *layer) {
    put_named(out, "layer", layer->name);
    put_named(out, " op", op_info(layer->op)->name);
    fprintf(out, " line %d kernel $%s", layer->line, layer->kernel);
    for (int i = 0; i < PLACES; i++) {
        const void *place = (const char *)layer + places[i].at;
        print_place(out, places[i].word, place);
    }
    for (int i = 0; i < SIZES; i++) {
        const void *size = (const char *)layer + sizes[i].at;
        fprintf(out, " %s %" PRId64, sizes[i].word, *(const int64_t *)size);
    }
    if (layer->out_element != ELEMENT_f32) {
        fprintf(out, " type %s", element_info(layer->out_element)->name);
    }
    fputs(" weights", out);
    for (int i = 0; i < layer->n_weights; i++) {
        fprintf(out, " %" PRId64, layer->weights[i]);
    }
    fprintf(out, " macs %" PRId64 "\n", layer->macs);
}

void print_constant(FILE *out, const Constant *constant) {
    put_named(out, "constant", constant->node);
    fprintf(out, " %s at %" PRId64 " bytes %" PRId64, slot_name(constant->slot), constant->offset,
            constant->bytes);
    if (constant->expr) {
        fputs(" = ", out);
        put_expr(out, constant->expr, NULL);
    }
    fputc('\n', out);
}
