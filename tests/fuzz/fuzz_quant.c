/* fuzz_quant.c - any bytes as a .quant file. What is read has numbers within their bounds, is found
 * by name, and reads as itself once it is written.
 */
#include "fuzz.h"
#include "quant.h"

static void print(FILE *out, const void *quant) {
    quant_write(out, quant);
}

static void check_numbers(const float *scale, const int *zero, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        fuzz_check(scale[i] >= QUANT_LEAST_SCALE && scale[i] <= QUANT_MOST_SCALE,
                   "a scale within its bounds");
        fuzz_check(zero[i] >= 0 && zero[i] <= 255, "a zero point of eight bits");
    }
}

static void check_deltas(const QuantNode *node) {
    fuzz_check(node->depth % node->inputs == 0, "as many deltas for each input");
    for (int64_t o = 0; o < node->outputs; o++) {
        for (int64_t k = 0; k < node->depth; k++) {
            int delta = quant_delta(node, o, k);
            fuzz_check(delta >= -1 && delta <= 1, "a delta of at most 1");
        }
    }
}

static void check_node(const Quant *quant, const QuantNode *node) {
    fuzz_check(quant_node(quant, node->name) == node, "a node is found by its name");
    check_numbers(node->scale, node->zero, node->inputs);
    if (node->depth > 0) {
        check_deltas(node);
    }
    for (int64_t o = 0; o < node->outputs; o++) {
        fuzz_check(node->step[o] >= QUANT_LEAST_SCALE && node->step[o] <= QUANT_MOST_SCALE,
                   "a step within its bounds");
    }
}

static void check_map(const Quant *quant, const QuantMap *map) {
    fuzz_check(quant_map(quant, map->name) == map, "a map is found by its name");
    check_numbers(map->scale, map->zero, map->channels);
}

static void check_curve(const Quant *quant) {
    bool asked = quant->agreement > 0 && quant->agreement <= 1;
    fuzz_check(asked || (quant->agreement == 0 && quant->n_points == 0), "points of an agreement");
    for (int i = 0; i < quant->n_points; i++) {
        const QuantPoint *point = &quant->points[i];
        fuzz_check(i == 0 || point[-1].returned < point->returned, "more nodes at each point");
        fuzz_check(point->same >= 0 && point->same <= point->images, "no more answers than images");
    }
}

static void body(FuzzCase *fuzz) {
    Source source = fuzz_source(fuzz);
    const Quant *quant = quant_parse(fuzz->arena, fuzz->diag, &source);
    if (!quant) {
        return;
    }
    for (int i = 0; i < quant->count; i++) {
        check_node(quant, &quant->nodes[i]);
    }
    for (int i = 0; i < quant->map_count; i++) {
        check_map(quant, &quant->maps[i]);
    }
    check_curve(quant);
    char *text = fuzz_printed(fuzz, print, quant);
    Source again = {"again", text, strlen(text)};
    const Quant *read = quant_parse(fuzz->arena, fuzz->diag, &again);
    fuzz_check(read != NULL, "what is written is read");
    fuzz_check(strcmp(fuzz_printed(fuzz, print, read), text) == 0, "as the same text");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_run(data, size, body);
}
