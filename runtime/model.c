/* model.c - what a model says of itself: reads the tables that generated code fills.
 * SPDX-License-Identifier: MIT-0
 */
#include "xnc_internal.h"

const char *xnc_model_name(const xnc_model *model) {
    return model->name;
}

const char *xnc_model_version(const xnc_model *model) {
    return model->version;
}

const xnc_model *xnc_model_variant(const xnc_model *model) {
    const xnc_model *variant = model;
    for (int i = 0; i < model->n_variants; i++) {
        variant = model->variants[i];
        if (xnc_cpu_has(variant->features)) {
            break;
        }
    }
    return variant;
}

const char *xnc_model_target(const xnc_model *model) {
    return xnc_model_variant(model)->target;
}

const char *xnc_model_precision(const xnc_model *model) {
    return model->precision ? model->precision : "f32";
}

const char *xnc_model_weights_type(const xnc_model *model) {
    return model->weights_type ? model->weights_type : xnc_model_precision(model);
}

const char *xnc_model_features(const xnc_model *model) {
    return xnc_model_variant(model)->features;
}

const xnc_tensor_info *xnc_model_input(const xnc_model *model) {
    return &model->input;
}

int xnc_model_outputs(const xnc_model *model) {
    return model->n_outputs;
}

const xnc_tensor_info *xnc_model_output(const xnc_model *model, int index) {
    return index >= 0 && index < model->n_outputs ? &model->outputs[index] : NULL;
}

const char *xnc_tensor_layout(const xnc_tensor_info *info) {
    return info->rank != 4 ? "NC" : info->channels_last ? "NHWC" : "NCHW";
}

const char *xnc_tensor_type(const xnc_tensor_info *info) {
    (void)info; /* there is only one type so far */
    return "f32";
}

int64_t xnc_tensor_channels(const xnc_tensor_info *info) {
    return info->shape[info->channels_last ? 3 : 1];
}

size_t xnc_tensor_elements(const xnc_tensor_info *info) {
    size_t count = 1;
    for (int i = 0; i < info->rank; i++) {
        count *= (size_t)info->shape[i];
    }
    return count;
}

size_t xnc_model_weights_bytes(const xnc_model *model) {
    return (size_t)model->weights_bytes;
}

size_t xnc_arena_bytes(const xnc_model *model, int threads) {
    if (threads < 1 || threads > XNC_MAX_THREADS) {
        return 0;
    }
    uint64_t most = 0;
    for (int i = 0; i < model->n_arena_terms; i++) {
        const struct xnc_arena_term *term = &model->arena_terms[i];
        uint64_t bytes = term->base + (uint64_t)threads * term->per_thread;
        most = bytes > most ? bytes : most;
    }
    return (size_t)most;
}

uint64_t xnc_model_macs(const xnc_model *model) {
    return model->macs;
}

const xnc_preprocess *xnc_model_preprocess(const xnc_model *model) {
    return &model->preprocess;
}

/* A table that says nothing has 0, which is softmax: only a vector of classes can have scores. */
xnc_scores xnc_model_scores(const xnc_model *model) {
    return model->n_outputs == 1 && model->outputs[0].rank == 2 ? model->scores : XNC_SCORES_NONE;
}

const char *const *xnc_model_labels(const xnc_model *model) {
    return model->labels;
}

/* Names, operations and multiply-adds of the layers are the same for every target. */
static const xnc_model *with_layers(const xnc_model *model) {
    return model->n_variants > 0 ? model->variants[0] : model;
}

int xnc_model_layers(const xnc_model *model) {
    return with_layers(model)->n_layers;
}

static const xnc_layer *layer_at(const xnc_model *model, int index) {
    const xnc_model *variant = with_layers(model);
    return index >= 0 && index < variant->n_layers ? &variant->layers[index] : NULL;
}

const char *xnc_layer_name(const xnc_model *model, int index) {
    const xnc_layer *layer = layer_at(model, index);
    return layer ? layer->name : NULL;
}

const char *xnc_layer_op(const xnc_model *model, int index) {
    const xnc_layer *layer = layer_at(model, index);
    return layer ? layer->op : NULL;
}

int xnc_layer_line(const xnc_model *model, int index) {
    const xnc_layer *layer = layer_at(model, index);
    return layer ? layer->line : 0;
}

uint64_t xnc_layer_macs(const xnc_model *model, int index) {
    const xnc_layer *layer = layer_at(model, index);
    return layer ? layer->macs : 0;
}
