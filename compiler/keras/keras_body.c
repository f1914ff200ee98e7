/* keras_body.c - stem, blocks and exit of a description, from the layers of Keras.
 *
 *   fork -+- Activation relu, SeparableConv2D 256, BatchNormalization, twice, MaxPooling2D -+- Add
 *         +- Conv2D 1x1 with stride 2, BatchNormalization ----------------------------------+
 *   ->   {widths: 256, depth: 2, stride: 2, stride_by: max_pool}
 */
#include "keras_match.h"

#include <string.h>

#include "limit.h"

/* A separable convolution: in Keras one layer, or a depthwise and a pointwise one. */
typedef struct Separable {
    const KerasNode *depthwise, *pointwise; /* the same layer, or two */
    const KerasNode *middle_norm, *middle_act, *norm;
    const char *before, *after; /* activations; NULL: none */
    Sliding sliding;
    int64_t width;
} Separable;

static bool is_kind(const KerasNode *node, const char *kind) {
    return node && strcmp(node->kind, kind) == 0;
}

static bool has_no_bias(const KerasWalk *walk, const KerasNode *node) {
    return !walk_flag(node, "use_bias", true) ||
           KERAS_WRONG(walk->graph, node->name, NULL,
                       "a %s with a bias: in front of the head only norms have one", node->kind);
}

static bool has_groups_of_one(const KerasWalk *walk, const KerasNode *node) {
    const json_t *groups = json_object_get(node->config, "groups");
    const json_t *depth = json_object_get(node->config, "depth_multiplier");
    return ((!groups || json_integer_value(groups) == 1) &&
            (!depth || json_integer_value(depth) == 1)) ||
           KERAS_WRONG(walk->graph, node->name, NULL, "groups or a depth_multiplier other than 1");
}

static const char *take_act(KerasWalk *walk) {
    const KerasNode *node = walk_take(walk, "Activation");
    return node ? node->function : NULL;
}

/* Activations of descriptions are elementwise. */
static bool is_plain(const KerasWalk *walk, const KerasNode *node, const char *act) {
    return !act || strcmp(act, "softmax") != 0 ||
           KERAS_WRONG(walk->graph, node->name, NULL, "a softmax in the middle of the network");
}

/* The activation of a layer or block as a description writes it, the usual one left out. */
static const char *act_text(Arena *arena, const char *act) {
    return !act                       ? ", activation: none"
           : strcmp(act, "relu") != 0 ? arena_printf(arena, ", activation: %s", act)
                                      : "";
}

/* ---- stem ---- */

/* A dense convolution, and norm and activation where they follow. */
static bool stem_layer(KerasWalk *walk, const KerasNode *node) {
    Arena *arena = walk->graph->arena;
    Sliding sliding;
    int64_t width = walk_integer(walk, node, "filters", LIMIT_WIDTH);
    const char *name = arena_printf(arena, "stem.%d", walk->stems++);
    if (!width || !walk_sliding(walk, node, "kernel_size", &sliding) || !has_no_bias(walk, node) ||
        !has_groups_of_one(walk, node) ||
        !walk_bind(walk, arena_printf(arena, "%s.conv", name), "weight", node, 0, KERAS_CONV) ||
        !walk_slide(walk, node, &sliding)) {
        return false;
    }
    walk->channels = width;
    const KerasNode *norm = walk_take(walk, "BatchNormalization");
    if (norm && !walk_bind_body_norm(walk, arena_printf(arena, "%s.bn", name), norm)) {
        return false;
    }
    const char *act = take_act(walk);
    walk_add_item(walk,
                  arena_printf(arena, "width: %lld%s, padding: %s%s%s", (long long)width,
                               walk_sliding_text(walk, &sliding), sliding.same ? "same" : "none",
                               norm ? "" : ", norm: false", act_text(arena, act)));
    walk_end_items(walk);
    return is_plain(walk, node, act);
}

bool walk_stem(KerasWalk *walk) {
    walk->text = arena_printf(walk->graph->arena, "%s\nstem:\n", walk->text);
    const KerasNode *node = walk_take(walk, "Conv2D");
    if (!node) {
        node = walk_peek(walk);
        return KERAS_WRONG(walk->graph, node ? node->name : NULL, NULL,
                           "the network does not begin with a Conv2D%s%s", node ? " but a " : "",
                           node ? node->kind : "");
    }
    while (node) {
        if (!stem_layer(walk, node)) {
            return false;
        }
        node = walk_take(walk, "Conv2D");
    }
    return walk_is_fork(walk) ||
           KERAS_WRONG(walk->graph, walk_peek(walk) ? walk_peek(walk)->name : NULL, NULL,
                       "a block with a shortcut is expected behind the stem");
}

/* ---- separable convolutions ---- */

/* The pointwise layer behind a DepthwiseConv2D. */
static bool take_pointwise(KerasWalk *walk, Separable *separable) {
    separable->middle_norm = walk_take(walk, "BatchNormalization");
    separable->middle_act = separable->middle_norm ? walk_take(walk, "Activation") : NULL;
    separable->pointwise = walk_take(walk, "Conv2D");
    const KerasNode *node = separable->pointwise;
    Sliding one;
    if (!node) {
        return KERAS_WRONG(walk->graph, separable->depthwise->name, NULL,
                           "a DepthwiseConv2D without a 1x1 Conv2D behind it");
    }
    return walk_sliding(walk, node, "kernel_size", &one) && has_no_bias(walk, node) &&
           has_groups_of_one(walk, node) &&
           ((one.kernel[0] == 1 && one.kernel[1] == 1 && one.stride == 1) ||
            KERAS_WRONG(walk->graph, node->name, NULL, "not 1x1 with a stride of 1"));
}

/* Windows of even sides have no middle: descriptions have none of them. */
static bool has_odd_kernel(const KerasWalk *walk, const Separable *separable) {
    const int64_t *kernel = separable->sliding.kernel;
    return (kernel[0] % 2 && kernel[1] % 2) ||
           KERAS_WRONG(walk->graph, separable->depthwise->name, NULL,
                       "its kernel has an even side; separable convolutions of odd ones are known");
}

/* The layers of a separable convolution whose first one is next; the size of the map follows. */
static bool read_separable(KerasWalk *walk, Separable *separable) {
    const KerasNode *node = walk_take(walk, "SeparableConv2D");
    bool whole = node != NULL;
    node = node ? node : walk_take(walk, "DepthwiseConv2D");
    if (!node) {
        node = walk_peek(walk);
        return KERAS_WRONG(walk->graph, node ? node->name : NULL, NULL,
                           "a %s where a SeparableConv2D is expected",
                           node ? node->kind : "fork of two layers");
    }
    separable->depthwise = separable->pointwise = node;
    if (!walk_sliding(walk, node, "kernel_size", &separable->sliding) ||
        !has_odd_kernel(walk, separable) || !has_no_bias(walk, node) ||
        !has_groups_of_one(walk, node) || (!whole && !take_pointwise(walk, separable)) ||
        !walk_slide(walk, node, &separable->sliding)) {
        return false;
    }
    separable->width = walk_integer(walk, separable->pointwise, "filters", LIMIT_WIDTH);
    separable->norm = walk_take(walk, "BatchNormalization");
    return separable->width &&
           (separable->norm || KERAS_WRONG(walk->graph, separable->pointwise->name, NULL,
                                           "a separable convolution without a norm behind it"));
}

/* Windows that do not move keep the size of the map, as shortcuts need it. */
static bool keeps_size(const KerasWalk *walk, const Separable *separable) {
    const Sliding *sliding = &separable->sliding;
    return sliding->same || (sliding->kernel[0] == 1 && sliding->kernel[1] == 1) ||
           KERAS_WRONG(walk->graph, separable->depthwise->name, NULL,
                       "its padding is 'valid', which makes the map smaller");
}

/* The tensors, below a place of the network; the channels become those of the result. */
static bool bind_separable(KerasWalk *walk, const Separable *separable, const char *place) {
    Arena *arena = walk->graph->arena;
    bool whole = separable->pointwise == separable->depthwise;
    if (!walk_bind(walk, arena_printf(arena, "%s.conv_dw", place), "weight", separable->depthwise,
                   0, KERAS_DEPTHWISE) ||
        (separable->middle_norm &&
         !walk_bind_body_norm(walk, arena_printf(arena, "%s.bn_dw", place),
                              separable->middle_norm))) {
        return false;
    }
    walk->channels = separable->width;
    return walk_bind(walk, arena_printf(arena, "%s.conv_pw", place), "weight", separable->pointwise,
                     whole, KERAS_CONV) &&
           walk_bind_body_norm(walk, arena_printf(arena, "%s.bn_pw", place), separable->norm);
}

/* ---- exit ---- */

static bool exit_layer(KerasWalk *walk) {
    Arena *arena = walk->graph->arena;
    Separable separable = {.before = NULL};
    if (!read_separable(walk, &separable) || !keeps_size(walk, &separable)) {
        return false;
    }
    const char *place = arena_printf(arena, "exit.%d", walk->stems + walk->exits++);
    const char *act = take_act(walk),
               *middle = separable.middle_act ? separable.middle_act->function : NULL;
    if (separable.sliding.stride != 1 || (middle && (!act || strcmp(act, middle) != 0))) {
        return KERAS_WRONG(walk->graph, separable.depthwise->name, NULL,
                           "behind the blocks a separable convolution has no stride and one kind "
                           "of activation");
    }
    const char *norm = !separable.middle_norm ? ""
                       : middle || !act       ? ", norm: both"
                                              : ", norm: both, activate: last";
    walk_add_item(walk, arena_printf(arena, "width: %lld%s%s%s", (long long)separable.width,
                                     walk_sliding_text(walk, &separable.sliding), norm,
                                     act_text(arena, act)));
    walk_end_items(walk);
    return is_plain(walk, separable.depthwise, act) && bind_separable(walk, &separable, place);
}

static bool begins_separable(const KerasWalk *walk) {
    const KerasNode *node = walk_peek(walk);
    return is_kind(node, "SeparableConv2D") || is_kind(node, "DepthwiseConv2D");
}

bool walk_exits(KerasWalk *walk) {
    if (begins_separable(walk)) {
        walk->text = arena_printf(walk->graph->arena, "%sexit:\n", walk->text);
    }
    while (begins_separable(walk)) {
        if (!exit_layer(walk)) {
            return false;
        }
    }
    return true;
}

/* ---- blocks ---- */

typedef struct KerasBlock {
    Separable part[LIMIT_BLOCK_WIDTHS];
    int parts;
    const char *act; /* of all its activations; NULL: it has none */
    const KerasNode *pool, *sum;
    const KerasNode *conv, *conv_norm; /* of the shortcut; NULL: the input itself */
    int64_t stride;
    const char *sum_act;
} KerasBlock;

/* The activation in front of a part, which must be that of the others. */
static bool note_act(KerasWalk *walk, KerasBlock *block, const KerasNode *node, const char *act) {
    block->act = block->act ? block->act : act;
    return !act || strcmp(block->act, act) == 0 ||
           KERAS_WRONG(walk->graph, node->name, NULL,
                       "two kinds of activation in one block: %s and %s", block->act, act);
}

/* One more part, if the sum or its pooling is not next. */
static bool read_part(KerasWalk *walk, KerasBlock *block) {
    if (block->parts == LIMIT_BLOCK_WIDTHS) {
        return KERAS_WRONG(walk->graph, walk_peek(walk)->name, NULL,
                           "a block has at most %d separable convolutions", LIMIT_BLOCK_WIDTHS);
    }
    Separable *part = &block->part[block->parts++];
    part->before = take_act(walk);
    return read_separable(walk, part) && keeps_size(walk, part) &&
           note_act(walk, block, part->depthwise, part->before) &&
           (!part->middle_act ||
            note_act(walk, block, part->depthwise, part->middle_act->function));
}

/* An activation is the next part's, but that in front of the pooling or the sum. */
static bool ends_stack(KerasWalk *walk, KerasBlock *block) {
    const KerasNode *node = walk_peek(walk);
    if (block->parts > 0 && is_kind(node, "Activation")) {
        KerasWalk ahead = *walk;
        walk_take(&ahead, "Activation");
        const KerasNode *next = walk_peek(&ahead);
        if (is_kind(next, "MaxPooling2D") || is_kind(next, "Add")) {
            block->part[block->parts - 1].after = take_act(walk);
            return true;
        }
    }
    return is_kind(node, "MaxPooling2D") || is_kind(node, "Add");
}

/* 3x3, as the language has it. */
static bool read_pool(KerasWalk *walk, KerasBlock *block) {
    Sliding sliding;
    block->pool = walk_take(walk, "MaxPooling2D");
    if (!block->pool) {
        return true;
    }
    if (!walk_sliding(walk, block->pool, "pool_size", &sliding)) {
        return false;
    }
    if (!sliding.same || sliding.kernel[0] != 3 || sliding.kernel[1] != 3 || sliding.stride < 2) {
        return KERAS_WRONG(walk->graph, block->pool->name, NULL,
                           "a block's pooling is 3x3, has a stride and the padding 'same'");
    }
    block->stride = sliding.stride;
    return walk_slide(walk, block->pool, &sliding);
}

/* Strides of the parts: the last one may have the block's. All are alike otherwise. */
static bool check_parts(const KerasWalk *walk, KerasBlock *block) {
    for (int i = 0; i < block->parts; i++) {
        const Separable *part = &block->part[i], *first = &block->part[0];
        bool strided = part->sliding.stride != 1, last = i == block->parts - 1;
        bool alike = memcmp(part->sliding.kernel, first->sliding.kernel,
                            sizeof first->sliding.kernel) == 0 &&
                     part->sliding.dilation == first->sliding.dilation &&
                     !part->middle_norm == !first->middle_norm;
        if (!alike || (strided && (!last || block->pool))) {
            return KERAS_WRONG(walk->graph, part->depthwise->name, NULL,
                               "kernel, dilation, norm or stride differ from what the other "
                               "separable convolutions of its block allow");
        }
        if (strided) {
            block->stride = part->sliding.stride;
        }
    }
    return true;
}

static bool read_stack(KerasWalk *walk, KerasBlock *block) {
    while (block->parts == 0 || !ends_stack(walk, block)) {
        if (!read_part(walk, block)) {
            return false;
        }
    }
    const Separable *last = &block->part[block->parts - 1];
    block->stride = 1;
    return note_act(walk, block, last->depthwise, last->after) && read_pool(walk, block) &&
           check_parts(walk, block);
}

/* From the fork to the sum, which both branches have to reach. */
static bool read_shortcut(KerasWalk *walk, KerasBlock *block, int fork, int branch) {
    KerasWalk beside = *walk;
    beside.at = fork;
    beside.branch = branch;
    block->conv = walk_take(&beside, "Conv2D");
    block->conv_norm = block->conv ? walk_take(&beside, "BatchNormalization") : NULL;
    block->sum = walk_take(walk, "Add");
    if (!block->sum || walk_take(&beside, "Add") != block->sum) {
        return KERAS_WRONG(walk->graph, walk->graph->nodes[fork].name, NULL,
                           "behind it a block begins whose two branches do not meet in an Add");
    }
    Sliding sliding;
    if (!block->conv) {
        return true;
    }
    return walk_sliding(walk, block->conv, "kernel_size", &sliding) &&
           has_no_bias(walk, block->conv) && has_groups_of_one(walk, block->conv) &&
           ((sliding.kernel[0] == 1 && sliding.kernel[1] == 1 && sliding.stride == block->stride &&
             walk_integer(walk, block->conv, "filters", LIMIT_WIDTH) ==
                 block->part[block->parts - 1].width) ||
            KERAS_WRONG(walk->graph, block->conv->name, NULL,
                        "a shortcut is 1x1 and has the width and the stride of its block"));
}

/* "before", "between", "after", by where the activations stand; NULL after a diagnostic. */
static const char *activate_of(const KerasWalk *walk, const KerasBlock *block) {
    int before = 0, after = block->part[block->parts - 1].after != NULL, middle = 0;
    for (int i = 1; i < block->parts; i++) {
        before += block->part[i].before != NULL;
    }
    for (int i = 0; i < block->parts; i++) {
        middle += block->part[i].middle_act != NULL;
    }
    bool first = block->part[0].before != NULL, all = before == block->parts - 1;
    bool both = block->part[0].middle_norm != NULL;
    if (!block->act) {
        return "before"; /* of none */
    }
    if (all && !after && middle == 0) {
        return first ? "before" : "between";
    }
    if (all && after && !first && middle == (both ? block->parts : 0)) {
        return "after";
    }
    KERAS_WRONG(walk->graph, block->part[0].depthwise->name, NULL,
                "the activations of its block stand neither before, nor between, nor behind all "
                "separable convolutions");
    return NULL;
}

/* widths: one number and the depth, or a list. */
static const char *widths_text(Arena *arena, const KerasBlock *block) {
    bool equal = true;
    const char *list = "";
    for (int i = 0; i < block->parts; i++) {
        equal = equal && block->part[i].width == block->part[0].width;
        list =
            arena_printf(arena, "%s%s%lld", list, i ? ", " : "", (long long)block->part[i].width);
    }
    return equal ? arena_printf(arena, "widths: %lld, depth: %d", (long long)block->part[0].width,
                                block->parts)
                 : arena_printf(arena, "widths: [%s]", list);
}

static void add_block(KerasWalk *walk, const KerasBlock *block, const char *activate,
                      int64_t channels) {
    Arena *arena = walk->graph->arena;
    const Separable *last = &block->part[block->parts - 1];
    Sliding sliding = last->sliding;
    sliding.stride = block->stride;
    const char *text =
        arena_printf(arena, "%s%s", widths_text(arena, block), walk_sliding_text(walk, &sliding));
    const struct Setting {
        bool stands;
        const char *text;
    } settings[] = {
        {block->pool != NULL, "stride_by: max_pool"},
        {block->conv && block->stride == 1 && last->width == channels, "shortcut: convolution"},
        {block->conv && !block->conv_norm, "shortcut_norm: false"},
        {last->middle_norm != NULL, "norm: both"},
        {strcmp(activate, "before") != 0, arena_printf(arena, "activate: %s", activate)},
        {block->sum_act != NULL, "activate_sum: true"}};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        if (settings[i].stands) {
            text = arena_printf(arena, "%s, %s", text, settings[i].text);
        }
    }
    walk_add_item(walk, arena_printf(arena, "%s%s", text, act_text(arena, block->act)));
}

static bool bind_block(KerasWalk *walk, const KerasBlock *block, int64_t channels) {
    Arena *arena = walk->graph->arena;
    const char *name = arena_printf(arena, "blocks.%d", walk->blocks++);
    walk->channels = channels;
    for (int i = 0; i < block->parts; i++) {
        const char *place = arena_printf(arena, "%s.stack.conv%d", name, i + 1);
        if (!bind_separable(walk, &block->part[i], place)) {
            return false;
        }
    }
    const char *conv = arena_printf(arena, "%s.shortcut.conv", name);
    const char *norm = arena_printf(arena, "%s.shortcut.bn", name);
    return (!block->conv || walk_bind(walk, conv, "weight", block->conv, 0, KERAS_CONV)) &&
           (!block->conv_norm || walk_bind_body_norm(walk, norm, block->conv_norm));
}

/* Without a convolution of its own a shortcut is the input, whose shape the result must have. */
static bool check_identity(const KerasWalk *walk, const KerasBlock *block, int64_t channels) {
    bool same = block->stride == 1 && block->part[block->parts - 1].width == channels;
    return block->conv || same ||
           KERAS_WRONG(walk->graph, block->sum->name, NULL, "adds two maps of different shapes");
}

/* The branch that begins with an Add or a dense convolution is the shortcut. */
static int main_branch(const KerasWalk *walk) {
    const KerasNode *fork = &walk->graph->nodes[walk->at];
    bool beside[KERAS_READERS];
    for (int i = 0; i < KERAS_READERS; i++) {
        const KerasNode *reader = &walk->graph->nodes[fork->reader[i]];
        beside[i] = is_kind(reader, "Add") || is_kind(reader, "Conv2D");
    }
    return fork->readers != KERAS_READERS || beside[0] == beside[1] ? NOWHERE : beside[0];
}

static bool read_block(KerasWalk *walk) {
    KerasBlock block = {.parts = 0};
    int fork = walk->at, branch = main_branch(walk);
    int64_t channels = walk->channels;
    if (branch < 0) {
        return KERAS_WRONG(walk->graph, walk->graph->nodes[fork].name, NULL,
                           "its readers are not the two branches of a block");
    }
    walk->branch = branch;
    if (!read_stack(walk, &block) || !read_shortcut(walk, &block, fork, 1 - branch) ||
        !check_identity(walk, &block, channels)) {
        return false;
    }
    block.sum_act = take_act(walk);
    const char *activate = activate_of(walk, &block);
    if (!activate || !is_plain(walk, block.sum, block.act) ||
        !is_plain(walk, block.sum, block.sum_act)) {
        return false;
    }
    if (block.sum_act && (!block.act || strcmp(block.sum_act, block.act) != 0)) {
        return KERAS_WRONG(walk->graph, block.sum->name, NULL,
                           "the activation behind it is not that of its block");
    }
    add_block(walk, &block, activate, channels);
    return bind_block(walk, &block, channels);
}

bool walk_blocks(KerasWalk *walk) {
    walk->text = arena_printf(walk->graph->arena,
                              "%s\nblock: {norm: pointwise, padding: same}\nblocks:\n", walk->text);
    while (walk_is_fork(walk)) {
        if (!read_block(walk)) {
            return false;
        }
    }
    walk_end_items(walk);
    return true;
}
