/* assign_layout.c - every value becomes NHWC with a padded pitch; outputs go out as NCHW.
 *
 *   before  %a = separable(%x) : f32[1,728,19,19]
 *           %b = separable(%a) : f32[1,1024,10,10]
 *           output %b
 *   after   %a = separable(%x) : f32[1,728,19,19] nhwc pitch=736
 *           %b = separable(%a) : f32[1,1024,10,10] nhwc pitch=1040
 *           %b.out = to_nchw(%b) : f32[1,1024,10,10]
 *           output %b.out
 *
 * Channels innermost make every product a matrix product and every vector full. The pitch is a
 * whole number of 64-byte lines. Where that number would be a multiple of 32 (maps of 512, 1024,
 * 1536, 2048 channels), pixels next to each other would fall on the same few sets of the
 * first-level cache, so such maps get one line more. The graph's input stays as the caller has it:
 * the first convolution reads NCHW. With channels_last the caller has input and maps in NHWC
 * without padding: maps go out through to_nhwc. Nothing that is computed changes.
 */
#include "rewrite.h"

enum { BAD_PITCH = 512 /* floats: 2 KiB apart repeats on the sets of a small cache */ };

static int64_t pitch_for(const Shape *shape) {
    int64_t pitch = round_up(shape->dim[1], PITCH_UNIT);
    bool has_pixels = shape->rank == 4;
    return has_pixels && pitch % BAD_PITCH == 0 ? pitch + PITCH_UNIT : pitch;
}

static void lay_out(Node *node, void *context) {
    (void)context;
    for (int i = 0; i < node->n_out; i++) {
        node->out[i]->layout = LAYOUT_NHWC;
        node->out[i]->pitch = pitch_for(&node->out[i]->shape);
    }
}

/* The caller's maps of channels_last have no padding. */
static void lay_out_last(Value *value) {
    value->layout = LAYOUT_NHWC;
    value->pitch = value->shape.dim[1];
}

/* A vector has one order only. */
static void hand_out(Unit *unit, int index) {
    Graph *graph = unit->graph;
    Value *value = graph->outputs[index];
    bool is_last = graph->channels_last && value->shape.rank == 4;
    const char *name = arena_printf(unit->arena, "%s.out", value->name);
    Loc loc = value->def ? value->def->loc : (Loc){0};
    Node *node = graph_add(graph, is_last ? OP_to_nhwc : OP_to_nchw, name, loc, 1, &value);
    node->out[0]->shape = value->shape;
    if (is_last) {
        lay_out_last(node->out[0]);
    }
    graph->outputs[index] = node->out[0];
}

bool pass_assign_layout(Unit *unit) {
    Graph *graph = unit->graph;
    graph_each(graph, lay_out, NULL);
    if (graph->channels_last) {
        lay_out_last(graph->input);
    }
    for (int i = 0; i < graph->n_outputs; i++) {
        hand_out(unit, i);
    }
    graph->stage = STAGE_LAID_OUT;
    return true;
}
