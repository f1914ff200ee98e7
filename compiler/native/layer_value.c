/* layer_value.c - a layer's result in memory -> its elements, dense.
 *
 * A layer writes NHWC with a pitch to the arena or, with channels_last, to an output, else NCHW.
 * What stands in the pitch behind the last channel means nothing (invariant 8 of ir/graph/ir.h).
 */
#include "layer_value.h"

/* NHWC with a pitch -> NCHW; integers become floats. */
static float *unpack(Arena *arena, const Module *module, const Layer *layer, Element element,
                     const void *from) {
    int64_t channels = layer->out_channels, pixels = layer->out_pixels;
    int64_t area = pixels / module->input.shape.dim[0];
    float *to = NEW_ARRAY(arena, float, channels *pixels);
    for (int64_t p = 0; p < pixels; p++) {
        for (int64_t c = 0; c < channels; c++) {
            to[(p / area * channels + c) * area + p % area] =
                (float)element_get(element, from, p * layer->out_pitch + c);
        }
    }
    return to;
}

const float *layer_value(Arena *arena, const Module *module, const Layer *layer, const void *values,
                         float *const *outputs) {
    if (layer->out.space == SPACE_ARENA) {
        const unsigned char *from = (const unsigned char *)values + layer->out.at;
        return unpack(arena, module, layer, layer->out_element, from);
    }
    return module->outputs[layer->out.at].channels_last
               ? unpack(arena, module, layer, ELEMENT_f32, outputs[layer->out.at])
               : outputs[layer->out.at];
}
