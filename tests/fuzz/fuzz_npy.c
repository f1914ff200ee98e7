/* fuzz_npy.c - any bytes as a .npy file. What is read has as many values as its shape says, and
 * comes back when it is written.
 */
#include "fuzz.h"
#include "npy.h"

typedef struct Array {
    const float *values;
    Shape shape;
} Array;

static void check_round_trip(FuzzCase *fuzz, const Array *array) {
    char *bytes = NULL;
    size_t size;
    FILE *out = open_memstream(&bytes, &size);
    fuzz_check(out != NULL, "a stream in memory");
    npy_write(out, array->values, &array->shape);
    fclose(out);
    Array again = {0};
    again.values = npy_read(fuzz->arena, fuzz->diag, fuzz_file(fuzz, bytes, size), &again.shape);
    free(bytes);
    size_t count = (size_t)shape_elements(&array->shape);
    fuzz_check(again.values && again.shape.rank == array->shape.rank &&
                   memcmp(again.shape.dim, array->shape.dim, sizeof again.shape.dim) == 0 &&
                   memcmp(again.values, array->values, count * sizeof(float)) == 0,
               "what was written is read again");
}

static void body(FuzzCase *fuzz) {
    Array array = {0};
    NpyHeader header;
    const char *wrong = npy_parse(fuzz->data, fuzz->size, &header);
    const char *path = fuzz_file(fuzz, fuzz->data, fuzz->size);
    array.values = npy_read(fuzz->arena, fuzz->diag, path, &array.shape);
    if (!array.values) {
        return;
    }
    fuzz_check(!wrong, "a file that is read has a right header");
    fuzz_check(header.data + 4 * shape_elements(&array.shape) == (int64_t)fuzz->size,
               "the values fill the file");
    check_round_trip(fuzz, &array);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_run(data, size, body);
}
