/* fuzz_keras_graph.c - any bytes as the text of a network in a file of Keras. What is understood
 * becomes a description that can be read, whose graph is sound or refused there.
 */
#include "description.h"
#include "fuzz.h"
#include "keras_network.h"

static void body(FuzzCase *fuzz) {
    Source source = fuzz_source(fuzz);
    KerasModel model = {.config = source.text, .config_bytes = source.length};
    TensorFile file = {.path = source.path, .keras = &model};
    const KerasNetwork *network = keras_network(fuzz->arena, fuzz->diag, &file);
    if (!network) {
        return;
    }
    Description *description = description_parse(fuzz->arena, fuzz->diag, network->source);
    fuzz_check(description != NULL, "a description that was written can be read");
    Graph *graph = description_build(fuzz->arena, fuzz->diag, description, NULL);
    if (graph) {
        fuzz_check(verify_graph(stderr, graph), "a built graph is sound");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_run(data, size, body);
}
