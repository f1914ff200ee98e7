/* fold_bn.c - batch norms become part of the weights and biases around them.
 *
 * With s = bn_scale(gamma, var, eps) and t = bn_shift(beta, mean, s) a norm is s * x + t.
 *
 *   1. %c = conv2d(%x) weight=w            %c = conv2d(%x) weight=scale_out(w, s) bias=t
 *      %n = batch_norm(%c)
 *
 *   2. %d = depthwise(%x) bias=t           %d = depthwise(%x)
 *      %p = conv2d(%d) 1x1 weight=w        %p = conv2d(%d) weight=w bias=through(w, t)
 *
 *   3. %c = conv2d(%x) weight=w            %c = conv2d(%x) weight=scale_out(w, s) bias=t
 *      %a = add(%c, %skip)                 %a = add(%c, %skip) residual_scale=s
 *      %n = batch_norm(%a)                 (a skip that is a convolution is scaled in its weights)
 *
 *   4. %n = batch_norm(%x)                 %l = linear(%x) weight=scale_in(w, s)
 *      %l = linear(%n) weight=w bias=b                     bias=through(w, t) + b
 *
 *   5. %n = batch_norm(%x)                 %n = affine(%x) weight=s bias=t
 *
 * 1 and 3 need that nothing but the norm reads its input, 4 that nothing but the linear layer,
 * which has no padding, reads its result. 2 is exact in real numbers: padding comes before the
 * depthwise convolution, so its bias is added at every pixel. With an activation between the two
 * convolutions case 2 does not apply, and the bias stays. 5 is for all other norms: of a raw value
 * that is an output or is read elsewhere too, or of a pool's result. Rounding changes, so results
 * before and after agree within a tolerance.
 */
#include "uses.h"

static const Expr *expr2(const Unit *unit, ExprKind kind, const Expr *a, const Expr *b) {
    return expr_new(unit->arena, kind, a, b, NULL, 0, 0, 0);
}

static const Expr *norm_scale(const Unit *unit, const Node *norm) {
    return expr_new(unit->arena, EXPR_bn_scale, norm->weight, norm->var, NULL, 0, 0, norm->eps);
}

static const Expr *norm_shift(const Unit *unit, const Node *norm, const Expr *scale) {
    if (norm->bias) {
        return expr_new(unit->arena, EXPR_bn_shift, norm->bias, norm->mean, scale, 0, 0, 0);
    }
    int64_t channels = norm->mean->shape.dim[0];
    const Expr *zeros = expr_new(unit->arena, EXPR_zeros, NULL, NULL, NULL, channels, 0, 0);
    return expr_new(unit->arena, EXPR_bn_shift, zeros, norm->mean, scale, 0, 0, 0);
}

static const Expr *sum_of(const Unit *unit, const Expr *a, const Expr *b) {
    return a && b ? expr2(unit, EXPR_add, a, b) : a ? a : b;
}

/* May take a factor per output channel into its weights. */
static bool has_free_weights(const Node *node) {
    if (!node || node->epilogue != ACT_none || node->has_residual) {
        return false;
    }
    return node_has(node, PRODUCT) || node_has(node, CHANNELWISE | WEIGHTS);
}

static void scale_weights(const Unit *unit, Node *node, const Expr *scale, const Expr *shift) {
    node->weight = expr2(unit, EXPR_scale_out, node->weight, scale);
    const Expr *bias = node->bias ? expr2(unit, EXPR_mul, node->bias, scale) : NULL;
    node->bias = sum_of(unit, bias, shift);
}

/* Case 3. The sum's second operand is the residual; the first must be a convolution. */
static bool fold_into_sum(const Unit *unit, const Uses *uses, Node *sum, const Expr *scale,
                          const Expr *shift) {
    if (sum->residual_scale || sum->epilogue != ACT_none) {
        return false;
    }
    Node *source = sole_source(uses, sum->in[0]), *skip = sole_source(uses, sum->in[1]);
    if (!has_free_weights(source)) {
        Value *first = sum->in[0];
        Node *first_source = source;
        sum->in[0] = sum->in[1];
        sum->in[1] = first;
        source = skip;
        skip = first_source;
    }
    if (!has_free_weights(source)) {
        return false;
    }
    scale_weights(unit, source, scale, shift);
    if (has_free_weights(skip)) {
        scale_weights(unit, skip, scale, NULL);
    } else {
        sum->residual_scale = scale;
    }
    return true;
}

static bool fold_into_source(const Unit *unit, const Uses *uses, const Node *norm,
                             const Expr *scale, const Expr *shift) {
    Node *source = sole_source(uses, norm->in[0]);
    if (!source) {
        return false;
    }
    if (node_has(source, SUM)) {
        return fold_into_sum(unit, uses, source, scale, shift);
    }
    if (!has_free_weights(source)) {
        return false;
    }
    scale_weights(unit, source, scale, shift);
    return true;
}

/* Case 4: the norm behind an activation, or in front of a head. */
static bool fold_into_reader(const Unit *unit, const Uses *uses, const Node *norm,
                             const Expr *scale, const Expr *shift) {
    Node *reader = sole_reader(uses, norm->out[0]);
    if (!reader || reader->op != OP_linear) {
        return false;
    }
    const Expr *through = expr2(unit, EXPR_through, reader->weight, shift);
    reader->weight = expr2(unit, EXPR_scale_in, reader->weight, scale);
    reader->bias = sum_of(unit, through, reader->bias);
    return true;
}

static void make_affine(Node *norm, const Expr *scale, const Expr *shift) {
    norm->op = OP_affine;
    norm->weight = scale;
    norm->bias = shift;
    norm->mean = norm->var = NULL;
    norm->eps = 0;
}

static void fold_norm(const Unit *unit, Uses *uses, Node *norm) {
    const Expr *scale = norm_scale(unit, norm);
    const Expr *shift = norm_shift(unit, norm, scale);
    if (fold_into_source(unit, uses, norm, scale, shift) ||
        fold_into_reader(unit, uses, norm, scale, shift)) {
        uses_replace(uses, norm->out[0], norm->in[0]);
    } else {
        make_affine(norm, scale, shift);
    }
}

/* Case 2, after all norms: the weights that the bias goes through are the final ones. */
static void push_bias(const Unit *unit, const Uses *uses, Node *depthwise) {
    Node *product = sole_reader(uses, depthwise->out[0]);
    bool fits = product && is_pointwise(product);
    if (!fits || depthwise->epilogue != ACT_none || product->prologue != ACT_none) {
        return;
    }
    const Expr *through = expr2(unit, EXPR_through, product->weight, depthwise->bias);
    product->bias = sum_of(unit, through, product->bias);
    depthwise->bias = NULL;
}

bool pass_fold_bn(Unit *unit) {
    NodeList *nodes = &unit->graph->nodes;
    Uses uses = uses_of(unit->arena, unit->graph);
    for (int i = 0; i < nodes->count; i++) {
        if (nodes->at[i]->op == OP_batch_norm) {
            fold_norm(unit, &uses, nodes->at[i]);
        }
    }
    graph_remove_dead(unit->graph);
    uses = uses_of(unit->arena, unit->graph);
    for (int i = 0; i < nodes->count; i++) {
        if (nodes->at[i]->op == OP_depthwise && nodes->at[i]->bias) {
            push_bias(unit, &uses, nodes->at[i]);
        }
    }
    return true;
}
