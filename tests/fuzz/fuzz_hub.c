/* fuzz_hub.c - any bytes as the config.json of a folder of the hub. What is understood builds a
 * sound graph, or is refused there; its labels are as many as its classes and can be shown.
 */
#include "description_hub.h"
#include "fuzz.h"

static void check_labels(const Description *description) {
    const Labels *labels = description->labels;
    if (!labels) {
        return;
    }
    fuzz_check(labels->count == description->classes, "a label for each class");
    for (int64_t i = 0; i < labels->count; i++) {
        const char *text = label_text(labels, i);
        fuzz_check(!*text || label_fits(text, strlen(text)), "a label can be shown");
    }
}

static void body(FuzzCase *fuzz) {
    Source source = fuzz_source(fuzz);
    Description *description = description_parse_hub(fuzz->arena, fuzz->diag, &source, NULL);
    if (!description) {
        return;
    }
    check_labels(description);
    Graph *graph = description_build(fuzz->arena, fuzz->diag, description, NULL);
    if (graph) {
        fuzz_check(verify_graph(stderr, graph), "a built graph is sound");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_run(data, size, body);
}
