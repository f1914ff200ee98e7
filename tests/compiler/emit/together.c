/* together.c - two networks, one of them twice under two prefixes, in one program. Arguments: the
 * blobs of one, two, three. The two copies of a network must agree; weights of another network must
 * be refused.
 */
#include "one.h"
#include "three.h"
#include "two.h"

#include <stdio.h>
#include <string.h>

static float image[3 * 64 * 64];

static int run(const xnc_model *model, const char *path, float *logits) {
    xnc_weights *weights;
    size_t bytes = xnc_arena_bytes(model, 1);
    void *arena = xnc_arena_create(bytes);
    float *outputs[] = {logits};
    xnc_status status = xnc_weights_open(&weights, model, path, 0);
    if (status == XNC_OK) {
        status = xnc_run(model, weights, arena, bytes, image, outputs, NULL);
    }
    xnc_weights_close(weights);
    xnc_arena_destroy(arena);
    return (int)status;
}

int main(int argc, char **argv) {
    float one[ONE_CLASSES], two[TWO_CLASSES], three[THREE_CLASSES];
    for (size_t i = 0; i < sizeof image / sizeof *image; i++) {
        image[i] = (float)(i * 37 % 256) / 128 - 1;
    }
    if (argc != 4 || run(&one_model, argv[1], one) || run(&two_model, argv[2], two) ||
        run(&three_model, argv[3], three)) {
        fputs("a network did not run\n", stderr);
        return 1;
    }
    if (memcmp(one, three, sizeof one) != 0 || memcmp(one, two, sizeof one) == 0) {
        fputs("outputs are not those of their networks\n", stderr);
        return 1;
    }
    return run(&one_model, argv[2], one) == XNC_E_MISMATCH ? 0 : 1;
}
