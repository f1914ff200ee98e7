/* expr_eval.c - turns a constant expression and the checkpoint's values into numbers.
 *
 *   bn_scale(@gamma, @var, 0.001)  ->  gamma[c] / sqrt(var[c] + 0.001) in double
 *
 * eval_NAME belongs to row NAME of exprs.def. Everything is computed in double by loops in one
 * fixed order, so folding is reproducible; the only rounding, to the constant's type, is the last
 * step.
 *
 * A subexpression that occurs twice is evaluated twice, so each result has one user, who may change
 * it in place. Tensors from the reader may be shared and are copied before they are changed. Shapes
 * fit, as expr_infer() has checked each expression.
 */
#include "internal.h"
#include "operands.h"

#include <math.h>
#include <string.h>

/* Smaller magnitudes become 0. Their products with activations would be denormal numbers, which
 * many processors compute slowly, and they are far below what f32 sums can see. */
static const double SMALLEST = 1e-30;

typedef struct Evaluator {
    Arena *arena;      /* of all results */
    ParamReader *read; /* gives tensors of the checkpoint */
    void *context;     /* passed to read */
} Evaluator;

/* The value of an expression, in C order of its shape. */
typedef struct Numbers {
    const double *at; /* NULL when the reader failed */
    double *own;      /* the same memory when it may be changed, else NULL */
} Numbers;

static const Numbers FAILED = {NULL, NULL};

static Numbers eval(const Evaluator *env, const Expr *expr);

/* Zeroed memory for the value of an expression. */
static Numbers fresh(const Evaluator *env, const Expr *expr) {
    double *data = NEW_ARRAY(env->arena, double, shape_elements(&expr->shape));
    return (Numbers){data, data};
}

/* Evaluates an argument into memory that the caller may change. */
static Numbers eval_own(const Evaluator *env, const Expr *expr) {
    Numbers numbers = eval(env, expr);
    if (numbers.at && !numbers.own) {
        Numbers copy = fresh(env, expr);
        memcpy(copy.own, numbers.at, (size_t)shape_elements(&expr->shape) * sizeof *copy.own);
        return copy;
    }
    return numbers;
}

static Numbers eval_param(const Evaluator *env, const Expr *expr) {
    return (Numbers){env->read(env->context, expr->name, shape_elements(&expr->shape)), NULL};
}

static Numbers eval_zeros(const Evaluator *env, const Expr *expr) {
    return fresh(env, expr);
}

static Numbers eval_bn_scale(const Evaluator *env, const Expr *expr) {
    Numbers result = eval_own(env, expr->arg[0]), var = eval(env, expr->arg[1]);
    if (!result.at || !var.at) {
        return FAILED;
    }
    for (int64_t c = 0; c < expr->shape.dim[0]; c++) {
        result.own[c] /= sqrt(var.at[c] + expr->number);
    }
    return result;
}

static Numbers eval_bn_shift(const Evaluator *env, const Expr *expr) {
    Numbers result = eval_own(env, expr->arg[0]), mean = eval(env, expr->arg[1]);
    Numbers scale = eval(env, expr->arg[2]);
    if (!result.at || !mean.at || !scale.at) {
        return FAILED;
    }
    for (int64_t c = 0; c < expr->shape.dim[0]; c++) {
        result.own[c] -= mean.at[c] * scale.at[c];
    }
    return result;
}

static Numbers eval_add(const Evaluator *env, const Expr *expr) {
    Numbers result = eval_own(env, expr->arg[0]), b = eval(env, expr->arg[1]);
    if (!result.at || !b.at) {
        return FAILED;
    }
    int64_t count = shape_elements(&expr->shape);
    for (int64_t i = 0; i < count; i++) {
        result.own[i] += b.at[i];
    }
    return result;
}

static Numbers eval_mul(const Evaluator *env, const Expr *expr) {
    Numbers result = eval_own(env, expr->arg[0]), b = eval(env, expr->arg[1]);
    if (!result.at || !b.at) {
        return FAILED;
    }
    int64_t count = shape_elements(&expr->shape);
    for (int64_t i = 0; i < count; i++) {
        result.own[i] *= b.at[i];
    }
    return result;
}

/* Elements per index of the first axes dimensions: the product of the other dimensions. */
static int64_t inner_elements(const Shape *shape, int axes) {
    Shape inner = {shape->rank - axes, {0}};
    memcpy(inner.dim, shape->dim + axes, (size_t)inner.rank * sizeof inner.dim[0]);
    return shape_elements(&inner);
}

static Numbers eval_scale_out(const Evaluator *env, const Expr *expr) {
    Numbers result = eval_own(env, expr->arg[0]), scale = eval(env, expr->arg[1]);
    if (!result.at || !scale.at) {
        return FAILED;
    }
    int64_t inner = inner_elements(&expr->shape, 1);
    for (int64_t o = 0; o < expr->shape.dim[0]; o++) {
        for (int64_t t = 0; t < inner; t++) {
            result.own[o * inner + t] *= scale.at[o];
        }
    }
    return result;
}

static Numbers eval_scale_in(const Evaluator *env, const Expr *expr) {
    Numbers result = eval_own(env, expr->arg[0]), scale = eval(env, expr->arg[1]);
    if (!result.at || !scale.at) {
        return FAILED;
    }
    int64_t inner = inner_elements(&expr->shape, 2), inputs = expr->shape.dim[1];
    int64_t rows = expr->shape.dim[0] * inputs;
    for (int64_t row = 0; row < rows; row++) {
        for (int64_t t = 0; t < inner; t++) {
            result.own[row * inner + t] *= scale.at[row % inputs];
        }
    }
    return result;
}

static Numbers eval_through(const Evaluator *env, const Expr *expr) {
    Numbers weight = eval(env, expr->arg[0]), vector = eval(env, expr->arg[1]);
    if (!weight.at || !vector.at) {
        return FAILED;
    }
    Numbers result = fresh(env, expr);
    int64_t inner = inner_elements(&expr->arg[0]->shape, 2);
    const double *at = weight.at;
    for (int64_t o = 0; o < expr->shape.dim[0]; o++) {
        for (int64_t i = 0; i < expr->arg[0]->shape.dim[1]; i++) {
            for (int64_t t = 0; t < inner; t++) {
                result.own[o] += *at++ * vector.at[i];
            }
        }
    }
    return result;
}

/* timm's adapt_input_conv (timm/models/_manipulate.py). For one channel the three are summed. For
 * any other number n they repeat (0 1 2 0 1 ...) and are scaled by 3 / n, so that an input whose
 * channels are all equal gives about the same sum. With terms = n, or 3 for one channel, both cases
 * are the same loop: term i comes from channel i % 3 and goes to channel i % n. */
static Numbers eval_adapt_in(const Evaluator *env, const Expr *expr) {
    Numbers weight = eval(env, expr->arg[0]);
    if (!weight.at || expr->integer[0] == 3) {
        return weight;
    }
    Numbers result = fresh(env, expr);
    int64_t inner = inner_elements(&expr->shape, 2), count = expr->integer[0];
    int64_t terms = count == 1 ? 3 : count;
    double scale = count == 1 ? 1.0 : 3.0 / (double)count;
    for (int64_t o = 0; o < expr->shape.dim[0]; o++) {
        for (int64_t i = 0; i < terms; i++) {
            const double *from = weight.at + (o * 3 + i % 3) * inner;
            double *to = result.own + (o * count + i % count) * inner;
            for (int64_t t = 0; t < inner; t++) {
                to[t] += from[t] * scale;
            }
        }
    }
    return result;
}

static Numbers eval_pad(const Evaluator *env, const Expr *expr) {
    Numbers vector = eval(env, expr->arg[0]);
    if (!vector.at) {
        return FAILED;
    }
    Numbers result = fresh(env, expr);
    memcpy(result.own, vector.at, (size_t)expr->arg[0]->shape.dim[0] * sizeof *result.own);
    return result;
}

static Numbers eval_pack_depthwise(const Evaluator *env, const Expr *expr) {
    Numbers weight = eval(env, expr->arg[0]);
    if (!weight.at) {
        return FAILED;
    }
    Numbers result = fresh(env, expr);
    int64_t taps = expr->shape.dim[0], pitch = expr->shape.dim[1];
    for (int64_t k = 0; k < taps; k++) {
        for (int64_t c = 0; c < expr->arg[0]->shape.dim[0]; c++) {
            result.own[k * pitch + c] = weight.at[c * taps + k];
        }
    }
    return result;
}

/* To the type that the expression has. */
static Numbers eval_rounded(const Evaluator *env, const Expr *expr) {
    Numbers result = eval_own(env, expr->arg[0]);
    int64_t count = result.at ? shape_elements(&expr->shape) : 0;
    for (int64_t i = 0; i < count; i++) {
        result.own[i] = element_rounded(expr->element, result.own[i]);
    }
    return result;
}

static Numbers eval_bf16(const Evaluator *env, const Expr *expr) {
    return eval_rounded(env, expr);
}

static Numbers eval_f16(const Evaluator *env, const Expr *expr) {
    return eval_rounded(env, expr);
}

static Numbers eval_flush(const Evaluator *env, const Expr *expr) {
    Numbers result = eval_own(env, expr->arg[0]);
    int64_t count = result.at ? shape_elements(&expr->shape) : 0;
    for (int64_t i = 0; i < count; i++) {
        result.own[i] = fabs(result.own[i]) < expr->number ? 0.0 : result.own[i];
    }
    return result;
}

static Numbers eval_recip(const Evaluator *env, const Expr *expr) {
    Numbers result = eval_own(env, expr->arg[0]);
    int64_t count = result.at ? shape_elements(&expr->shape) : 0;
    for (int64_t i = 0; i < count; i++) {
        result.own[i] = 1.0 / result.own[i];
    }
    return result;
}

static Numbers eval_six(const Evaluator *env, const Expr *expr) {
    Numbers result = eval_own(env, expr->arg[0]), zero = eval(env, expr->arg[1]);
    if (!result.at || !zero.at) {
        return FAILED;
    }
    int64_t count = shape_elements(&expr->shape);
    for (int64_t i = 0; i < count; i++) {
        result.own[i] = fmin(rint(6.0 / result.own[i]) + zero.at[i], 255.0);
    }
    return result;
}

/* Both scales are applied in double before the one rounding. */
static Numbers eval_s8(const Evaluator *env, const Expr *expr) {
    Numbers result = eval_own(env, expr->arg[0]), in = eval(env, expr->arg[1]);
    Numbers out = eval(env, expr->arg[2]);
    if (!result.at || !in.at || !out.at) {
        return FAILED;
    }
    int64_t inner = inner_elements(&expr->shape, 2), inputs = expr->shape.dim[1];
    int64_t rows = expr->shape.dim[0] * inputs;
    for (int64_t row = 0; row < rows; row++) {
        for (int64_t t = 0; t < inner; t++) {
            double *at = &result.own[row * inner + t];
            double scaled = *at * in.at[row % inputs] / out.at[row / inputs];
            *at = fmax(fmin(rint(scaled), 127.0), -127.0) + 0.0;
        }
    }
    return result;
}

static Numbers eval_nudge(const Evaluator *env, const Expr *expr) {
    Numbers result = eval_own(env, expr->arg[0]), delta = eval(env, expr->arg[1]);
    int64_t count = result.at && delta.at ? shape_elements(&expr->shape) : 0;
    for (int64_t i = 0; i < count; i++) {
        result.own[i] = fmax(fmin(result.own[i] + rint(delta.at[i]), 127.0), -127.0) + 0.0;
    }
    return delta.at ? result : FAILED;
}

/* All numbers are integers, so the sums are exact in double. */
static Numbers eval_start(const Evaluator *env, const Expr *expr) {
    Numbers result = eval_through(env, expr);
    for (int64_t o = 0; result.at && o < expr->shape.dim[0]; o++) {
        result.own[o] = 0.0 - result.own[o];
    }
    return result;
}

static Numbers eval_offset(const Evaluator *env, const Expr *expr) {
    Numbers weight = eval(env, expr->arg[0]), zero = eval(env, expr->arg[1]);
    if (!weight.at || !zero.at) {
        return FAILED;
    }
    Numbers result = fresh(env, expr);
    int64_t taps = inner_elements(&expr->arg[0]->shape, 1);
    for (int64_t c = 0; c < expr->shape.dim[0]; c++) {
        for (int64_t t = 0; t < taps; t++) {
            result.own[c] -= weight.at[c * taps + t] * zero.at[c];
        }
    }
    return result;
}

static Numbers eval_u8(const Evaluator *env, const Expr *expr) {
    return eval_rounded(env, expr);
}

static Numbers eval_centered(const Evaluator *env, const Expr *expr) {
    Numbers result = eval_own(env, expr->arg[0]), weight = eval(env, expr->arg[1]);
    if (!result.at || !weight.at) {
        return FAILED;
    }
    int64_t outputs = expr->shape.dim[0], each = shape_elements(&expr->arg[1]->shape) / outputs;
    for (int64_t k = 0; k < outputs * each; k++) {
        result.own[k / each] += 128.0 * weight.at[k];
    }
    return result;
}

/* Panels are as in cut_panels(): the first split channels lie in usual panels, the others in wide
 * ones. A panel whose first channel is o - column starts behind o - column columns of rows floats
 * each. */
PackedColumn packed_column(const Expr *expr, int64_t o) {
    static const int64_t words[EXPR_COUNT] = {
        [EXPR_pack_pairs] = 2, [EXPR_pack_quads] = QUAD, [EXPR_pack_eights] = 2 * QUAD};
    int64_t word = words[expr->kind] ? words[expr->kind] : 1, rows = expr->shape.dim[1];
    Panels panels;
    cut_panels(&panels, expr->arg[0]->shape.dim[0], expr->integer[0], expr->integer[1]);
    int64_t split = panels.usual * panels.usual_width;
    int64_t width = o < split ? panels.usual_width : panels.wide_width;
    int64_t column = (o < split ? o : o - split) % width;
    return (PackedColumn){(o - column) * rows + column * word, word, word * width};
}

int64_t packed_at(const PackedColumn *column, int64_t row) {
    return column->first + row / column->word * column->pitch + row % column->word;
}

/* [O,I,kh,kw] becomes panels behind each other, each [kh * kw * I][width]: row k holds what the
 * kernel multiplies with input k for all channels of the panel; or, side by side, what it
 * multiplies with so many inputs from k on. Channels beyond O are zero. */
static Numbers pack(const Evaluator *env, const Expr *expr) {
    Numbers weight = eval(env, expr->arg[0]);
    if (!weight.at) {
        return FAILED;
    }
    Numbers result = fresh(env, expr);
    const Shape *old = &expr->arg[0]->shape;
    int64_t outputs = old->dim[0], inputs = old->dim[1], taps = inner_elements(old, 2);
    for (int64_t o = 0; o < outputs; o++) {
        const double *from = weight.at + o * inputs * taps;
        const PackedColumn column = packed_column(expr, o);
        for (int64_t i = 0; i < inputs; i++) {
            for (int64_t k = 0; k < taps; k++) {
                result.own[packed_at(&column, k * inputs + i)] = *from++;
            }
        }
    }
    return result;
}

static Numbers eval_pack_panels(const Evaluator *env, const Expr *expr) {
    return pack(env, expr);
}

static Numbers eval_pack_pairs(const Evaluator *env, const Expr *expr) {
    return pack(env, expr);
}

static Numbers eval_pack_quads(const Evaluator *env, const Expr *expr) {
    return pack(env, expr);
}

static Numbers eval_pack_eights(const Evaluator *env, const Expr *expr) {
    return pack(env, expr);
}

typedef Numbers EvalRule(const Evaluator *env, const Expr *expr);

static EvalRule *const rules[EXPR_COUNT] = {
#define EXPR(name, tensors, integers, numbers, line) eval_##name,
#include "exprs.def"
#undef EXPR
};

static Numbers eval(const Evaluator *env, const Expr *expr) {
    return rules[expr->kind](env, expr);
}

const double *expr_eval_f64(Arena *arena, const Expr *expr, ParamReader *read, void *context) {
    Evaluator env = {arena, read, context};
    return eval(&env, expr).at;
}

/* Evaluates, and rounds to a type. */
static void *eval_as(Arena *arena, const Expr *expr, Element element, ParamReader *read,
                     void *context) {
    const double *exact = expr_eval_f64(arena, expr, read, context);
    if (!exact) {
        return NULL;
    }
    int64_t count = shape_elements(&expr->shape);
    /* Whole words, for types that share them. */
    void *rounded = arena_alloc(arena, (size_t)plus(times(count, element_bytes(element)), 3));
    for (int64_t i = 0; i < count; i++) {
        element_put(element, rounded, i, fabs(exact[i]) < SMALLEST ? 0.0 : exact[i]);
    }
    return rounded;
}

const void *expr_eval(Arena *arena, const Expr *expr, ParamReader *read, void *context) {
    return eval_as(arena, expr, expr->element, read, context);
}

const float *expr_eval_f32(Arena *arena, const Expr *expr, ParamReader *read, void *context) {
    return eval_as(arena, expr, ELEMENT_f32, read, context);
}
