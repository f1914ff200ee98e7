/* verify_nodes.c - checks the invariants that concern one node at a time, 3 to 9: operand counts
 * and stages, shapes, anchors, prologues, constants, layout, tiles; and 12, types. Each visits all
 * nodes, those inside regions too.
 */
#include "verify.h"

#include <string.h>

/* ---- 3: operand counts, stages and windows ---- */

static void check_arity(Verify *verify, Node *node) {
    const OpInfo *info = op_info(node->op);
    if (node->n_in < info->lo || node->n_in > info->hi) {
        broken(verify, node->name, "%s takes %s, not %d", info->name, arity_text(info).text,
               node->n_in);
    }
    if (verify->graph->stage < info->first || verify->graph->stage > info->last) {
        broken(verify, node->name, "%s cannot stand at stage %s", info->name,
               stage_name(verify->graph->stage));
    }
}

/* Passes read the window of any node (is_pointwise), so it must be the neutral one where the
 * operation has none. */
static void check_window(Verify *verify, Node *node) {
    const Window *window = &node->window;
    bool is_one = true;
    for (int i = 0; i < 2; i++) {
        is_one = is_one && window->kernel[i] == 1 && window->stride[i] == 1 &&
                 window->dilation[i] == 1 && window->pad[i] == 0 && window->extra[i] == 0;
    }
    is_one = is_one && !window->same;
    if (!is_one && !node_has(node, WINDOW)) {
        broken(verify, node->name, "%s has no window", op_info(node->op)->name);
    }
}

void verify_arity(Verify *verify) {
    verify_each(verify, &verify->graph->nodes, check_arity);
    verify_each(verify, &verify->graph->nodes, check_window);
}

/* ---- 4: shapes ---- */

static bool same_padding(const Window *a, const Window *b) {
    return memcmp(a->pad, b->pad, sizeof a->pad) == 0 &&
           memcmp(a->extra, b->extra, sizeof a->extra) == 0;
}

/* Infers into copies of window and result, so that checking changes nothing. */
static void check_shape(Verify *verify, Node *node) {
    if (node_has(node, BODY)) {
        return;
    }
    const Shape *stated = &node->out[0]->shape;
    for (int i = 0; i < stated->rank; i++) {
        if (stated->dim[i] < 1) {
            broken(verify, node->name, "the shape is %s", shape_text(stated).text);
            return;
        }
    }
    Node copy = *node;
    Value result = *node->out[0];
    copy.out[0] = &result;
    if (!infer_node(diag_create(verify->scratch, verify->out), &copy)) {
        broken(verify, node->name, "the shape cannot be inferred");
    } else if (!shape_equal(stated, &result.shape)) {
        broken(verify, node->name, "the shape is %s, inferred is %s", shape_text(stated).text,
               shape_text(&result.shape).text);
    }
    if (!same_padding(&copy.window, &node->window)) {
        broken(verify, node->name, "the padding is not that of 'same'");
    }
}

void verify_shapes(Verify *verify) {
    const Value *input = verify->graph->input;
    if (input->shape.rank != 4 || shape_elements(&input->shape) > LARGEST_VALUE) {
        broken(verify, input->name, "the input's shape is %s", shape_text(&input->shape).text);
    }
    verify_each(verify, &verify->graph->nodes, check_shape);
}

/* ---- 5: only anchors carry prologue, residual, epilogue ---- */

/* An anchor has one operand for its data; a second one is its residual. */
static void check_anchor(Verify *verify, Node *node) {
    bool anchor = node_has(node, ANCHOR);
    bool carries = node->prologue != ACT_none || node->epilogue != ACT_none || node->has_residual;
    if (!anchor && carries) {
        broken(verify, node->name, "%s carries a prologue, residual or epilogue",
               op_info(node->op)->name);
    }
    if (anchor && node->has_residual != (node->n_in == 2)) {
        broken(verify, node->name, "%d operands %s residual", node->n_in,
               node->has_residual ? "with a" : "without a");
    }
}

void verify_anchors(Verify *verify) {
    verify_each(verify, &verify->graph->nodes, check_anchor);
}

/* ---- 6: prologues keep zero ---- */

static void check_prologue(Verify *verify, Node *node) {
    if (!act_info(node->prologue)->zero) {
        broken(verify, node->name, "the prologue %s does not keep zero",
               act_info(node->prologue)->name);
    }
}

void verify_prologues(Verify *verify) {
    verify_each(verify, &verify->graph->nodes, check_prologue);
}

/* ---- 7: constants. Their logical shapes are checked with 4, as infer_NAME looks at them. Here:
 * constants are packed for kernels from TILED on only, and belong to the operation. ---- */

static void check_packing(Verify *verify, const Node *node, const char *what, const Expr *expr) {
    if (!expr || reached(verify, STAGE_TILED)) {
        return;
    }
    if (expr != expr_logical(expr)) {
        broken(verify, node->name, "the %s is packed at stage %s", what,
               stage_name(verify->graph->stage));
    }
}

static void check_constants(Verify *verify, Node *node) {
    check_packing(verify, node, "weight", node->weight);
    check_packing(verify, node, "bias", node->bias);
    check_packing(verify, node, "depthwise weight", node->dw_weight);
    check_packing(verify, node, "depthwise bias", node->dw_bias);
    check_packing(verify, node, "residual scale", node->residual_scale);
    if (node->residual_scale && !node->has_residual) {
        broken(verify, node->name, "a residual scale without a residual");
    }
    if (!node_has(node, WEIGHTS) && (node->weight || node->bias)) {
        broken(verify, node->name, "%s takes no weight and no bias", op_info(node->op)->name);
    }
    if (!node_has(node, DW_STAGE) && (node->dw_weight || node->dw_bias || node->mid_act)) {
        broken(verify, node->name, "only a separable node has a depthwise stage");
    }
}

void verify_constants(Verify *verify) {
    verify_each(verify, &verify->graph->nodes, check_constants);
}

/* ---- 8: layout ---- */

/* Input and outputs are the caller's buffers and dense. */
static void check_dense(Verify *verify, const Value *value) {
    bool is_last = value->layout == LAYOUT_NHWC && value->shape.rank == 4;
    if (is_last && value->pitch != value->shape.dim[1]) {
        broken(verify, value->name,
               "a buffer of the caller has no padding: the pitch %lld is not %lld",
               (long long)value->pitch, (long long)value->shape.dim[1]);
    }
}

/* Outputs may be the caller's buffers. A region has no value of its own: its
 * results are checked at the nodes of its body. */
static void check_layout(Verify *verify, Node *node) {
    const Value *value = node->out[0];
    if (node_has(node, BODY) || is_output(verify->graph, value)) {
        return;
    }
    if (value->layout != LAYOUT_NHWC) {
        broken(verify, value->name, "the layout is not NHWC");
    } else if (value->pitch < value->shape.dim[1] || value->pitch % PITCH_UNIT != 0) {
        broken(verify, value->name, "the pitch %lld does not fit %lld channels",
               (long long)value->pitch, (long long)value->shape.dim[1]);
    }
}

void verify_layout(Verify *verify) {
    if (reached(verify, STAGE_LAID_OUT)) {
        verify_each(verify, &verify->graph->nodes, check_layout);
        check_dense(verify, verify->graph->input);
    }
}

/* ---- 9: tiles ---- */

/* Whether the tiles hold more pixels than the result has: all have at least rows - 1. Written with
 * a division, as the product could overflow for numbers from a text. */
static bool have_more_pixels(const Tile *tile, int64_t pixels) {
    return tile->rows > pixels || tile->tiles > pixels ||
           (tile->rows > 1 && tile->tiles > pixels / (tile->rows - 1));
}

static void check_tile(Verify *verify, Node *node) {
    const Tile *tile = &node->tile;
    const Shape *shape = &node->out[0]->shape;
    if (!node_has(node, PRODUCT)) {
        return;
    }
    if (tile->rows < 1 || tile->vectors < 1 || tile->tiles < 1 || tile->full_tiles < 0 ||
        tile->full_tiles > tile->tiles) {
        broken(verify, node->name, "the product has no tile");
    } else if (have_more_pixels(tile, shape_elements(shape) / shape->dim[1])) {
        broken(verify, node->name, "its tiles have more pixels than its result");
    }
}

void verify_tiles(Verify *verify) {
    if (reached(verify, STAGE_TILED)) {
        verify_each(verify, &verify->graph->nodes, check_tile);
    }
}

/* ---- 12: types ---- */

static void check_f32(Verify *verify, const Node *node, const char *what, const Expr *expr) {
    if (expr && expr->element != ELEMENT_f32) {
        broken(verify, node->name, "the %s is %s", what, element_info(expr->element)->name);
    }
}

/* A bias of zeros, or one without numbers next to zero. */
static bool is_flushed(const Expr *bias) {
    return !bias || bias->kind == EXPR_zeros ||
           (bias->kind == EXPR_flush && bias->number >= LEAST_BIAS);
}

static void check_product(Verify *verify, const Node *node) {
    if (product_element(node) != ELEMENT_bf16) {
        return;
    }
    if (node->in[0]->shape.dim[1] % 2 != 0) {
        broken(verify, node->name, "%lld input channels do not come out as pairs",
               (long long)node->in[0]->shape.dim[1]);
    }
    if (!is_flushed(expr_logical(node->bias))) {
        broken(verify, node->name, "the bias of a bf16 product is not flushed below 2^-90");
    }
}

static void check_types(Verify *verify, Node *node) {
    for (int i = 0; i < node->n_out; i++) {
        if (node->out[i]->element != ELEMENT_f32 && node->out[i]->element != ELEMENT_u8) {
            broken(verify, node->out[i]->name, "the value is %s",
                   element_info(node->out[i]->element)->name);
        }
    }
    check_f32(verify, node, "bias", node->bias);
    check_f32(verify, node, "depthwise weight", node->dw_weight);
    check_f32(verify, node, "depthwise bias", node->dw_bias);
    check_f32(verify, node, "residual scale", node->residual_scale);
    check_f32(verify, node, "scale of the sums", node->out_scale);
    check_f32(verify, node, "factor of the inputs", node->in_factor);
    check_f32(verify, node, "zero point", node->zero_point);
    check_f32(verify, node, "number for 6", node->highest);
    check_f32(verify, node, "scale of the residual", node->rest_scale);
    check_f32(verify, node, "factor of the result", node->map_factor);
    check_f32(verify, node, "zero point of the result", node->map_zero);
    if (node_has(node, PRODUCT)) {
        check_product(verify, node);
    } else {
        check_f32(verify, node, "weight", node->weight);
    }
}

static void check_weights_type(Verify *verify) {
    const Graph *graph = verify->graph;
    if (graph->weights_type != ELEMENT_f32 &&
        (graph->weights_type != ELEMENT_f16 || graph->precision != PRECISION_f32)) {
        broken(verify, graph->name, "weights_type is f32, or f16 with precision f32");
    }
}

void verify_types(Verify *verify) {
    if (verify->graph->input->element != ELEMENT_f32) {
        broken(verify, verify->graph->input->name, "the input is no f32");
    }
    check_weights_type(verify);
    verify_each(verify, &verify->graph->nodes, check_types);
}
