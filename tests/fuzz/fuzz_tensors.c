/* fuzz_tensors.c - see fuzz_tensors.h. */
#include "fuzz_tensors.h"

enum { MOST_ELEMENTS = 1 << 16 };

void fuzz_tensors(FuzzCase *fuzz, const TensorFile *file) {
    for (int i = 0; file && i < file->count; i++) {
        const Tensor *tensor = &file->tensors[i];
        int64_t count = tensor->foreign ? 0 : tensor_elements(tensor);
        fuzz_check(tensor->foreign || tensor->rank <= LIMIT_TENSOR_RANK, "a rank of at most 8");
        if (tensor->foreign || tensor->type >= SCALAR_I64 || count > MOST_ELEMENTS) {
            continue;
        }
        double *values = NEW_ARRAY(fuzz->arena, double, count);
        tensor_verified(fuzz->diag, file->path, tensor);
        tensor_values(tensor, values);
        int64_t bad = tensor_first_bad(tensor, true);
        fuzz_check(bad < count, "an index of an element");
    }
}
