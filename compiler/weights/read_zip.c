/* read_zip.c - a zip archive -> the tensors in it, by the reader of the program that wrote it.
 *
 *   model.weights.h5, config.json   ->   keras_read_archive()
 *   NAME/data.pkl, NAME/data/0      ->   torch_read_archive()
 */
#include "keras_parts.h"
#include "torch_zip.h"

TensorFile *read_zip(Arena *arena, Diag *diag, const char *path, const uint8_t *data, size_t size) {
    Reading *reading = NEW(arena, Reading);
    *reading = (Reading){arena, diag, path, data, size};
    Zip *zip = zip_open(reading);
    if (!zip) {
        return NULL;
    }
    return keras_is_archive(zip) ? keras_read_archive(zip) : torch_read_archive(zip);
}
