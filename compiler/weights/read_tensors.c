/* read_tensors.c - which container a file is, by its first bytes and never by its name.
 *
 *   "PK\3\4..."   ->   read_torch_zip()
 *
 * The containers cannot be confused: a safetensors file begins with its header's length, and the
 * first bytes of the other two, read as such a length, are far above the limit of 16 MB.
 */
#include "container.h"
#include "map_file.h"

#include <string.h>

typedef TensorFile *Reader(Arena *arena, Diag *diag, const char *path, const uint8_t *data,
                           size_t size);

/* Tried in this order. */
static const struct ContainerRow {
    const char *bytes; /* that the file has at byte at */
    size_t at, length;
    Reader *read;
} container_rows[] = {
    {"PK\x03\x04", 0, 4, read_torch_zip},
    {"PK\x05\x06", 0, 4, read_torch_zip}, /* an archive without entries */
    {"\x80\x02\x8a\x0a", 0, 4, read_torch_legacy},
    {"ustar", 257, 5, read_torch_legacy}, /* refused there, with advice */
    {"{", 8, 1, read_safetensors},
    {"\x80", 0, 1, read_torch_legacy}, /* a pickle of something else: refused there */
};

/* Files that are given by mistake instead of a checkpoint, by their first bytes. */
static const struct OtherRow {
    const char *bytes, *advice;
} other_rows[] = {
    {"version https://git-lfs", "this is a pointer of Git LFS: 'git lfs pull' fetches the file"},
    {"<", "this is a web page: was the link one to the file itself?"},
    {"XNCBLOB", "these are weights that xnc has packed: a program opens them, give the checkpoint"},
    {"\x93NUMPY", "this is an array of numpy: an input, not a checkpoint"},
};

static const char *advice_for(const uint8_t *data, size_t size) {
    for (size_t i = 0; i < sizeof other_rows / sizeof *other_rows; i++) {
        size_t length = strlen(other_rows[i].bytes);
        if (size >= length && memcmp(data, other_rows[i].bytes, length) == 0) {
            return other_rows[i].advice;
        }
    }
    return "give a .safetensors, .pth or .bin file";
}

TensorFile *read_tensors(Arena *arena, Diag *diag, const char *path, const uint8_t *data,
                         size_t size) {
    for (size_t i = 0; i < sizeof container_rows / sizeof *container_rows; i++) {
        const struct ContainerRow *row = &container_rows[i];
        if (size >= row->at + row->length && memcmp(data + row->at, row->bytes, row->length) == 0) {
            return row->read(arena, diag, path, data, size);
        }
    }
    diag_in(diag, DIAG_FILE, path, "byte 0", advice_for(data, size),
            "neither a safetensors file nor one that torch.save wrote");
    return NULL;
}

/* What the hub lays beside weights that it cuts into several files, and what joins them. */
static const struct ShardRow {
    const char *ending, *hint;
} shard_rows[] = {
    {".safetensors.index.json",
     "join them in Python: save_file({k: v for f in glob('model-*.safetensors')"
     " for k, v in load_file(f).items()}, 'model.safetensors')"},
    {".bin.index.json", "join them in Python: torch.save({k: v for f in glob('pytorch_model-*.bin')"
                        " for k, v in torch.load(f).items()}, 'pytorch_model.bin')"},
};

/* How to join what the file lists; NULL when it is no such list. */
static const char *shard_hint(const char *path) {
    size_t length = strlen(path);
    for (size_t i = 0; i < sizeof shard_rows / sizeof *shard_rows; i++) {
        size_t end = strlen(shard_rows[i].ending);
        if (length >= end && strcmp(path + length - end, shard_rows[i].ending) == 0) {
            return shard_rows[i].hint;
        }
    }
    return NULL;
}

TensorFile *tensors_open(Arena *arena, Diag *diag, const char *path) {
    const uint8_t *data;
    size_t size;
    const char *hint = shard_hint(path);
    if (hint) {
        diag_in(diag, DIAG_FILE, path, NULL, hint,
                "lists weights that are cut into several files, which cannot be read yet");
        return NULL;
    }
    return map_file(arena, diag, path, &data, &size) ? read_tensors(arena, diag, path, data, size)
                                                     : NULL;
}
