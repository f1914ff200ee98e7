/* quantize.c - products that are planned in integers get weights of 8 bits and the constants of
 * their operands.
 *
 *   before  %p = separable(%x) ... dw_weight=@d dw_bias=@e weight=@w bias=@b int8 together=2
 *   after   %p = separable(%x) ... dw_weight=scale_out(@d, recip(@quant.p.scale)) \
 *                    dw_bias=add(mul(@e, recip(@quant.p.scale)), @quant.p.zero_point) \
 *                    weight=nudge(s8(@w, @quant.p.scale, @quant.p.out_scale, 1), @quant.p.delta) \
 *                    bias=add(@b, @quant.p.correction) \
 *                    start=start(nudge(...), @quant.p.zero_point) out_scale=@quant.p.out_scale
 *
 * The numbers of the plan are parameters like those of a checkpoint, by names that begin with
 * "quant.": this pass and the C need to know only which products are planned. Where nothing but a
 * bound stands between a depthwise stage and its product, the stage's own constants make the
 * integers' scale and zero point; elsewhere the operands are multiplied by in_factor, or are a map
 * of u8 as it is, whose numbers they then have. See Numbers in ir/graph/ir.h.
 *
 * This changes what the network computes, because the user asked for it.
 */
#include "rewrite.h"

typedef struct Quantizer {
    const Unit *unit;
    Node *node;
    const Expr *scale, *zero_point, *out_scale, *correction, *delta; /* parameters */
} Quantizer;

static const Expr *numbers_of(const Unit *unit, const Node *node, const char *what,
                              const Shape *shape) {
    return expr_param(unit->arena, arena_printf(unit->arena, "quant.%s.%s", node->name, what),
                      shape);
}

static const Expr *number_of(const Unit *unit, const Node *node, const char *what, int64_t count) {
    return numbers_of(unit, node, what, &(Shape){1, {count}});
}

/* Whether the operands are a map's integers. */
static bool takes_map(const Node *node) {
    return !node_has(node, DW_STAGE) && node->in[0]->element == ELEMENT_u8;
}

static Quantizer quantizer_of(const Unit *unit, Node *node) {
    int64_t inputs = channels_of(node->in[0]), outputs = channels_of(node->out[0]);
    bool takes = takes_map(node);
    return (Quantizer){.unit = unit,
                       .node = node,
                       .scale = takes ? map_number(unit->arena, node->in[0], "map_scale")
                                      : number_of(unit, node, "scale", inputs),
                       .zero_point = takes ? map_number(unit->arena, node->in[0], "map_zero")
                                           : number_of(unit, node, "zero_point", inputs),
                       .out_scale = number_of(unit, node, "out_scale", outputs),
                       .correction = number_of(unit, node, "correction", outputs),
                       .delta = numbers_of(unit, node, "delta", &node->weight->shape)};
}

/* The results of the depthwise stage are the integers before they are rounded. */
static void quantize_stage(const Quantizer *at, const Expr *factor) {
    Node *node = at->node;
    node->dw_weight = expr_of_two(at->unit, EXPR_scale_out, node->dw_weight, factor);
    node->dw_bias =
        node->dw_bias
            ? expr_of_two(at->unit, EXPR_add,
                          expr_of_two(at->unit, EXPR_mul, node->dw_bias, factor), at->zero_point)
            : at->zero_point;
}

static void quantize_inputs(const Quantizer *at) {
    Node *node = at->node;
    Act act = quantized_act(node);
    const Expr *factor = expr_of_two(at->unit, EXPR_recip, at->scale, NULL);
    bool in_stage = stage_quantizes(node);
    if (in_stage) {
        quantize_stage(at, factor);
    } else if (!takes_map(node)) {
        node->in_factor = factor;
    }
    if ((!in_stage && !takes_map(node)) || act != ACT_none) {
        node->zero_point = at->zero_point;
    }
    if (act == ACT_relu6) {
        node->highest = expr_of_two(at->unit, EXPR_six, at->scale, at->zero_point);
    }
}

static void quantize_product(const Quantizer *at) {
    Node *node = at->node;
    const Expr *plain = expr_new(at->unit->arena, EXPR_s8, node->weight, at->scale, at->out_scale,
                                 node->together, 0, 0);
    node->weight = expr_of_two(at->unit, EXPR_nudge, plain, at->delta);
    node->start = expr_of_two(at->unit, EXPR_start, node->weight, at->zero_point);
    node->out_scale = at->out_scale;
    node->bias =
        node->bias ? expr_of_two(at->unit, EXPR_add, node->bias, at->correction) : at->correction;
    node->int8 = false;
    node->together = 0;
}

static void quantize_node(Node *node, void *context) {
    if (node->int8) {
        Quantizer quantizer = quantizer_of(context, node);
        quantize_inputs(&quantizer);
        quantize_product(&quantizer);
    }
}

bool pass_quantize(Unit *unit) {
    graph_each(unit->graph, quantize_node, unit);
    return true;
}
