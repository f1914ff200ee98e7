/* golden.c - a table of digests -> inputs, runs of the network, and what of it differs.
 * SPDX-License-Identifier: MIT-0
 *
 *   noise, zeros, ...   ->   xnc_run()   ->   digest of each value   ->   report(expected, got)
 *
 * The runtime's profile callback sees the arena after each layer, before later layers reuse the
 * place. Outputs are read after the run, which needs no callback. Inputs are made of integers:
 * each becomes a float, or is its bits, without any rounding, so all machines make the same ones.
 */
#include <string.h>

#include "xnc_golden.h"
#include "xnc_internal.h"

/* ---- Inputs ---- */

/* Output i of SplitMix64 (Steele, Lea, Flood 2014) from the state 0. */
static uint64_t draw(uint64_t i) {
    uint64_t z = (i + 1) * 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

/* The number of an element of the input in the order N, C, H, W: whatever the layout, an input has
 * the same numbers. */
static size_t number_of(size_t at, const xnc_tensor_info *info) {
    if (!info->channels_last) {
        return at;
    }
    size_t channels = (size_t)info->shape[3];
    size_t pixels = (size_t)(info->shape[1] * info->shape[2]);
    size_t pixel = at / channels, channel = at % channels;
    return (pixel / pixels * channels + channel) * pixels + pixel % pixels;
}

static size_t width_of(const xnc_tensor_info *info) {
    return (size_t)info->shape[info->channels_last ? 2 : info->rank - 1];
}

/* 24 bits less half of their range fit a float, and 2^-22 only changes its exponent. */
void xnc_golden_noise(float *input, const xnc_tensor_info *info) {
    size_t count = xnc_tensor_elements(info);
    for (size_t i = 0; i < count; i++) {
        int32_t number = (int32_t)(draw(number_of(i, info)) >> 40) - (1 << 23);
        input[i] = (float)number * (1.0f / (1 << 22));
    }
}

void xnc_golden_zeros(float *input, const xnc_tensor_info *info) {
    memset(input, 0, xnc_tensor_elements(info) * sizeof *input);
}

static const uint32_t extremes[] = {
    0x7F7FFFFF, 0xFF7FFFFF, /* largest normal numbers */
    0x00800000, 0x80800000, /* smallest normal numbers */
    0x007FFFFF, 0x80000001, /* largest and smallest subnormal numbers */
    0x7F800000, 0xFF800000, /* infinities */
    0x7FC00000, 0x80000000, /* NaN, -0 */
};

/* Elements are copied as bits: a thread that flushes subnormals must not compute with them here. */
void xnc_golden_extremes(float *input, const xnc_tensor_info *info) {
    enum { EVERY = 4, KINDS = sizeof extremes / sizeof *extremes };
    size_t width = width_of(info), count = xnc_tensor_elements(info);
    xnc_golden_noise(input, info);
    for (size_t i = 0; i < count; i++) {
        size_t number = number_of(i, info);
        if (number % width < width / 2 && number % EVERY == 0) {
            memcpy(&input[i], &extremes[draw(number) % KINDS], sizeof *input);
        }
    }
}

static void make_input(const xnc_golden *golden, const xnc_golden_input *input, float *to) {
    const xnc_tensor_info *info = xnc_model_input(golden->model);
    if (input->make) {
        input->make(to, info);
    } else {
        memcpy(to, input->bits, xnc_tensor_elements(info) * sizeof *to);
    }
}

/* ---- Digests ---- */

/* A digest that is being computed. */
typedef struct digest_state {
    xnc_xxh64_lanes lanes;
    unsigned char stripes[512]; /* whole stripes of XXH64 */
    size_t filled;              /* bytes of them */
    uint64_t bytes;             /* of all that was added */
} digest_state;

static void add_element(digest_state *state, const float *element) {
    uint32_t bits;
    memcpy(&bits, element, sizeof bits);
    if ((bits & 0x7FFFFFFFu) > 0x7F800000u) {
        bits = 0x7FC00000u; /* any NaN */
    }
    for (int i = 0; i < 4; i++) {
        state->stripes[state->filled++] = (unsigned char)(bits >> 8 * i);
    }
    state->bytes += 4;
    if (state->filled == sizeof state->stripes) {
        state->lanes = xnc_xxh64_stripes(state->lanes, state->stripes, state->filled / 32);
        state->filled = 0;
    }
}

static uint64_t end_digest(const digest_state *state) {
    size_t whole = state->filled / 32;
    xnc_xxh64_lanes lanes = xnc_xxh64_stripes(state->lanes, state->stripes, whole);
    return xnc_xxh64_end(lanes, state->bytes, state->stripes + 32 * whole);
}

uint64_t xnc_golden_digest(const float *elements, size_t count) {
    digest_state state = {.lanes = xnc_xxh64_begin()};
    for (size_t i = 0; i < count; i++) {
        add_element(&state, &elements[i]);
    }
    return end_digest(&state);
}

/* Of a value in the arena, or an output of channels_last, where the channels of a pixel stand side
 * by side. */
static uint64_t digest_of_pixels(const xnc_golden_value *value, const void *from) {
    digest_state state = {.lanes = xnc_xxh64_begin()};
    for (int64_t n = 0; n < value->images; n++) {
        for (int64_t c = 0; c < value->channels; c++) {
            for (int64_t p = 0; p < value->pixels; p++) {
                int64_t at = (n * value->pixels + p) * value->pitch + c;
                float integer = value->bytes == 1 ? ((const unsigned char *)from)[at] : 0;
                add_element(&state, value->bytes == 1 ? &integer : (const float *)from + at);
            }
        }
    }
    return end_digest(&state);
}

/* ---- Comparing ---- */

enum { MOST_OUTPUTS = 64 };

/* A run on one input. */
typedef struct golden_run {
    const xnc_golden *golden;
    const xnc_layer *layers;
    int input; /* index */
    float *outputs[MOST_OUTPUTS];
    xnc_golden_report *report;
    void *context;
    int different; /* 1 once a value differed, on any input */
} golden_run;

/* The value of a layer of the model that runs, which may be a variant that executes its layers in
 * another order than the table's. NULL: none has its name. */
static const xnc_golden_value *value_of(const xnc_golden *golden, const xnc_layer *layers,
                                        int layer) {
    const xnc_golden_value *found = &golden->values[layer];
    for (int i = 0; strcmp(found->name, layers[layer].name) != 0; i++) {
        if (i == golden->n_values) {
            return NULL;
        }
        found = &golden->values[i];
    }
    return found;
}

static void compare(golden_run *run, const xnc_golden_value *value, int layer, int is_output,
                    uint64_t got) {
    xnc_golden_check check = {.input = &run->golden->inputs[run->input],
                              .value = value->name,
                              .layer = layer,
                              .is_output = is_output,
                              .expected = value->digests[run->input],
                              .got = got};
    run->different |= check.got != check.expected;
    if (run->report) {
        run->report(run->context, &check);
    }
}

/* An xnc_profile. Outputs are compared after the run. */
static void see_layer(void *context, int layer, uint64_t nanoseconds, const void *arena) {
    golden_run *run = context;
    int64_t place = run->layers[layer].out;
    (void)nanoseconds;
    if (place >= 0) {
        const void *from = (const unsigned char *)arena + place;
        const xnc_golden_value *value = value_of(run->golden, run->layers, layer);
        compare(run, value, layer, 0, digest_of_pixels(value, from));
    }
}

static void compare_outputs(golden_run *run) {
    for (int i = 0; i < run->golden->n_values; i++) {
        const xnc_golden_value *value = value_of(run->golden, run->layers, i);
        if (run->layers[i].out <= XNC_AT_OUTPUT(0)) {
            int64_t output = XNC_AT_OUTPUT(0) - run->layers[i].out;
            const float *from = run->outputs[output];
            size_t count = (size_t)(value->images * value->channels * value->pixels);
            int is_last = run->golden->model->outputs[output].channels_last;
            compare(run, value, i, 1,
                    is_last ? digest_of_pixels(value, from) : xnc_golden_digest(from, count));
        }
    }
}

/* Arena, input and outputs stand one behind the other. */
static size_t buffer_bytes(const xnc_model *model) {
    size_t floats = xnc_tensor_elements(&model->input);
    for (int i = 0; i < model->n_outputs; i++) {
        floats += xnc_tensor_elements(&model->outputs[i]);
    }
    return floats * sizeof(float);
}

size_t xnc_golden_bytes(const xnc_golden *golden, int threads) {
    size_t arena = xnc_arena_bytes(golden->model, threads);
    return arena > 0 ? arena + buffer_bytes(golden->model) : 0;
}

/* The buffers behind the arena; the input comes first. */
static float *place_buffers(golden_run *run, const xnc_model *model, void *behind_arena) {
    float *input = behind_arena, *next = input + xnc_tensor_elements(&model->input);
    for (int i = 0; i < model->n_outputs; i++) {
        run->outputs[i] = next;
        next += xnc_tensor_elements(&model->outputs[i]);
    }
    return input;
}

/* Whether the weights were opened for the table's model or for one of its variants. */
static int fits(const xnc_golden *golden, const xnc_weights *weights) {
    const xnc_model *model = golden->model;
    int found = weights->model == model;
    for (int i = 0; i < model->n_variants; i++) {
        found |= weights->model == model->variants[i];
    }
    found = found && weights->runs->n_layers == golden->n_values;
    for (int i = 0; found && i < golden->n_values; i++) {
        found = value_of(golden, weights->runs->layers, i) != NULL;
    }
    return found;
}

xnc_status xnc_golden_run(const xnc_golden *golden, const xnc_weights *weights,
                          const xnc_exec *exec, void *memory, size_t bytes,
                          xnc_golden_report *report, void *context) {
    if (!golden || !weights || !memory) {
        return XNC_E_ARGUMENT;
    }
    const xnc_model *model = weights->model;
    if (!fits(golden, weights) || model->n_outputs > MOST_OUTPUTS) {
        return XNC_E_MISMATCH;
    }
    if (bytes < buffer_bytes(model)) {
        return XNC_E_ARENA;
    }
    size_t arena = (bytes - buffer_bytes(model)) / sizeof(float) * sizeof(float);
    golden_run run = {
        .golden = golden, .layers = weights->runs->layers, .report = report, .context = context};
    float *input = place_buffers(&run, model, (unsigned char *)memory + arena);
    xnc_exec how = exec ? *exec : (xnc_exec){0};
    how.profile = see_layer;
    how.profile_context = &run;
    for (int i = 0; i < golden->n_inputs; i++) {
        run.input = i;
        make_input(golden, &golden->inputs[i], input);
        xnc_status status = xnc_run(model, weights, memory, arena, input, run.outputs, &how);
        if (status != XNC_OK) {
            return status;
        }
        compare_outputs(&run);
    }
    return run.different ? XNC_E_DIFFERENT : XNC_OK;
}

int xnc_golden_same_weights(const xnc_golden *golden, const xnc_weights *weights) {
    xnc_blob_header header;
    memcpy(&header, weights->content - sizeof header, sizeof header);
    return header.content_digest == golden->weights;
}
