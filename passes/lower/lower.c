/* lower.c - the lower pass: turns each node, in the planned order, into a layer of the module.
 *
 *   %p = separable(%x) ... offset=4096      ->   layer "p" kernel $separable_19x19_728_728
 *                                                  in arena ..., out arena 4096, weights 0 ...
 *
 * A region is one layer with one kernel. Afterwards the module holds all that emission and the
 * interpreter need; nothing asks the graph again. lower_node.c lists the files that write kernels.
 */
#include <string.h>

#include "lowering.h"

static Place place_of(const Graph *graph, const Value *value) {
    if (value == graph->input) {
        return (Place){SPACE_INPUT, 0};
    }
    for (int i = 0; i < graph->n_outputs; i++) {
        if (graph->outputs[i] == value) {
            return (Place){SPACE_OUTPUT, i};
        }
    }
    if (value->offset < 0) {
        internal_error("lower", "%s has no place in the arena", value->name);
    }
    return (Place){SPACE_ARENA, value->offset};
}

static void note_weights(const Lowering *lowering, Layer *layer, const Node *node) {
    const NodeWeights *weights = weights_of(lowering, node);
    memcpy(layer->weights, weights->at, sizeof layer->weights);
    layer->n_weights = weights->slots;
}

static void add_layer(Lowering *lowering, const Node *node) {
    Module *module = lowering->module;
    Layer *layer = &module->layers[module->n_layers++];
    const Value *out = node->out[0];
    layer->name = node->name;
    layer->op = node->op;
    layer->line = lowering->graph->from_text ? 0 : node->loc.line;
    layer->in = place_of(lowering->graph, node->in[0]);
    if (node->has_residual) {
        layer->residual = place_of(lowering->graph, node_residual(node));
    }
    layer->out = place_of(lowering->graph, out);
    layer->out_elements = shape_elements(&out->shape);
    layer->out_pixels = pixel_count(out);
    layer->out_channels = channels_of(out);
    layer->out_pitch = out->pitch;
    layer->out_element = out->element;
    layer->scratch_offset = node->scratch_offset;
    layer->scratch_bytes = node->scratch_bytes;
    layer->macs = node_macs(node);
    if (node_has(node, BODY)) {
        layer->kernel = lower_region(lowering, node, layer);
        return;
    }
    note_weights(lowering, layer, node);
    layer->kernel = lower_node(lowering, node);
}

static Port port_of(const Value *value) {
    return (Port){value->name, value->shape, value->layout == LAYOUT_NHWC};
}

/* A module with the facts about the whole network: names, inputs and outputs, preprocessing,
 * scores. */
static Module *start_module(const Unit *unit) {
    const Graph *graph = unit->graph;
    Module *module = module_create(unit->arena);
    module->name = graph->name;
    module->target = graph->target;
    module->layout = graph->layout;
    module->network = graph->network;
    module->stage = KSTAGE_LOOPS;
    module->precision = graph->precision;
    module->weights_type = graph->weights_type;
    module->preprocess = graph->preprocess;
    module->scores = graph->scores;
    module->input = port_of(graph->input);
    module->n_outputs = graph->n_outputs;
    module->outputs = NEW_ARRAY(unit->arena, Port, graph->n_outputs);
    for (int i = 0; i < graph->n_outputs; i++) {
        module->outputs[i] = port_of(graph->outputs[i]);
    }
    module->layers = NEW_ARRAY(unit->arena, Layer, graph->nodes.count + 1);
    return module;
}

bool pass_lower(Unit *unit) {
    Lowering lowering = {.arena = unit->arena,
                         .graph = unit->graph,
                         .target = unit->target,
                         .written = map_by_name(unit->arena),
                         .module = start_module(unit)};
    const NodeList *nodes = &unit->graph->nodes;
    unit->module = lowering.module;
    place_weights(&lowering);
    for (int i = 0; i < nodes->count; i++) {
        add_layer(&lowering, nodes->at[i]);
    }
    return true;
}
