/* fuzz_blob.c - any bytes as a blob of weights, attached from memory and opened from a file. What
 * is accepted must carry the digest of its content, which is tried by writing it in: then a blob
 * whose header is right must be accepted.
 */
#include "fuzz.h"
#include "xnc_model.h"

enum { CONTENT = 192, BLOB = XNC_BLOB_HEADER + CONTENT };

uint64_t xnc_xxh64(const void *data, size_t bytes);

static void try_attach(const xnc_model *model, const uint8_t *data, size_t size, int is_right) {
    xnc_weights *weights;
    uint8_t *copy = aligned_alloc(XNC_ARENA_ALIGN, (size | (XNC_ARENA_ALIGN - 1)) + 1);
    fuzz_check(copy != NULL, "memory");
    memcpy(copy, data, size);
    xnc_status status = xnc_weights_attach(&weights, model, copy, size);
    fuzz_check((status == XNC_OK) == (weights != NULL), "a handle exactly when all is well");
    fuzz_check(!is_right || status == XNC_OK, "a right blob is accepted");
    fuzz_check(xnc_status_text(status)[0] != '\0', "every status has a text");
    xnc_weights_close(weights);
    free(copy);
}

static void try_open(const FuzzCase *fuzz, const xnc_model *model, unsigned flags) {
    xnc_weights *weights;
    const char *path = fuzz_file(fuzz, fuzz->data, fuzz->size);
    xnc_status status = xnc_weights_open(&weights, model, path, flags);
    fuzz_check((status == XNC_OK) == (weights != NULL), "a handle exactly when all is well");
    xnc_weights_close(weights);
}

static void body(FuzzCase *fuzz) {
    static const xnc_tensor_info output = {.name = "out", .rank = 2, .shape = {1, 0, 0, 0}};
    const xnc_model model = {.abi = XNC_ABI,
                             .name = "fuzz",
                             .features = "",
                             .digest = 0x1122334455667788,
                             .weights_bytes = BLOB,
                             .outputs = &output,
                             .n_outputs = 1};
    try_attach(&model, fuzz->data, fuzz->size, 0);
    try_open(fuzz, &model, 0);
    try_open(fuzz, &model, XNC_MAP);
    if (fuzz->size == BLOB) {
        xnc_blob_header header = {.magic = "XNCBLOB",
                                  .version = XNC_BLOB_VERSION,
                                  .byte_order = 0x01020304,
                                  .bytes = BLOB,
                                  .model_digest = model.digest};
        uint8_t right[BLOB];
        header.magic[7] = '\n';
        header.content_digest = xnc_xxh64(fuzz->data + XNC_BLOB_HEADER, CONTENT);
        memcpy(right, fuzz->data, BLOB);
        memcpy(right, &header, sizeof header);
        try_attach(&model, right, BLOB, 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_run(data, size, body);
}
