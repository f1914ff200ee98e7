/* keras_values.c - a variable of a file of Keras -> its numbers.
 *
 *   normalization, variable 0, 3 numbers   ->   0.485 0.456 0.406
 */
#include "container.h"
#include "keras.h"

bool keras_values(const TensorFile *file, int layer, int variable, int64_t count, double *values) {
    const KerasModel *model = file->keras;
    if (layer < 0 || variable >= model->layers[layer].count) {
        return false;
    }
    int at = model->variables[model->layers[layer].first + variable];
    const Tensor *tensor = &file->tensors[at];
    if (tensor->foreign || tensor_elements(tensor) != count) {
        return false;
    }
    tensor_values(tensor, values);
    return true;
}
