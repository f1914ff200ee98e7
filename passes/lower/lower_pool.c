/* lower_pool.c - lowers pooling over whole maps, softmax, and copies of results to the caller's
 * NCHW.
 *
 *   %g = global_pool(%x) avg   ->   for each 16 channels of this task's share:
 *                                     sum over the pixels, ascending; times 1 / pixels
 *   %y.out = to_nchw(%y)       ->   for each channel: its pixels, one after another
 *   %y.out = to_nhwc(%y)       ->   for each pixel: its channels, one after another
 *
 * Tasks share channels, never pixels, so each sum is one chain whatever the number of tasks.
 */
#include <inttypes.h>

#include "lowering.h"

/* Which of the two a kind of pooling computes. */
static const struct {
    bool sums, maxima;
} kinds[] = {[POOL_AVG] = {true, false},
             [POOL_MAX] = {false, true},
             [POOL_AVGMAX] = {true, true},
             [POOL_CATAVGMAX] = {true, true},
             [POOL_CATMAXAVG] = {true, true}};

/* Writes the loop over all pixels for one vector of channels. The sum is multiplied by 1 / pixels
 * rounded to f32, which %.9g writes exactly. */
static void pool_pixels(Text *text, const Node *node) {
    const Value *in = node->in[0];
    int64_t pixels = height_of(in) * width_of(in);
    if (kinds[node->pool].sums) {
        text_add(text, "vec sum = zero\n");
    }
    if (kinds[node->pool].maxima) {
        text_add(text, "vec best = constant -inf\n");
    }
    text_add(text,
             "for p = 0 to %" PRId64 " step 1 {\nvec value = load column[p * %" PRId64 " + c]\n",
             pixels, in->pitch);
    if (kinds[node->pool].sums) {
        text_add(text, "sum = add sum, value\n");
    }
    if (kinds[node->pool].maxima) {
        text_add(text, "best = max value, best\n");
    }
    text_add(text, "}\n");
    if (kinds[node->pool].sums) {
        text_add(text, "vec share = constant %.9g\nsum = %s\n",
                 (double)(float)(1.0 / (double)pixels),
                 node->pool == POOL_AVGMAX ? "fma sum, share, best" : "mul sum, share");
    }
}

/* Averages and maxima are adjacent without padding between them, so lanes beyond the last channel
 * must not be stored: a full store of averages would overwrite the first maxima (and
 * the other way round). */
static void store_both(Text *text, int64_t channels, bool maxima_first) {
    const char *const names[] = {maxima_first ? "best" : "sum", maxima_first ? "sum" : "best"};
    for (int i = 0; i < 2; i++) {
        text_add(text, "store pooled[%" PRId64 " + c] = %s below %" PRId64 " - chunk * 16 - c\n",
                 i * channels, names[i], channels);
    }
}

static void store_pooled(Text *text, const Node *node) {
    switch (node->pool) {
    case POOL_CATAVGMAX:
    case POOL_CATMAXAVG:
        store_both(text, channels_of(node->in[0]), node->pool == POOL_CATMAXAVG);
        return;
    case POOL_AVGMAX:
        text_add(text, "vec half = constant 0.5\nsum = mul half, sum\n"
                       "store pooled[c] = sum\n");
        return;
    default:
        text_add(text, "store pooled[c] = %s\n", node->pool == POOL_MAX ? "best" : "sum");
    }
}

/* Tasks share chunks of one 64-byte line of channels, of all images. */
const char *lower_global_pool(Lowering *lowering, const Node *node) {
    const Value *in = node->in[0];
    int64_t chunks = whole_lines(channels_of(in)) / PITCH_UNIT, images = in->shape.dim[0];
    Text text = {.arena = lowering->arena};
    text_add(&text, "doc \"global_pool: %s of %s pixels, %" PRId64 " channels.\"\n",
             pool_name(node->pool), map_size(lowering, in), channels_of(in));
    text_add(&text, "split begin, end of %" PRId64 "\nfor share_of = begin to end step 1 {\n",
             images * chunks);
    text_add(&text, "int image = share_of / %" PRId64 "\nint chunk = share_of %% %" PRId64 "\n",
             chunks, chunks);
    text_add(&text, "ptr column = in + image * %" PRId64 " + chunk * 16\n",
             height_of(in) * width_of(in) * in->pitch);
    text_add(&text, "ptr mut pooled = out + image * %" PRId64 " + chunk * 16\n",
             node->out[0]->pitch);
    text_add(&text, "for c = 0 to %d step 1 vector {\n", PITCH_UNIT);
    pool_pixels(&text, node);
    store_pooled(&text, node);
    text_add(&text, "}\n}\n");
    const char *name = arena_printf(lowering->arena, "global_%s_%s_%" PRId64, pool_name(node->pool),
                                    map_size(lowering, in), channels_of(in));
    return share_function(lowering, name, "", text_done(&text));
}

/* Tasks share images. Each lane of best and sum holds the same chain over all channels; what the
 * second and third loop over channels compute in padding lanes is read by nobody. */
const char *lower_softmax(Lowering *lowering, const Node *node) {
    const Value *in = node->in[0], *out = node->out[0];
    int64_t channels = channels_of(in), lines = whole_lines(channels);
    Text text = {.arena = lowering->arena};
    text_add(&text, "doc \"softmax: %" PRId64 " channels.\"\n", channels);
    text_add(&text, "split begin, end of %" PRId64 "\nfor image = begin to end step 1 {\n",
             in->shape.dim[0]);
    text_add(&text, "ptr from = in + image * %" PRId64 "\nptr mut to = out + image * %" PRId64 "\n",
             in->pitch, out->pitch);
    text_add(&text,
             "vec best = constant -inf\nfor c = 0 to %" PRId64 " step 1 {\n"
             "vec value = broadcast from[c]\nbest = max value, best\n}\n",
             channels);
    text_add(&text,
             "for c = 0 to %" PRId64 " step 1 vector {\nvec power = load from[c]\n"
             "power = sub power, best\npower = exp power\nstore to[c] = power\n}\n",
             lines);
    text_add(&text,
             "vec sum = zero\nfor c = 0 to %" PRId64 " step 1 {\n"
             "vec power = broadcast to[c]\nsum = add sum, power\n}\n",
             channels);
    text_add(&text,
             "for c = 0 to %" PRId64 " step 1 vector {\nvec part = load to[c]\n"
             "part = div part, sum\nstore to[c] = part\n}\n}\n",
             lines);
    const char *name = arena_printf(lowering->arena, "softmax_%" PRId64, channels);
    return share_function(lowering, name, "", text_done(&text));
}

/* Tasks share planes: channels of all images. Writing is sequential, reading jumps a pitch. */
const char *lower_to_nchw(Lowering *lowering, const Node *node) {
    const Value *in = node->in[0];
    int64_t pixels = height_of(in) * width_of(in), channels = channels_of(in);
    Text text = {.arena = lowering->arena};
    text_add(&text, "doc \"to_nchw: %s pixels, %" PRId64 " channels, for the caller.\"\n",
             map_size(lowering, in), channels);
    text_add(&text, "split begin, end of %" PRId64 "\nfor plane = begin to end step 1 {\n",
             in->shape.dim[0] * channels);
    text_add(&text, "ptr from = in + plane / %" PRId64 " * %" PRId64 " + plane %% %" PRId64 "\n",
             channels, pixels * in->pitch, channels);
    text_add(&text,
             "for p = 0 to %" PRId64 " step 1 {\n"
             "copy out[plane * %" PRId64 " + p] = from[p * %" PRId64 "]\n}\n}\n",
             pixels, pixels, in->pitch);
    const char *name =
        arena_printf(lowering->arena, "to_nchw_%s_%" PRId64, map_size(lowering, in), channels);
    return share_function(lowering, name, "", text_done(&text));
}

/* Tasks share pixels of all images. */
const char *lower_to_nhwc(Lowering *lowering, const Node *node) {
    const Value *in = node->in[0];
    int64_t channels = channels_of(in);
    Text text = {.arena = lowering->arena};
    text_add(&text, "doc \"to_nhwc: %s pixels, %" PRId64 " channels, for the caller.\"\n",
             map_size(lowering, in), channels);
    text_add(&text,
             "split begin, end of %" PRId64 "\nfor pixel = begin to end step 1 {\n"
             "for c = 0 to %" PRId64 " step 1 {\n"
             "copy out[pixel * %" PRId64 " + c] = in[pixel * %" PRId64 " + c]\n}\n}\n",
             pixel_count(in), channels, channels, in->pitch);
    const char *name =
        arena_printf(lowering->arena, "to_nhwc_%s_%" PRId64, map_size(lowering, in), channels);
    return share_function(lowering, name, "", text_done(&text));
}
