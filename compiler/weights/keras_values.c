/* keras_values.c - a variable of a layer of Keras -> its tensor, and its numbers.
 *
 *   normalization, variable 0              ->   tensor "normalization.mean"
 *   normalization, variable 0, 3 numbers   ->   0.485 0.456 0.406
 */
#include "container.h"
#include "keras.h"

const Tensor *keras_tensor(const TensorFile *file, const KerasLayer *layer, int variable) {
    return variable < layer->count ? &file->tensors[file->keras->variables[layer->first + variable]]
                                   : NULL;
}

bool keras_values(const TensorFile *file, int layer, int variable, int64_t count, double *values) {
    const Tensor *tensor =
        layer < 0 ? NULL : keras_tensor(file, &file->keras->layers[layer], variable);
    if (!tensor || tensor->type >= SCALAR_I64 || tensor_elements(tensor) != count) {
        return false;
    }
    tensor_values(tensor, values);
    return true;
}
