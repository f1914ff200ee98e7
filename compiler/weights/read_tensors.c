/* read_tensors.c - which container a file is, by its first bytes and never by its name.
 *
 *   "PK\3\4..."   ->   read_zip()
 *
 * The containers cannot be confused: a safetensors file begins with its header's length, and the
 * first bytes of the other two, read as such a length, are far above the limit of 16 MB.
 */
#include "container.h"
#include "foreign.h"

#include <string.h>

typedef TensorFile *Reader(Arena *arena, Diag *diag, const char *path, const uint8_t *data,
                           size_t size);

/* Tried in this order. */
static const struct ContainerRow {
    const char *bytes; /* that the file has at byte at */
    size_t at, length;
    Reader *read;
    const char *container; /* NULL: the reader tells it */
} container_rows[] = {
    {"\x89HDF\r\n\x1a\n", 0, 8, read_hdf5, NULL},
    {"PK\x03\x04", 0, 4, read_zip, NULL},
    {"PK\x05\x06", 0, 4, read_zip, NULL}, /* an archive without entries */
    {"\x80\x02\x8a\x0a", 0, 4, read_torch_legacy, "a pickle of torch before 1.6"},
    {"ustar", 257, 5, read_torch_legacy, "a tar archive"}, /* refused there, with advice */
    {"{", 8, 1, read_safetensors, "a safetensors file"},
    {"\x80", 0, 1, read_torch_legacy, "a pickle"}, /* a pickle of something else: refused there */
};

TensorFile *read_tensors(Arena *arena, Diag *diag, const char *path, const uint8_t *data,
                         size_t size) {
    for (size_t i = 0; i < sizeof container_rows / sizeof *container_rows; i++) {
        const struct ContainerRow *row = &container_rows[i];
        if (size >= row->at + row->length && memcmp(data + row->at, row->bytes, row->length) == 0) {
            TensorFile *file = row->read(arena, diag, path, data, size);
            if (file && row->container) {
                file->container = row->container;
            }
            return file;
        }
    }
    Reading reading = {arena, diag, path, data, size};
    foreign_file(&reading);
    return NULL;
}
