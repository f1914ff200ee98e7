/* fuzz_layers.c - see fuzz_layers.h. */
#include "fuzz_layers.h"

#include "keras.h"

enum { MOST_TAKEN = 256 };

/* A view fails as a whole, so each variable has views of its own. */
static void view_variable(FuzzCase *fuzz, const TensorFile *file, int layer, int variable) {
    for (KerasLayout layout = KERAS_VECTOR; layout <= KERAS_ONES; layout++) {
        KerasTaken taken = {"fc.weight", layer, variable, layout, {2, 1}};
        fuzz_tensors(fuzz, keras_view(fuzz->arena, fuzz->diag, file, &taken, 1));
    }
}

static void view_layers(FuzzCase *fuzz, const TensorFile *file) {
    const KerasModel *model = file->keras;
    int views = 0;
    for (int i = 0; i < model->layer_count; i++) {
        const KerasLayer *layer = &model->layers[i];
        fuzz_check(layer->first >= 0 && layer->first + layer->count <= file->count,
                   "variables of a layer are tensors");
        for (int k = 0; k < layer->count && views < MOST_TAKEN; k++, views++) {
            view_variable(fuzz, file, i, k);
        }
        int found =
            keras_layer_find(model, layer->group, layer->name ? layer->name : "", layer->group);
        fuzz_check(found >= 0, "a layer is found at its place");
    }
}

void fuzz_layers(FuzzCase *fuzz, TensorFile *read(Arena *arena, Diag *diag, const char *path,
                                                  const uint8_t *data, size_t size)) {
    Graph graph = {.name = "net"};
    TensorFile *file = read(fuzz->arena, fuzz->diag, "input", fuzz->data, fuzz->size);
    fuzz_tensors(fuzz, file);
    if (!file || !file->keras) {
        return;
    }
    const KerasModel *model = file->keras;
    fuzz_check(!model->config || model->config[model->config_bytes] == '\0', "a NUL ends the text");
    view_layers(fuzz, file);
    keras_view_by_order(fuzz->arena, fuzz->diag, file, &graph, true);
}
