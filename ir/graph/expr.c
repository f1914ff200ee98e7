/* expr.c - builds constant expressions and gives each its shape.
 *
 *   scale_out(@conv.weight, bn_scale(@bn.weight, @bn.running_var, 0.001)) : [64,32,3,3]
 *
 * shape_NAME belongs to row NAME of exprs.def: it checks the arguments and sets the shape. It
 * returns NULL, or a sentence that says what does not fit. An expression that does not fit is an
 * internal error when a pass builds it (expr_new), but a diagnostic when it stands in a text, so
 * expr_infer() hands the sentence on. No values are needed here; expr_eval.c computes them.
 */
#include "internal.h"

#include <math.h>
#include <string.h>

static const ExprInfo infos[EXPR_COUNT] = {
#define EXPR(name, tensors, integers, numbers, line) {#name, tensors, integers, numbers, line},
#include "exprs.def"
#undef EXPR
};

const ExprInfo *expr_info(ExprKind kind) {
    return &infos[kind];
}

const char *expr_name(ExprKind kind) {
    return infos[kind].name;
}

int expr_by_name(const char *name) {
    for (int kind = 0; kind < EXPR_COUNT; kind++) {
        if (strcmp(infos[kind].name, name) == 0) {
            return kind;
        }
    }
    return -1;
}

static Shape vector(int64_t count) {
    return (Shape){1, {count}};
}

static bool is_vector(const Expr *expr, int64_t count) {
    return expr->shape.rank == 1 && expr->shape.dim[0] == count;
}

/* The shape of a checkpoint tensor is given by who creates the expression. */
static const char *shape_param(Expr *expr) {
    for (int i = 0; i < expr->shape.rank; i++) {
        if (expr->shape.dim[i] < 1) {
            return "each dimension must be at least 1";
        }
    }
    return expr->shape.rank < 1 || expr->shape.rank > MAX_RANK ? "the rank must be 1 to 4" : NULL;
}

static const char *shape_zeros(Expr *expr) {
    expr->shape = vector(expr->integer[0]);
    return expr->integer[0] < 1 ? "the length must be at least 1" : NULL;
}

static const char *shape_bn_scale(Expr *expr) {
    expr->shape = expr->arg[0]->shape;
    if (!(expr->number > 0) || !isfinite(expr->number)) {
        return "eps must be above 0";
    }
    return expr->shape.rank != 1 || !shape_equal(&expr->shape, &expr->arg[1]->shape)
               ? "gamma and var must be vectors of one length"
               : NULL;
}

static const char *shape_bn_shift(Expr *expr) {
    expr->shape = expr->arg[0]->shape;
    return expr->shape.rank != 1 || !is_vector(expr->arg[1], expr->shape.dim[0]) ||
                   !is_vector(expr->arg[2], expr->shape.dim[0])
               ? "beta, mean and scale must be vectors of one length"
               : NULL;
}

static const char *shape_add(Expr *expr) {
    expr->shape = expr->arg[0]->shape;
    return shape_equal(&expr->shape, &expr->arg[1]->shape) ? NULL : "the shapes must be equal";
}

static const char *shape_mul(Expr *expr) {
    return shape_add(expr);
}

/* Works for weights of convolutions and linear layers: dimension 0 is the output channel in all. */
static const char *shape_scale_out(Expr *expr) {
    expr->shape = expr->arg[0]->shape;
    return is_vector(expr->arg[1], expr->shape.dim[0])
               ? NULL
               : "the scale must be a vector, one for each output channel of the weight";
}

/* What a factor in front of a convolution does to its weight. */
static const char *shape_scale_in(Expr *expr) {
    expr->shape = expr->arg[0]->shape;
    return expr->shape.rank >= 2 && is_vector(expr->arg[1], expr->shape.dim[1])
               ? NULL
               : "the scale must be a vector, one for each input channel of the weight";
}

/* What a bias in front of a convolution adds to each of its outputs: one number per output channel,
 * where padding is not involved (fold_bn). */
static const char *shape_through(Expr *expr) {
    const Shape *weight = &expr->arg[0]->shape;
    expr->shape = vector(weight->dim[0]);
    return weight->rank >= 2 && is_vector(expr->arg[1], weight->dim[1])
               ? NULL
               : "the vector must have one element for each input channel of the weight";
}

static const char *shape_adapt_in(Expr *expr) {
    expr->shape = expr->arg[0]->shape;
    if (expr->shape.rank != 4 || expr->shape.dim[1] != 3) {
        return "the weight must have 3 input channels";
    }
    expr->shape.dim[1] = expr->integer[0];
    return expr->integer[0] < 1 ? "the number of channels must be at least 1" : NULL;
}

static const char *shape_pad(Expr *expr) {
    const Shape *old = &expr->arg[0]->shape;
    expr->shape = vector(expr->integer[0]);
    return old->rank == 1 && expr->integer[0] >= old->dim[0]
               ? NULL
               : "only a vector can be padded, to no less than its length";
}

/* [C,1,kh,kw] becomes [kh * kw][pitch]: the taps one after the other, each with all channels. */
static const char *shape_pack_depthwise(Expr *expr) {
    const Shape *old = &expr->arg[0]->shape;
    if (old->rank != 4 || old->dim[1] != 1 || expr->integer[0] < old->dim[0]) {
        return "the weight must be [C,1,kh,kw] and the pitch at least C";
    }
    expr->shape = (Shape){2, {times(old->dim[2], old->dim[3]), expr->integer[0]}};
    return NULL;
}

/* With each units per usual panel there are units / each panels, and the units % each that are left
 * over make one of them wider each. That works while there are at least as many panels as left-over
 * units. */
bool cut_panels(Panels *panels, int64_t channels, int64_t width, int64_t unit) {
    if (width < 1 || unit < 1 || width % unit != 0 || PITCH_UNIT % unit != 0) {
        return false;
    }
    int64_t units = plus(channels, PITCH_UNIT - 1) / PITCH_UNIT * (PITCH_UNIT / unit);
    int64_t each = width / unit, wide = units % each;
    if (units / each < wide) {
        return false;
    }
    *panels = (Panels){units / each - wide, wide, width, width + unit};
    return true;
}

/* The shape counts all channels of all panels and the depth of the dot products; that the panels
 * lie one after the other is known from the kind. */
static const char *shape_pack_panels(Expr *expr) {
    const Shape *old = &expr->arg[0]->shape;
    Panels panels;
    if ((old->rank != 4 && old->rank != 2) ||
        !cut_panels(&panels, old->dim[0], expr->integer[0], expr->integer[1])) {
        return "the weight must be [O,I,kh,kw] or [O,I], and O come out as panels of the width and "
               "of one unit more, where units are of 1, 2, 4, 8 or 16 channels";
    }
    int64_t outputs = panels.usual * panels.usual_width + panels.wide * panels.wide_width;
    expr->shape = (Shape){2, {outputs, shape_elements(old) / old->dim[0]}};
    return NULL;
}

/* Every two elements of a column are one word, so the depth must be even. */
static const char *shape_pack_pairs(Expr *expr) {
    const char *misfit = shape_pack_panels(expr);
    if (misfit) {
        return misfit;
    }
    return expr->arg[0]->element == ELEMENT_bf16 && expr->shape.dim[1] % 2 == 0
               ? NULL
               : "the weight must be bf16, and I * kh * kw even";
}

static const char *shape_bf16(Expr *expr) {
    expr->shape = expr->arg[0]->shape;
    return NULL;
}

static const char *shape_f16(Expr *expr) {
    expr->shape = expr->arg[0]->shape;
    return NULL;
}

static const char *shape_recip(Expr *expr) {
    expr->shape = expr->arg[0]->shape;
    return NULL;
}

static const char *shape_six(Expr *expr) {
    return shape_add(expr);
}

/* Both scales are of channels: those that are read, and those that are made. */
static const char *shape_s8(Expr *expr) {
    expr->shape = expr->arg[0]->shape;
    if (expr->shape.rank != 4 || !is_vector(expr->arg[1], expr->shape.dim[1]) ||
        !is_vector(expr->arg[2], expr->shape.dim[0])) {
        return "the weight must be [O,I,kh,kw], and the scales vectors of I and of O elements";
    }
    int64_t together = expr->integer[0];
    return together == 0 || together == 2 || together == 4 ? NULL : "together must be 0, 2 or 4";
}

static const char *shape_nudge(Expr *expr) {
    expr->shape = expr->arg[0]->shape;
    return expr->arg[0]->element == ELEMENT_s8 && shape_equal(&expr->shape, &expr->arg[1]->shape)
               ? NULL
               : "the weight must be s8, and of the shape of what is added to it";
}

static const char *shape_start(Expr *expr) {
    return expr->arg[0]->element == ELEMENT_s8 ? shape_through(expr) : "the weight must be s8";
}

static const char *shape_centered(Expr *expr) {
    const Expr *start = expr->arg[0], *weight = expr->arg[1];
    expr->shape = start->shape;
    return start->element == ELEMENT_s32 && weight->element == ELEMENT_s8 &&
                   is_vector(start, weight->shape.dim[0])
               ? NULL
               : "the start must be s32, the weight s8, one of each for an output channel";
}

static const char *shape_offset(Expr *expr) {
    const Shape *weight = &expr->arg[0]->shape;
    expr->shape = vector(weight->dim[0]);
    bool fits = weight->rank == 1 || (weight->rank == 4 && weight->dim[1] == 1);
    return fits && is_vector(expr->arg[1], weight->dim[0])
               ? NULL
               : "the weight must be [C,1,kh,kw] or [C], and the zero points a vector of C "
                 "elements";
}

static const char *shape_u8(Expr *expr) {
    expr->shape = expr->arg[0]->shape;
    return NULL;
}

/* Inputs that are not there have weights of zero. */
static const char *shape_together(Expr *expr, int64_t inputs) {
    const char *misfit = shape_pack_panels(expr);
    if (misfit) {
        return misfit;
    }
    expr->shape.dim[1] = plus(expr->shape.dim[1], inputs - 1) / inputs * inputs;
    return expr->arg[0]->element == ELEMENT_s8 ? NULL : "the weight must be s8";
}

static const char *shape_pack_quads(Expr *expr) {
    return shape_together(expr, QUAD);
}

static const char *shape_pack_eights(Expr *expr) {
    return shape_together(expr, 2 * QUAD);
}

static const char *shape_flush(Expr *expr) {
    expr->shape = expr->arg[0]->shape;
    return expr->number >= 0 ? NULL : "the bound must not be below 0";
}

typedef const char *ShapeRule(Expr *expr);

static ShapeRule *const rules[EXPR_COUNT] = {
#define EXPR(name, tensors, integers, numbers, line) shape_##name,
#include "exprs.def"
#undef EXPR
};

/* Operations on constants keep the type of what they work on, and mix no types; only these make
 * another one; nudge(), start() and centered() read two. */
static const char *infer_element(Expr *expr) {
    static const Element made[EXPR_COUNT] = {
        [EXPR_bf16] = ELEMENT_bf16,   [EXPR_f16] = ELEMENT_f16,  [EXPR_s8] = ELEMENT_s8,
        [EXPR_u8] = ELEMENT_u8,       [EXPR_nudge] = ELEMENT_s8, [EXPR_start] = ELEMENT_s32,
        [EXPR_centered] = ELEMENT_s32};
    if (made[expr->kind]) {
        expr->element = made[expr->kind];
        return NULL;
    }
    expr->element = expr->arg[0] ? expr->arg[0]->element : ELEMENT_f32;
    for (int i = 1; i < MAX_EXPR_ARGS && expr->arg[i]; i++) {
        if (expr->arg[i]->element != expr->element) {
            return "the types of the arguments must be equal";
        }
    }
    return NULL;
}

const char *expr_infer(Expr *expr) {
    const char *misfit = rules[expr->kind](expr);
    misfit = misfit ? misfit : infer_element(expr);
    if (!misfit && shape_elements(&expr->shape) > LARGEST_VALUE) {
        misfit = "the constant has more than 2^40 elements";
    }
    return misfit;
}

const Expr *expr_param(Arena *arena, const char *name, const Shape *shape) {
    Expr *expr = NEW(arena, Expr);
    expr->kind = EXPR_param;
    expr->name = arena_strdup(arena, name);
    expr->shape = *shape;
    const char *misfit = expr_infer(expr);
    if (misfit) {
        internal_error("expr_param", "%s: %s", name, misfit);
    }
    return expr;
}

/* Arguments count from a on: those that the kind takes must be there and all others NULL. */
const Expr *expr_new(Arena *arena, ExprKind kind, const Expr *a, const Expr *b, const Expr *c,
                     int64_t first, int64_t second, double number) {
    Expr *expr = NEW(arena, Expr);
    *expr = (Expr){kind, {a, b, c}, NULL, {first, second}, number, {0, {0}}, ELEMENT_f32};
    for (int i = 0; i < MAX_EXPR_ARGS; i++) {
        if (!expr->arg[i] != (i >= infos[kind].tensors)) {
            internal_error("expr_new", "%s takes %d tensors", infos[kind].name,
                           infos[kind].tensors);
        }
    }
    const char *misfit = expr_infer(expr);
    if (misfit) {
        internal_error("expr_new", "%s: %s", infos[kind].name, misfit);
    }
    return expr;
}

const Expr *expr_logical(const Expr *expr) {
    while (expr && (expr->kind == EXPR_pad || expr->kind == EXPR_pack_depthwise ||
                    expr->kind == EXPR_pack_panels || expr->kind == EXPR_pack_pairs ||
                    expr->kind == EXPR_pack_quads || expr->kind == EXPR_pack_eights ||
                    expr->kind == EXPR_centered)) {
        expr = expr->arg[0];
    }
    return expr;
}

Element product_element(const Node *node) {
    return expr_logical(node->weight)->element;
}

Element operand_element(const Node *node) {
    switch (product_element(node)) {
    case ELEMENT_f16:
        return ELEMENT_f32;
    case ELEMENT_s8:
        return ELEMENT_u8;
    default:
        return product_element(node);
    }
}
