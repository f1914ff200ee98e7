/* description_block.c - turns one block of a description into nodes.
 *
 *   {widths: [728, 1024], stride: 2}, activations before and norms after each convolution:
 *
 *     input -+- (act - depthwise - norm - pointwise - norm) twice, stride in the last depthwise -+
 *            +- 1x1 convolution with the stride - norm ------------------------------------------+-
 * add
 *
 * timm's constructors create the shortcut first and forward() computes it last; so its tensors are
 * registered before the stack's and its nodes are appended after them. With norms before the
 * convolutions (pre-activation) the first norm and activation come before both branches.
 */
#include "description_build.h"

/* One block under construction. */
typedef struct BlockState {
    Draft *draft;
    const BlockSpec *spec;
    const NamesSpec *names;
    const char *name; /* of the block, and of its sum */
    Marks marks;      /* numbers of the next part */
    Act act;          /* of all activations in the block */
    Value *activated; /* what its first activation gives; NULL before that */
} BlockState;

/* The name of a part of the block. */
static const char *part(const BlockState *state, const char *pattern) {
    return fill_below(state->draft->arena, state->name, pattern, state->marks);
}

static const int64_t one_by_one[2] = {1, 1};

/* A module of the stack was appended: the next has the next number. */
static void next_module(BlockState *state) {
    state->marks.n++;
}

/* What comes before separable convolution number index. In a pre-activated block the first norm and
 * activation are build_block()'s. */
static void activate_before(BlockState *state, int64_t index) {
    if (state->spec->norm == NORM_BEFORE) {
        if (index > 0) {
            build_norm(state->draft, part(state, state->names->norm));
            build_act(state->draft, part(state, state->names->norm_act), state->act);
            next_module(state);
        }
        return;
    }
    if (state->spec->activate == ACT_BEFORE ||
        (state->spec->activate == ACT_BETWEEN && index > 0)) {
        build_act(state->draft, part(state, state->names->act), state->act);
        next_module(state);
        state->activated = state->activated ? state->activated : state->draft->at;
    }
}

/* A depthwise convolution, and its norm and activation where the style has them. */
static void depthwise_stage(BlockState *state, int64_t stride) {
    const BlockSpec *spec = state->spec;
    const char *name = part(state, state->names->depthwise);
    build_depthwise(state->draft, name, depthwise_weight(state->draft, name, spec->kernel),
                    build_window(spec->kernel, stride, spec->dilation, (Padding)spec->padding));
    if (spec->norm == NORM_BOTH) {
        build_norm(state->draft, part(state, state->names->depthwise_norm));
        if (spec->activate == ACT_AFTER) {
            build_act(state->draft, part(state, state->names->depthwise_act), state->act);
        }
    }
}

/* A 1x1 convolution, and its norm and activation where the style has them. */
static void pointwise_stage(BlockState *state, int64_t width) {
    const char *name = part(state, state->names->pointwise);
    build_conv(state->draft, name, conv_weight(state->draft, name, width, one_by_one),
               build_window(one_by_one, 1, 1, PADDING_NONE));
    next_module(state);
    if (state->spec->norm != NORM_BEFORE) {
        build_norm(state->draft, part(state, state->names->pointwise_norm));
        next_module(state);
    }
    if (state->spec->activate == ACT_AFTER) {
        build_act(state->draft, part(state, state->names->pointwise_act), state->act);
        next_module(state);
    }
}

/* 3x3, symmetric with padding 1 whatever the stride: torch's MaxPool2d(3, stride, 1). */
static void max_pool(BlockState *state) {
    static const int64_t kernel[2] = {3, 3};
    int64_t stride = state->spec->stride;
    state->draft->reduction = reduction_behind(state->draft->reduction, stride);
    Node *node = build_node(state->draft, OP_max_pool, part(state, state->names->pool), 1,
                            &state->draft->at);
    node->window = build_window(kernel, 1, 1, (Padding)state->spec->padding);
    node->window.stride[0] = node->window.stride[1] = stride;
}

/* The separable convolutions, one after the other; the last one has the stride, or a pooling has.
 */
static void build_stack(BlockState *state) {
    const BlockSpec *spec = state->spec;
    int64_t depth = block_depth(spec);
    bool pooled = spec->stride_by == STRIDE_MAX_POOL;
    for (int64_t i = 0; i < depth; i++) {
        state->marks.j = i + 1;
        activate_before(state, i);
        depthwise_stage(state, !pooled && i == depth - 1 ? spec->stride : 1);
        pointwise_stage(state, block_width(spec, i));
    }
    if (pooled && spec->stride > 1) {
        max_pool(state);
    }
}

/* Whether the shortcut is a convolution: when asked for, or when the shape changes. */
static bool shortcut_converts(const BlockState *state) {
    const BlockSpec *spec = state->spec;
    bool changes =
        spec->stride != 1 || block_width(spec, block_depth(spec) - 1) != state->draft->channels;
    return spec->shortcut == SHORTCUT_CONVOLUTION || (spec->shortcut == SHORTCUT_AUTO && changes);
}

/* The branch beside the stack. */
typedef struct Shortcut {
    Value *from;
    int64_t channels, reduction; /* of from */
    const Expr *weight;          /* NULL: the input itself */
    NormTensors norm;
} Shortcut;

/* Registers the tensors, from the block's input channels; from is set by the caller. */
static Shortcut begin_shortcut(BlockState *state) {
    Draft *draft = state->draft;
    const BlockSpec *spec = state->spec;
    Shortcut shortcut = {.channels = draft->channels, .reduction = draft->reduction};
    if (shortcut_converts(state)) {
        int64_t width = block_width(spec, block_depth(spec) - 1);
        const char *name = part(state, state->names->shortcut_conv);
        shortcut.weight = conv_weight(draft, name, width, one_by_one);
        if (spec->shortcut_norm) {
            const char *norm = part(state, state->names->shortcut_norm);
            shortcut.norm = norm_tensors(draft, norm, width);
        }
    }
    return shortcut;
}

/* The published Xception has no padding here; symmetric padding would give 1x1 windows with a
 * stride some: (stride - 1) / 2 on each side. */
static void convert_shortcut(BlockState *state, const Shortcut *shortcut) {
    Draft *draft = state->draft;
    const BlockSpec *spec = state->spec;
    Padding padding = spec->stride_by == STRIDE_MAX_POOL ? PADDING_NONE : (Padding)spec->padding;
    Window window = build_window(one_by_one, spec->stride, 1, padding);
    draft->channels = shortcut->channels;
    draft->reduction = shortcut->reduction;
    build_conv(draft, part(state, state->names->shortcut_conv), shortcut->weight, window);
    if (state->spec->shortcut_norm) {
        build_norm_of(draft, part(state, state->names->shortcut_norm), &shortcut->norm);
    }
}

/* The second branch and the sum. It has the same reduction as the stack, which is already set. */
static void end_shortcut(BlockState *state, const Shortcut *shortcut) {
    Draft *draft = state->draft;
    Value *stack = draft->at;
    draft->at = shortcut->from;
    if (shortcut->weight) {
        convert_shortcut(state, shortcut);
    }
    Value *terms[] = {stack, draft->at};
    build_node(draft, OP_add, state->name, 2, terms);
    if (state->spec->activate_sum) {
        build_act(draft, fill_pattern(draft->arena, state->names->sum_act, state->marks),
                  state->act);
    }
}

/* Pre-activated: the shortcut starts after the first norm and activation. The numbers of a block's
 * name and of its sum's activation are the block's own: {j} and {n} do not occur in them. */
void build_block(Draft *draft, const BlockSpec *block, int index) {
    const NamesSpec *names = &draft->network->names;
    Marks marks = {names->count_from + index, 0, 0};
    BlockState state = {.draft = draft, .spec = block, .names = names, .marks = marks};
    state.name = fill_pattern(draft->arena, block->key ? block->key : names->block, marks);
    state.act = act_or(block->activation, draft->network);
    draft->loc = block->loc;
    draft->block = index;
    Shortcut shortcut = begin_shortcut(&state);
    if (block->norm == NORM_BEFORE) {
        build_norm(draft, part(&state, names->block_norm));
        build_act(draft, part(&state, names->block_act), state.act);
    }
    shortcut.from = draft->at;
    build_stack(&state);
    if (block->shortcut_from == FROM_ACTIVATION) {
        shortcut.from = state.activated;
    }
    if (block->shortcut != SHORTCUT_NONE) {
        end_shortcut(&state, &shortcut);
    }
    draft->block = -1;
}

/* number is {i}; exits have no shortcut. */
void build_exit(Draft *draft, const ExitSpec *exit, int64_t number) {
    const NamesSpec *names = &draft->network->names;
    Arena *arena = draft->arena;
    Marks marks = {number, 0, 0};
    Act act = act_or(exit->activation, draft->network);
    draft->loc = exit->loc;
    const char *name = fill_pattern(arena, names->exit_depthwise, marks);
    build_depthwise(draft, name, depthwise_weight(draft, name, exit->kernel),
                    build_window(exit->kernel, 1, exit->dilation, PADDING_SYMMETRIC));
    if (exit->norm == NORM_BOTH) {
        build_norm(draft, fill_pattern(arena, names->exit_depthwise_norm, marks));
        if (exit->activate == EXIT_ACT_EACH) {
            build_act(draft, fill_pattern(arena, names->exit_depthwise_act, marks), act);
        }
    }
    name = fill_pattern(arena, names->exit_pointwise, marks);
    build_conv(draft, name, conv_weight(draft, name, exit->width, one_by_one),
               build_window(one_by_one, 1, 1, PADDING_NONE));
    build_norm(draft, fill_pattern(arena, names->exit_norm, marks));
    build_act(draft, fill_pattern(arena, names->exit_act, marks), act);
}
