/* lower_window.c - lowers depthwise stages and pooling windows, a few output columns side by side.
 *
 *   %d = depthwise(%x) 3x3, 19x19, 728 channels, columns=4
 *   ->
 *   while pixel < hi:
 *     tap[3 * 6] = pointers to the inputs of these (up to) 4 pixels, or to padding
 *     $depthwise_3x3_4(...): for each vector of channels, 36 fmas on 18 loaded inputs
 *
 * Channels are the inner loop, because they are consecutive in memory. Adjacent pixels share inputs
 * and weights. A tap outside the map points to zeros, so padding takes part as ir/graph/ir.h says;
 * for a maximum it points to -inf, and max(-inf, best) is best, which skips it, as 0 does for one
 * of u8. So kernels need no special case for edges. Taps reach each accumulator in the order kernel
 * row, kernel column. Where the taps of a dilated kernel are so far apart that pixels share few
 * inputs, there is a pointer for each tap of each pixel and none for the inputs between them.
 *
 * A block of several rows whose channels do not fit the first-level cache is processed in slices of
 * channels (tile.slice): the taps of all groups of pixels are found once, then each slice goes over
 * all groups.
 */
#include <inttypes.h>

#include "lowering.h"

/* The kernel column that meets this column of the input in the result's pixel, or -1; columns and
 * pixels are counted within a group. */
static int64_t tap_of(const Node *node, int64_t column, int64_t pixel) {
    int64_t from = column - pixel * node->window.stride[1], step = node->window.dilation[1];
    bool hits = from >= 0 && from % step == 0 && from / step < node->window.kernel[1];
    return hits ? from / step : -1;
}

static bool is_read(const Node *node, int64_t column, int64_t pixels) {
    for (int64_t p = 0; p < pixels; p++) {
        if (tap_of(node, column, p) >= 0) {
            return true;
        }
    }
    return false;
}

/* The index, among the pointers of one row of the kernel, of the pointer to an input that some
 * pixel reads. */
static int64_t tap_place(const Node *node, int64_t column) {
    int64_t p = 0;
    while (has_spread_taps(node) && tap_of(node, column, p) < 0) {
        p++;
    }
    return has_spread_taps(node) ? tap_of(node, column, p) * node->tile.columns + p : column;
}

static int64_t row_taps(const Node *node) {
    return group_taps(node) / node->window.kernel[0];
}

/* What a window does: of a depthwise or max_pool node, or of the depthwise stage of a separable,
 * which has no residual. */
typedef struct WindowStage {
    bool is_max; /* max_pool, else fma with weights */
    bool has_bias;
    Act load, end; /* on each input, on each result */
    bool has_residual, has_scale;
    bool rounds;      /* results to bf16 */
    bool quantizes;   /* results are integers */
    Element out;      /* type of the results in memory */
    const char *name; /* of the helper, without its number of columns */
} WindowStage;

static const char *stage_name_of(const Lowering *lowering, const Node *node,
                                 const WindowStage *stage) {
    const Window *window = &node->window;
    Text text = {.arena = lowering->arena};
    text_add(&text, "%s%s_%" PRId64 "x%" PRId64, act_prefix(lowering, stage->load),
             stage->is_max ? "largest" : "depthwise", window->kernel[0], window->kernel[1]);
    if (window->stride[1] > 1) {
        text_add(&text, "_stride%" PRId64, window->stride[1]);
    }
    if (window->dilation[1] > 1) {
        text_add(&text, "_dilation%" PRId64, window->dilation[1]);
    }
    if (stage->has_bias) {
        text_add(&text, "_bias");
    }
    if (stage->has_residual) {
        text_add(&text, "%s", stage->has_scale ? "_scaled" : "_add");
    }
    text_add(&text, "%s%s%s", act_suffix(lowering, stage->end),
             node_has(node, PRODUCT) ? precision_suffix(node) : "",
             reads_bytes(node) ? "_of_u8" : "");
    return text_done(&text);
}

static WindowStage stage_of(const Lowering *lowering, const Node *node) {
    bool inner = node_has(node, DW_STAGE);
    WindowStage stage = {
        .is_max = node->op == OP_max_pool,
        .has_bias = inner ? node->dw_bias != NULL : node->bias != NULL,
        .load = node->prologue,
        .end = inner ? node->mid_act : node->epilogue,
        .has_residual = !inner && node->has_residual,
        .has_scale = !inner && node->residual_scale,
        .rounds = inner && product_element(node) == ELEMENT_bf16,
        .quantizes = inner && is_quantized(node),
        .out = inner ? left_element(node, lowering->target) : node->out[0]->element,
    };
    stage.name = stage_name_of(lowering, node, &stage);
    stage.end = stage.quantizes ? unbound_act(node) : stage.end;
    return stage;
}

static void stage_start(Text *text, const WindowStage *stage, int64_t pixels) {
    bool floats = stage->is_max && stage->out == ELEMENT_f32; /* integers start from 0 */
    const char *from = floats ? "constant -inf" : stage->has_bias ? "load bias[c]" : "zero";
    for (int64_t p = 0; p < pixels; p++) {
        text_add(text, "vec acc[%" PRId64 "] = %s\n", p, from);
    }
}

/* Loads one input and adds it to each pixel of the group whose window contains it. */
static void stage_input(Text *text, const Node *node, const WindowStage *stage, int64_t column,
                        int64_t pixels) {
    const char *index = arena_printf(text->arena, "[%" PRId64 "]", column);
    load_operand(text, node, "x", index,
                 arena_printf(text->arena, "tap[row * %" PRId64 " + %" PRId64 "][c]",
                              row_taps(node), tap_place(node, column)));
    for (int64_t p = 0; p < pixels; p++) {
        int64_t tap = tap_of(node, column, p);
        if (tap < 0) {
            continue;
        }
        if (stage->is_max) {
            text_add(text, "acc[%" PRId64 "] = max x%s, acc[%" PRId64 "]\n", p, index, p);
        } else {
            text_add(text, "acc[%" PRId64 "] = fma b[%" PRId64 "], x%s, acc[%" PRId64 "]\n", p, tap,
                     index, p);
        }
    }
}

/* Whether this tap meets the map for some whole group, the last of which begins tile.columns before
 * the end of a row. */
static bool meets_map(const Node *node, int64_t row, int64_t column) {
    const Window *window = &node->window;
    const Value *in = node->in[0], *out = node->out[0];
    int64_t top = row * window->dilation[0] - window->pad[0], left = column - window->pad[1];
    return top < height_of(in) && top + (height_of(out) - 1) * window->stride[0] >= 0 &&
           left < width_of(in) &&
           left + (width_of(out) - node->tile.columns) * window->stride[1] >= 0;
}

/* Prefetches the next group's inputs that no earlier group has read: the columns that the windows
 * move on by, in the rows at the bottom of the window. A prefetch may go beyond the map; a tap that
 * never meets the map is none, since that is always the array of zeros, which has no next group
 * (and whose end C compilers know). */
static void stage_ahead(Text *text, const Node *node) {
    const Window *window = &node->window;
    int64_t reach = window_reach(node), columns = node->tile.columns * window->stride[1];
    int64_t rows = window->stride[0] < window->kernel[0] ? window->stride[0] : window->kernel[0];
    int64_t from = columns < reach ? reach - columns : 0;
    for (int64_t i = window->kernel[0] - rows; i < window->kernel[0]; i++) {
        for (int64_t column = from; column < reach; column++) {
            if (meets_map(node, i, column) &&
                (!has_spread_taps(node) || is_read(node, column, node->tile.columns))) {
                text_add(text, "prefetch tap[%" PRId64 "][ahead + c] level %d\n",
                         i * row_taps(node) + tap_place(node, column), AHEAD_LEVEL);
            }
        }
    }
}

/* Whether the helper prefetches: only that of whole groups, if the target has a prefetch and there
 * is something to prefetch. */
static bool looks_ahead(const Lowering *lowering, const Node *node, int64_t pixels) {
    if (pixels != node->tile.columns || !lowering->target->prefetch[AHEAD_LEVEL] ||
        reads_bytes(node)) {
        return false;
    }
    Text text = {.arena = lowering->arena};
    stage_ahead(&text, node);
    return *text_done(&text) != '\0';
}

/* The loop over kernel rows stays a loop, columns are written out: C code stays small. Columns of
 * the group that a dilated or strided window skips are not loaded. */
static void stage_taps(Text *text, const Node *node, const WindowStage *stage, int64_t pixels) {
    int64_t taps = node->window.kernel[1];
    text_add(text, "for row = 0 to %" PRId64 " step 1 {\n", node->window.kernel[0]);
    for (int64_t j = 0; j < taps && !stage->is_max; j++) {
        text_add(text,
                 "vec b[%" PRId64 "] = load w[(row * %" PRId64 " + %" PRId64 ") * w_pitch + c]\n",
                 j, taps, j);
    }
    for (int64_t column = 0; column < window_reach(node); column++) {
        if (is_read(node, column, pixels)) {
            stage_input(text, node, stage, column, pixels);
        }
    }
    text_add(text, "}\n");
}

/* "3 * out_pitch + ", or nothing for the first pixel. */
static const char *pitch_times(const Text *text, int64_t pixel, const char *pitch) {
    return pixel ? arena_printf(text->arena, "%" PRId64 " * %s + ", pixel, pitch) : "";
}

/* A store to another type rounds by itself. */
static void stage_end(const Lowering *lowering, Text *text, const Node *node,
                      const WindowStage *stage, int64_t pixels) {
    if (stage->has_scale) {
        text_add(text, "vec factor = load scale[c]\n");
    }
    if (stage->quantizes) {
        quantize_channels(text, node);
    }
    for (int64_t p = 0; p < pixels; p++) {
        const char *index = arena_printf(text->arena, "[%" PRId64 "]", p);
        if (stage->has_residual) {
            text_add(text, "vec rest%s = load residual[%sc]\n", index,
                     pitch_times(text, p, "residual_pitch"));
        }
        if (stage->has_scale) {
            text_add(text, "acc%s = fma factor, rest%s, acc%s\n", index, index, index);
        } else if (stage->has_residual) {
            text_add(text, "acc%s = add acc%s, rest%s\n", index, index, index);
        }
        if (stage->quantizes) {
            quantize_apply(lowering, text, node, "acc", index);
        } else {
            act_apply(text, stage->end, "acc", index);
        }
        if (stage->rounds && stage->out == ELEMENT_f32) {
            text_add(text, "acc%s = round acc%s\n", index, index);
        }
        text_add(text, "store %sout[%sc] = acc%s\n", type_word(lowering, stage->out),
                 pitch_times(text, p, "out_pitch"), index);
    }
}

/* The parameters of a helper; that of a single pixel has no pitches. */
static const char *stage_head(const Lowering *lowering, const Node *node, const WindowStage *stage,
                              bool one, bool whole) {
    const char *residual = one ? "ptr residual, " : "ptr residual, int residual_pitch, ";
    return arena_printf(
        lowering->arena, "(int from, int to, ptrs %stap, %s%s%s%s%s%s%sptr mut %sout%s)",
        type_word(lowering, node->in[0]->element), whole ? "int ahead, " : "",
        stage->is_max ? "" : "ptr w, int w_pitch, ", stage->has_bias ? "ptr bias, " : "",
        stage->has_residual ? residual : "", stage->has_scale ? "ptr scale, " : "",
        stage->quantizes ? quantize_params(lowering, node) : "",
        raises_bytes(node) ? "ptr u8 in_zero, " : "", type_word(lowering, stage->out),
        one ? "" : ", int out_pitch");
}

/* Adds the helper for so many pixels side by side unless it is there; returns its name. */
static const char *stage_function(Lowering *lowering, const Node *node, const WindowStage *stage,
                                  int64_t pixels) {
    Text text = {.arena = lowering->arena};
    const char *which = "column";
    if (has_spread_taps(node)) {
        which = arena_printf(lowering->arena, "column * %" PRId64 " + pixel", node->tile.columns);
    }
    text_add(&text, "doc \"%s%s, channels from .. to; ", counted(lowering, pixels, "output pixel"),
             pixels == 1 ? "" : " side by side");
    text_add(&text, "tap[row * %" PRId64 " + %s] is where an input stands.\"\n", row_taps(node),
             which);
    act_constants(&text, (Act[]){raises_bytes(node) ? ACT_none : stage->load, stage->end}, 2);
    if (stage->quantizes) {
        quantize_constants(lowering, &text, node);
    }
    text_add(&text, "for c = from to to step 1 vector {\n");
    load_channels(&text, node);
    stage_start(&text, stage, pixels);
    if (looks_ahead(lowering, node, pixels)) {
        stage_ahead(&text, node);
    }
    stage_taps(&text, node, stage, pixels);
    stage_end(lowering, &text, node, stage, pixels);
    text_add(&text, "}\n");
    const char *name = arena_printf(lowering->arena, "%s_%" PRId64, stage->name, pixels);
    const char *head =
        stage_head(lowering, node, stage, pixels == 1, looks_ahead(lowering, node, pixels));
    return share_function(lowering, name, head, text_done(&text));
}

/* Opens the loops over the inputs of a row of the kernel, which define "column"; returns the index
 * of the pointer to that input. */
static const char *tap_loops(Text *text, const Node *node) {
    const Window *window = &node->window;
    int64_t columns = node->tile.columns;
    if (!has_spread_taps(node)) {
        text_add(text, "for j = 0 to %" PRId64 " step 1 {\n", window_reach(node));
        text_add(text, "int column = x * %" PRId64 " + j - %" PRId64 "\n", window->stride[1],
                 window->pad[1]);
        return "j";
    }
    text_add(text, "for j = 0 to %" PRId64 " step 1 {\n", window->kernel[1]);
    text_add(text, "for p = 0 to %" PRId64 " step 1 {\n", columns);
    text_add(text, "int column = (x + p) * %" PRId64 " + j * %" PRId64 " - %" PRId64 "\n",
             window->stride[1], window->dilation[1], window->pad[1]);
    return arena_printf(text->arena, "j * %" PRId64 " + p", columns);
}

/* Writes the loops that set tap[at + ...] to the address of each input of a group, or to padding.
 */
static void find_taps(const Lowering *lowering, Text *text, const Node *node, const char *at,
                      const char *padding) {
    const Window *window = &node->window;
    text_add(text, "for i = 0 to %" PRId64 " step 1 {\n", window->kernel[0]);
    text_add(text, "int row = y * %" PRId64 " + i * %" PRId64 " - %" PRId64 "\n", window->stride[0],
             window->dilation[0], window->pad[0]);
    const char *which = tap_loops(text, node);
    text_add(text, "ptr %stap[%s + i * %" PRId64 " + %s] = %s ? %s + %s * %" PRId64 " : %s + 0\n",
             type_word(lowering, node->in[0]->element), at, row_taps(node), which,
             is_inside(lowering, node), operand_pointer(lowering, "in", node->in[0]),
             input_pixel(lowering, node), node->in[0]->pitch, padding);
    text_add(text, has_spread_taps(node) ? "}\n}\n}\n" : "}\n}\n");
}

/* Where a window's results go: that of pixel p to to + (p - origin) * pitch. */
typedef struct Destination {
    const char *to, *origin; /* a pointer, a pixel */
    int64_t pitch;           /* floats */
} Destination;

/* The arguments of a helper that depend on the loop around it. */
typedef struct Share {
    const char *from, *to; /* channels, whole lines */
    const char *taps;      /* the array of pointers, from the group's first one on */
} Share;

/* Writes the call of a helper, with arguments in the order of stage_head(). */
static void call_stage(Lowering *lowering, Text *text, const Node *node, const WindowStage *stage,
                       int64_t pixels, const Share *share, const Destination *destination) {
    int64_t pitch = node->in[0]->pitch;
    const char *prefix = node_has(node, DW_STAGE) ? "dw_" : "";
    text_add(text, "call $%s(%s, %s, &%s, ", stage_function(lowering, node, stage, pixels),
             share->from, share->to, share->taps);
    if (looks_ahead(lowering, node, pixels)) {
        text_add(text, "%" PRId64 ", ", pixels * node->window.stride[1] * pitch);
    }
    if (!stage->is_max) {
        text_add(text, "&%sweight[0], %" PRId64 ", ", prefix, pitch);
    }
    if (stage->has_bias) {
        text_add(text, "&%sbias[0], ", prefix);
    }
    if (stage->has_residual) {
        text_add(text, "&%s[pixel * %" PRId64 "], %s",
                 row_pointer(lowering, "residual", node_residual(node)), node_residual(node)->pitch,
                 pixels == 1
                     ? ""
                     : arena_printf(text->arena, "%" PRId64 ", ", node_residual(node)->pitch));
    }
    if (stage->has_scale) {
        text_add(text, "&residual_scale[0], ");
    }
    if (stage->quantizes) {
        text_add(text, "%s", quantize_arguments(lowering, node));
    }
    if (raises_bytes(node)) {
        text_add(text, "&in_zero[0], ");
    }
    text_add(text, "&%s[(pixel - %s) * %" PRId64 "]", destination->to, destination->origin,
             destination->pitch);
    if (pixels == 1) {
        text_add(text, ")\n");
    } else {
        text_add(text, ", %" PRId64 ")\n", destination->pitch);
    }
}

/* Writes how many pixels the next group has: up to the end of the row and of the share. */
static void count_pixels(Text *text, const Node *node) {
    text_add(text, "int count = min(min(%" PRId64 " - x, hi - pixel), %" PRId64 ")\n",
             width_of(node->out[0]), node->tile.columns);
}

/* Writes a chain of if and else that calls the helper for count pixels, largest first, as nearly
 * all groups are whole. */
static void call_group(Lowering *lowering, Text *text, const Node *node, const WindowStage *stage,
                       const Share *share, const Destination *destination) {
    int64_t columns = node->tile.columns;
    for (int64_t n = columns; n > 0; n--) {
        if (n > 1) {
            text_add(text, "if count == %" PRId64 " {\n", n);
        }
        call_stage(lowering, text, node, stage, n, share, destination);
        if (n > 1) {
            text_add(text, "} else {\n");
        }
    }
    for (int64_t n = columns; n > 1; n--) {
        text_add(text, "}\n");
    }
}

/* Where taps outside of the map point to. */
static const char *padding_of(const Node *node) {
    bool maxima = node->op == OP_max_pool, bytes = reads_bytes(node);
    return maxima ? (bytes ? "bytes_zeros" : "scratch") : bytes ? "in_zero" : "zeros";
}

/* Writes the loop over groups of pixels, each with all channels at once. */
static void group_loop(Lowering *lowering, Text *text, const Node *node, const WindowStage *stage,
                       const Destination *destination) {
    int64_t channels = whole_lines(channels_of(node->in[0]));
    Share all = {"0", arena_printf(text->arena, "%" PRId64, channels), "tap"};
    text_add(text, "int pixel = lo\nwhile pixel < hi {\n");
    pixel_place(lowering, text, node);
    count_pixels(text, node);
    text_add(text, "ptrs %stap[%" PRId64 "]\n", type_word(lowering, node->in[0]->element),
             group_taps(node));
    find_taps(lowering, text, node, "0", padding_of(node));
    call_group(lowering, text, node, stage, &all, destination);
    text_add(text, "pixel = pixel + count\n}\n");
}

/* Writes two loops over the groups: the first finds all taps, the second, inside a loop over slices
 * of channels, computes. pixel_place() defines row and image for the first only; the second needs
 * just the column, for count_pixels(). */
static void slice_loop(Lowering *lowering, Text *text, const Node *node, const WindowStage *stage,
                       const Destination *destination) {
    int64_t channels = whole_lines(channels_of(node->in[0])), slice = node->tile.slice;
    int64_t taps = group_taps(node);
    const Share share = {"slice", "slice_end", "tap[group]"};
    text_add(text, "ptrs %stap[%" PRId64 "]\nint found = 0\nint place = lo\nwhile place < hi {\n",
             type_word(lowering, node->in[0]->element), block_taps(node));
    text_add(text, "int pixel = place\n");
    pixel_place(lowering, text, node);
    count_pixels(text, node);
    find_taps(lowering, text, node, "found", padding_of(node));
    text_add(text, "found = found + %" PRId64 "\nplace = place + count\n}\n", taps);
    text_add(text,
             "for slice = 0 to %" PRId64 " step %" PRId64 " {\n"
             "int slice_end = min(slice + %" PRId64 ", %" PRId64 ")\n"
             "int group = 0\nint pixel = lo\nwhile pixel < hi {\nint x = pixel %% %" PRId64 "\n",
             channels, slice, slice, channels, width_of(node->out[0]));
    count_pixels(text, node);
    call_group(lowering, text, node, stage, &share, destination);
    text_add(text, "group = group + %" PRId64 "\npixel = pixel + count\n}\n}\n", taps);
}

void window_loop(Lowering *lowering, Text *text, const Node *node, const char *to,
                 const char *origin, int64_t pitch) {
    WindowStage stage = stage_of(lowering, node);
    Destination destination = {to, origin, pitch};
    if (stage.is_max == reads_bytes(node)) {
        need_zeros(lowering, whole_lines(channels_of(node->in[0])));
    }
    if (node->tile.slice) {
        slice_loop(lowering, text, node, &stage, &destination);
    } else {
        group_loop(lowering, text, node, &stage, &destination);
    }
}

/* Lowers a node that is a window and nothing else; tasks share its pixels. start is the text before
 * the loops. */
static const char *lower_window(Lowering *lowering, const Node *node, const char *start) {
    Text text = {.arena = lowering->arena};
    const Value *out = node->out[0];
    text_add(&text, "doc \"%s: %s of %s.\"\n", op_info(node->op)->name,
             counted(lowering, pixel_count(out), "pixel"),
             counted(lowering, channels_of(out), "channel"));
    text_add(&text, "%s", start);
    name_operands(lowering, &text, node);
    rows_begin(lowering, &text, node, false);
    if (lowering->by_rows) {
        text_add(&text, "int lo = 0\nint hi = %" PRId64 "\n", width_of(out));
    } else {
        text_add(&text, "split lo, hi of %" PRId64 "\n", pixel_count(out));
    }
    window_loop(lowering, &text, node, row_pointer(lowering, "out", out), "0", out->pitch);
    WindowStage stage = stage_of(lowering, node);
    const char *name = arena_printf(lowering->arena, "%s_%s_%" PRId64, stage.name,
                                    map_size(lowering, out), channels_of(out));
    return rows_end(lowering, &text, node, name);
}

const char *lower_depthwise(Lowering *lowering, const Node *node) {
    Text text = {.arena = lowering->arena};
    name_constants(lowering, &text, node);
    return lower_window(lowering, node, text_done(&text));
}

const char *lower_max_pool(Lowering *lowering, const Node *node) {
    Text text = {.arena = lowering->arena};
    name_constants(lowering, &text, node);
    if (reads_bytes(node)) {
        text_add(&text, "// padding takes no part in a maximum: its taps read 0\n"
                        "ptr u8 bytes_zeros = zeros\n");
    } else {
        text_add(&text,
                 "// padding takes no part in a maximum: its taps read -inf\n"
                 "for c = 0 to %" PRId64 " step 1 vector {\n"
                 "vec lowest = constant -inf\nstore scratch[c] = lowest\n}\n",
                 whole_lines(channels_of(node->in[0])));
    }
    return lower_window(lowering, node, text_done(&text));
}
