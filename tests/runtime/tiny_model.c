/* tiny_model.c - the hand-written model of tiny_model.h and the blob that belongs to it. */
#include "tiny_model.h"

#include <string.h>

#include "xnc_internal.h"

static void share(const xnc_args *args, int *first, int *end) {
    *first = (int)((long)TINY_ELEMENTS * args->task / args->tasks);
    *end = (int)((long)TINY_ELEMENTS * (args->task + 1) / args->tasks);
}

static void kernel_double(const xnc_args *args) {
    const float *in = args->in, *added = args->w[0];
    float *out = args->out, *scratch = args->scratch;
    int first, end;
    share(args, &first, &end);
    for (int i = first; i < end; i++) {
        scratch[i % 16] = 2.0f * in[i]; /* a scratch that others share would show */
        out[i] = scratch[i % 16] + added[i];
    }
}

static void kernel_sum(const xnc_args *args) {
    const float *in = args->in, *residual = args->residual;
    float *out = args->out;
    int first, end;
    share(args, &first, &end);
    for (int i = first; i < end; i++) {
        out[i] = in[i] + (residual ? residual[i] : 0.0f);
    }
}

#define NO_WEIGHTS                                                                                 \
    { -1, -1, -1, -1 }
static const xnc_layer layers[] = {
    {"double",
     "affine",
     3,
     kernel_double,
     XNC_AT_INPUT,
     XNC_AT_NOTHING,
     0,
     {0, -1, -1, -1},
     512,
     64,
     TINY_ELEMENTS},
    {"sum", "add", 4, kernel_sum, 0, XNC_AT_INPUT, XNC_AT_OUTPUT(0), NO_WEIGHTS, 512, 64, 0},
    {"copy", "to_nchw", 5, kernel_sum, 0, XNC_AT_NOTHING, XNC_AT_OUTPUT(1), NO_WEIGHTS, 512, 64, 0},
};
static const struct xnc_arena_term terms[] = {{512, 64}, {600, 0}};
static const xnc_tensor_info outputs[] = {
    {.name = "sum", .rank = 4, .shape = {2, 3, 4, 5}},
    {.name = "copy", .rank = 2, .shape = {2, 60, 0, 0}},
};

#define MODEL(text, abi_number, needs, digest_number)                                              \
    {                                                                                              \
        .abi = abi_number, .name = text, .version = "0.1.0", .target = "scalar",                   \
        .features = needs, .digest = digest_number, .weights_bytes = TINY_BYTES,                   \
        .arena_terms = terms, .n_arena_terms = 2,                                                  \
        .input = {.name = "x", .rank = 4, .shape = {2, 3, 4, 5}}, .outputs = outputs,              \
        .n_outputs = 2, .layers = layers, .n_layers = 3, .macs = TINY_ELEMENTS, .preprocess = {    \
            299,                                                                                   \
            299,                                                                                   \
            0.897,                                                                                 \
            {0.5f, 0.5f, 0.5f, 0},                                                                 \
            {0.5f, 0.5f, 0.5f, 0},                                                                 \
            "bicubic",                                                                             \
            "center"                                                                               \
        }                                                                                          \
    }
const xnc_model tiny_model = MODEL("tiny", XNC_ABI, "", 0x1234);
const xnc_model other_model = MODEL("other", XNC_ABI, "", 0x4321);
const xnc_model greedy_model = MODEL("greedy", XNC_ABI, "no_such_feature", 0x1234);
const xnc_model future_model = MODEL("future", XNC_ABI + 1, "", 0x1234);

static float weight_at(int index) {
    return 0.25f * (float)index;
}

void seal_blob(tiny_blob *blob, const xnc_blob_header *header) {
    memcpy(blob->data, header, sizeof *header);
}

xnc_blob_header blob_header(const tiny_blob *blob) {
    xnc_blob_header header;
    memcpy(&header, blob->data, sizeof header);
    return header;
}

void make_blob(tiny_blob *blob) {
    memset(blob, 0, sizeof *blob);
    for (int i = 0; i < TINY_ELEMENTS; i++) {
        float weight = weight_at(i);
        memcpy(blob->data + 64 + 4 * i, &weight, sizeof weight);
    }
    xnc_blob_header header = {.magic = {'X', 'N', 'C', 'B', 'L', 'O', 'B', '\n'},
                              .version = XNC_BLOB_VERSION,
                              .byte_order = XNC_BYTE_ORDER,
                              .bytes = TINY_BYTES,
                              .model_digest = 0x1234,
                              .in_channels = 3,
                              .out_channels = 3,
                              .content_digest = xnc_xxh64(blob->data + 64, TINY_CONTENT)};
    seal_blob(blob, &header);
}

void make_input(float *input) {
    for (int i = 0; i < TINY_ELEMENTS; i++) {
        input[i] = (float)(i - 7);
    }
}

float expected_copy(int index) {
    return 2.0f * (float)(index - 7) + weight_at(index);
}

float expected_sum(int index) {
    return expected_copy(index) + (float)(index - 7);
}
