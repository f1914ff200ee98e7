/* fuzz_ir.c - any bytes as the text of a graph. What parses prints to a text that parses to the
 * same text, and the verifier has an answer for it.
 */
#include "fuzz.h"
#include "ir.h"

static void print(FILE *out, const void *graph) {
    print_graph(out, graph);
}

static void body(FuzzCase *fuzz) {
    Source source = fuzz_source(fuzz);
    Graph *graph = parse_graph(fuzz->arena, fuzz->diag, &source);
    if (!graph) {
        return;
    }
    verify_graph(fuzz->nowhere, graph);
    char *once = fuzz_printed(fuzz, print, graph);
    Source printed = {"printed", once, strlen(once)};
    Graph *again = parse_graph(fuzz->arena, diag_create(fuzz->arena, stderr), &printed);
    fuzz_check(again != NULL, "a printed graph parses");
    fuzz_check(strcmp(once, fuzz_printed(fuzz, print, again)) == 0,
               "a graph prints as it was printed");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_run(data, size, body);
}
