/* sizes.c - one network compiled for two sizes of input, both run with one blob.
 *
 *   sizes BLOB SMALL.raw LARGE.raw NARROW_BLOB
 *
 * Writes the logits of both to standard output as raw floats. Weights packed otherwise must be
 * refused with the status that says so.
 */
#include "large.h"
#include "small.h"

#include <stdio.h>
#include <stdlib.h>

static int run(const xnc_model *model, const char *blob, const char *path, float *logits) {
    xnc_weights *weights = NULL;
    size_t count = xnc_tensor_elements(xnc_model_input(model));
    size_t bytes = xnc_arena_bytes(model, 1);
    float *image = malloc(count * sizeof *image);
    void *arena = xnc_arena_create(bytes);
    float *outputs[] = {logits};
    FILE *file = fopen(path, "rb");
    xnc_status status = XNC_E_IO;
    if (image && arena && file && fread(image, sizeof *image, count, file) == count) {
        status = xnc_weights_open(&weights, model, blob, XNC_MAP);
    }
    if (status == XNC_OK) {
        status = xnc_run(model, weights, arena, bytes, image, outputs, NULL);
    }
    xnc_weights_close(weights);
    xnc_arena_destroy(arena);
    free(image);
    if (file) {
        fclose(file);
    }
    return (int)status;
}

int main(int argc, char **argv) {
    float small[SMALL_CLASSES], large[LARGE_CLASSES];
    if (argc != 5 || run(&small_model, argv[1], argv[2], small) != XNC_OK ||
        run(&large_model, argv[1], argv[3], large) != XNC_OK) {
        fputs("one of the sizes did not run\n", stderr);
        return 1;
    }
    int status = run(&small_model, argv[4], argv[2], small);
    if (status != XNC_E_PACKING) {
        fprintf(stderr, "a blob of another packing: %s\n", xnc_status_text((xnc_status)status));
        return 1;
    }
    run(&small_model, argv[1], argv[2], small);
    fwrite(small, sizeof *small, SMALL_CLASSES, stdout);
    fwrite(large, sizeof *large, LARGE_CLASSES, stdout);
    return 0;
}
