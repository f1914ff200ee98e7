/* fuzz_yaml.c - any bytes as the description of a network, built with and without options. */
#include "description.h"
#include "fuzz.h"

static void body(FuzzCase *fuzz) {
    Source source = fuzz_source(fuzz);
    Description *description = description_parse(fuzz->arena, fuzz->diag, &source);
    if (!description) {
        return;
    }
    Graph *graph = description_build(fuzz->arena, fuzz->diag, description, NULL);
    if (graph) {
        fuzz_check(verify_graph(stderr, graph), "a built graph is sound");
    }
    ModelOptions options = model_options();
    options.size[0] = 65;
    options.size[1] = 33;
    options.in_chans = 4;
    options.classes = 0;
    options.pool = POOL_CATAVGMAX;
    graph = description_build(fuzz->arena, fuzz->diag, description, &options);
    if (graph) {
        fuzz_check(verify_graph(stderr, graph), "a built graph with options is sound");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_run(data, size, body);
}
