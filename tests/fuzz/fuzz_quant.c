/* fuzz_quant.c - any bytes as a .quant file. What is read has numbers within their bounds, is found
 * by name, and reads as itself once it is written.
 */
#include "fuzz.h"
#include "quant.h"

static void print(FILE *out, const void *quant) {
    quant_write(out, quant);
}

static void check_node(const Quant *quant, const QuantNode *node) {
    fuzz_check(quant_node(quant, node->name) == node, "a node is found by its name");
    for (int64_t i = 0; i < node->inputs; i++) {
        fuzz_check(node->scale[i] >= QUANT_LEAST_SCALE && node->scale[i] <= QUANT_MOST_SCALE,
                   "a scale within its bounds");
        fuzz_check(node->zero[i] >= 0 && node->zero[i] <= 255, "a zero point of eight bits");
    }
    for (int64_t o = 0; o < node->outputs; o++) {
        fuzz_check(node->step[o] >= QUANT_LEAST_SCALE && node->step[o] <= QUANT_MOST_SCALE,
                   "a step within its bounds");
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
    char *text = fuzz_printed(fuzz, print, quant);
    Source again = {"again", text, strlen(text)};
    const Quant *read = quant_parse(fuzz->arena, fuzz->diag, &again);
    fuzz_check(read != NULL, "what is written is read");
    fuzz_check(strcmp(fuzz_printed(fuzz, print, read), text) == 0, "as the same text");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_run(data, size, body);
}
