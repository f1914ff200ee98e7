/* seed.c - (name, shape, seed) -> the values of a parameter, equal to the bit on every machine.
 *
 * Element i of a tensor is drawn as the top 24 bits of SplitMix64's output i, whose state starts
 * from the FNV-1a digest of the name and the seed. The draw becomes a value by integer arithmetic,
 * one correctly rounded product or sum in double, and the rounding to f32: no function of the C
 * library but sqrt, which IEEE 754 defines to the bit.
 *
 *   "stem.0.bn.running_var"  [32]          0.5 .. 1.5
 *   "stem.0.bn.running_mean", any ".bias"  -0.25 .. 0.25
 *   "stem.0.bn.weight"       [32]          0.625 .. 1.3125, one in sixteen negative
 *   weights of a convolution [O, I, h, w]  variance 1 / (I * h * w)
 *   weights of a classifier  [O, I]        32 times that spread
 *
 * With variance 1 / fan-in a convolution keeps the second moment of its input, a norm as drawn
 * above has a mean squared gain of about one, and an activation halves the moment. So a branch of
 * three activations adds about an eighth of the stream's moment to the stream, and biases keep the
 * moment from below: activations stay within a factor of ten of one through all variants. Two
 * corrections keep information about the image alive. The taps of a depthwise kernel lose half of
 * their mean, because the mean of an activated channel would otherwise win over its details layer
 * by layer. The rows of a classifier lose all of it, so that logits show what tells channels
 * apart; their gain makes the spread of the logits large beside the biases.
 */
#include "seed.h"

#include <math.h>
#include <string.h>

enum { DRAW_BITS = 24, CLASSIFIER_GAIN = 32 };

static const double DRAW_UNIT = 1.0 / (1 << DRAW_BITS);

/* The finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/* FNV-1a (64 bits) of the name, mixed with the seed. */
static uint64_t first_state(const char *name, uint64_t seed) {
    uint64_t digest = 0xCBF29CE484222325u;
    for (const char *s = name; *s; s++) {
        digest = (digest ^ (uint8_t)*s) * 0x100000001B3u;
    }
    return mix(digest + mix(seed));
}

/* The top bits of output i of SplitMix64: 0 to 2^24 - 1. Any element is computed directly, so
 * tensors need no order. */
static int32_t draw(uint64_t state, int64_t i) {
    return (int32_t)(mix(state + (uint64_t)(i + 1) * 0x9E3779B97F4A7C15u) >> (64 - DRAW_BITS));
}

/* -0.25 to 0.25. */
static float mean_or_bias(int32_t drawn) {
    return (float)((drawn * DRAW_UNIT - 0.5) * 0.5);
}

/* 0.5 to 1.5. */
static float variance(int32_t drawn) {
    return (float)(0.5 + drawn * DRAW_UNIT);
}

/* Weight of a norm: 0.625 to 1.3125, negative for one draw in sixteen. */
static float gamma_factor(int32_t drawn) {
    float size = (float)(0.625 + drawn * DRAW_UNIT * 0.6875);
    return (drawn & 15) == 7 ? -size : size;
}

typedef float VectorRule(int32_t drawn);

/* The last part of a name decides; the empty one ends the table. */
static const struct {
    const char *suffix;
    VectorRule *rule;
} VECTOR_RULES[] = {
    {"running_mean", mean_or_bias},
    {"running_var", variance},
    {"bias", mean_or_bias},
    {"", gamma_factor},
};

/* The rule for "NAME.bias" and the like; gamma_factor for all other vectors. */
static VectorRule *vector_rule(const char *name) {
    const char *dot = strrchr(name, '.');
    const char *last = dot ? dot + 1 : name;
    int i = 0;
    while (*VECTOR_RULES[i].suffix && strcmp(VECTOR_RULES[i].suffix, last) != 0) {
        i++;
    }
    return VECTOR_RULES[i].rule;
}

static int64_t divide_down(int64_t a, int64_t b) {
    return a / b - (a % b < 0);
}

/* How the rows of a weight are drawn. */
typedef struct RowRule {
    uint64_t state;
    int64_t depth;  /* elements of a row: one output's */
    int64_t centre; /* the row loses this part of its mean: 1 all, 2 half; 0 nothing */
    double scale;
} RowRule;

static RowRule row_rule(const char *name, const Shape *shape, uint64_t seed) {
    bool classifier = shape->rank == 2;
    RowRule rule = {first_state(name, seed), shape_elements(shape) / shape->dim[0], 0, 0};
    rule.scale = sqrt(3.0 / (double)rule.depth) * (2 * DRAW_UNIT);
    if (classifier) {
        rule.scale *= CLASSIFIER_GAIN;
        rule.centre = 1;
    } else if (shape->dim[1] == 1) {
        rule.centre = 2;
    }
    return rule;
}

/* One output channel. shift is the (part of the) mean that is taken away, an integer, so that it is
 * exact; the product with scale and the conversion to f32 are the only roundings. */
static void draw_row(float *out, const RowRule *rule, int64_t o) {
    int64_t first = o * rule->depth, shift = 0, sum = 0;
    if (rule->centre) {
        for (int64_t k = 0; k < rule->depth; k++) {
            sum += draw(rule->state, first + k) - (1 << (DRAW_BITS - 1));
        }
        shift = divide_down(sum, rule->centre * rule->depth);
    }
    shift += 1 << (DRAW_BITS - 1);
    for (int64_t k = 0; k < rule->depth; k++) {
        out[k] = (float)((double)(draw(rule->state, first + k) - shift) * rule->scale);
    }
}

/* Vectors by rules of their names, matrices and kernels row by row: a row is an output channel. */
void seed_tensor(float *out, const char *name, const Shape *shape, uint64_t seed) {
    if (shape->rank == 1) {
        uint64_t state = first_state(name, seed);
        VectorRule *rule = vector_rule(name);
        for (int64_t i = 0; i < shape->dim[0]; i++) {
            out[i] = rule(draw(state, i));
        }
        return;
    }
    RowRule rule = row_rule(name, shape, seed);
    for (int64_t o = 0; o < shape->dim[0]; o++) {
        draw_row(out + o * rule.depth, &rule, o);
    }
}

static Map *map_params(Arena *arena, const Graph *graph) {
    Map *params = map_by_name(arena);
    for (int i = 0; i < graph->n_params; i++) {
        map_put(params, graph->params[i].name, &graph->params[i]);
    }
    return params;
}

/* As f64, like a checkpoint's values; they are f32 exactly, as seed_weights_write() writes them. */
const double *seed_read(void *reader, const char *name, int64_t count) {
    SeedReader *seeds = reader;
    seeds->values = seeds->values ? seeds->values : arena_child(seeds->arena);
    seeds->params = seeds->params ? seeds->params : map_params(seeds->arena, seeds->graph);
    const Param *param = map_get(seeds->params, name);
    if (!param || shape_elements(&param->shape) != count) {
        internal_error("seed_read", "no parameter '%s' of %lld elements", name, (long long)count);
    }
    Arena *scratch = arena_child(seeds->arena);
    float *values = NEW_ARRAY(scratch, float, count);
    seed_tensor(values, name, &param->shape, seeds->seed);
    double *wide = NEW_ARRAY(seeds->values, double, count);
    for (int64_t i = 0; i < count; i++) {
        wide[i] = values[i];
    }
    arena_destroy(scratch);
    return wide;
}

void seed_forget(void *reader) {
    SeedReader *seeds = reader;
    arena_destroy(seeds->values);
    seeds->values = NULL;
}
