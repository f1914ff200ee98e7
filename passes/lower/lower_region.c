/* lower_region.c - lowers a region to one kernel that calls a function for each of its nodes.
 *
 *   %c = region(%x) { %a = conv2d(%x)  %c = separable(%a) }          c has 75 rows
 *   ->
 *   split first, last of 75
 *   a_done = first * 2 - 1                                    rows of a below this are made
 *   for row = first - 1 to last:
 *     a_end = row * 2 + 2                                     row needs rows of a below this
 *     $conv_..._rows(a_done, a_end, ...);   a_done = a_end
 *     $separable_..._rows(c_done, c_end, ...)
 *
 * The schedule is that of stream.c, with the same rows, so the rings that size_rings() counted are
 * large enough. Each task has rings of its own in its scratch and makes the rows at its borders
 * itself, so tasks need not wait for each other; such rows are made twice. Images follow one after
 * the other, as their rows have nothing in common.
 */
#include <inttypes.h>

#include "lowering.h"

/* A node of the body. */
typedef struct RowStage {
    const Node *node;
    const char *function;       /* that makes rows of its result */
    const NodeWeights *weights; /* places of its constants */
    Demand demand;              /* rows that a row of the region's result needs */
} RowStage;

typedef struct Stages {
    Lowering *lowering;
    const Node *region;
    RowStage *at;
    int count;
    int64_t weights;   /* offset of the region's first constant in the blob */
    const Map *values; /* of the body */
} Stages;

static void describe(const Stages *stages, Text *text) {
    text_add(text, "doc \"Large maps as streams: for each row of the result every stage makes the "
                   "rows that are asked of it and not there yet.\"\n"
                   "doc \"Row y of a value with a ring of n rows stands at row y %% n of the ring, "
                   "in the scratch of this task. The stages:\"\n");
    for (int i = 0; i < stages->count; i++) {
        const RowStage *stage = &stages->at[i];
        const Value *value = stage->node->out[0];
        const char *rows = "the result";
        if (is_ring(stages->region, stage->node)) {
            rows = arena_printf(text->arena, "a ring of %" PRId64 " row%s", row_capacity(value),
                                row_capacity(value) > 1 ? "s" : "");
        }
        text_add(text, "doc \"%d: %s, %s, %" PRId64 " channels, %s\"\n", i, stage->node->name,
                 map_size(stages->lowering, value), channels_of(value), rows);
    }
}

/* The argument for an operand of a node: the region's input or output, or a ring. */
static const char *operand_place(const Stages *stages, const Value *value) {
    Arena *arena = stages->lowering->arena;
    int from = body_place(stages->region, stages->values, value);
    if (from < 0) {
        return "&image_in[0]";
    }
    if (value == stages->region->out[0]) {
        return "&image_out[0]";
    }
    return arena_printf(arena, "&ring_%d[0]", from);
}

/* Floats from the region's first constant to the one in a slot of a stage. */
static int64_t constant_place(const Stages *stages, const RowStage *stage, WeightSlot slot) {
    return (stage->weights->at[slot] - stages->weights) / element_bytes(ELEMENT_f32);
}

/* Names the constants of a stage that are not f32: the region's pointer to its constants is. */
static void name_typed_constants(const Stages *stages, Text *text, int index) {
    const RowStage *stage = &stages->at[index];
    for (WeightSlot slot = 0; slot < SLOT_COUNT; slot++) {
        const Expr *constant = slot_constant(stage->node, slot);
        if (constant && constant->element != ELEMENT_f32) {
            text_add(text, "ptr %s%s_%d = w0 + %" PRId64 "\n",
                     type_word(stages->lowering, constant->element), slot_name(slot), index,
                     constant_place(stages, stage, slot));
        }
    }
}

/* The type of what a node has in scratch. */
static Element stage_element(const Stages *stages, const Node *node) {
    return node_has(node, PRODUCT) ? left_element(node, stages->lowering->target) : ELEMENT_f32;
}

/* The pointer to the scratch that all nodes use in turn, for those with elements of a type. */
static const char *stage_pointer(const Stages *stages, Element element) {
    return element == ELEMENT_f32
               ? "stage_scratch"
               : arena_printf(stages->lowering->arena, "stage_%s", element_info(element)->name);
}

/* Writes the call of a node's function, with arguments in the order of rows_head() (lower_rows.c).
 */
static void call_rows(const Stages *stages, Text *text, int index) {
    const RowStage *stage = &stages->at[index];
    const Node *node = stage->node;
    text_add(text, "call $%s(done_%d, end_%d, %s, ", stage->function, index, index,
             operand_place(stages, node->in[0]));
    if (node->has_residual) {
        text_add(text, "%s, ", operand_place(stages, node_residual(node)));
    }
    text_add(text, "%s", operand_place(stages, node->out[0]));
    if (node->scratch_bytes) {
        text_add(text, ", &%s[0]", stage_pointer(stages, stage_element(stages, node)));
    }
    for (WeightSlot slot = 0; slot < SLOT_COUNT; slot++) {
        const Expr *constant = slot_constant(node, slot);
        if (constant && constant->element == ELEMENT_f32) {
            text_add(text, ", &w0[%" PRId64 "]", constant_place(stages, stage, slot));
        } else if (constant) {
            text_add(text, ", &%s_%d[0]", slot_name(slot), index);
        }
    }
    text_add(text, ")\n");
}

/* Names the rings in scratch, and the scratch that all nodes use in turn, as place_rings() placed
 * them. */
static void name_places(const Stages *stages, Text *text) {
    int64_t end = -1;
    bool has[ELEMENT_COUNT] = {false}; /* scratch of that type */
    for (int i = 0; i < stages->count; i++) {
        const Node *node = stages->at[i].node;
        if (is_ring(stages->region, node)) {
            const Value *ring = node->out[0];
            text_add(text, "ptr mut %sring_%d = scratch + %" PRId64 "\n",
                     type_word(stages->lowering, ring->element), i,
                     ring->offset / element_bytes(ELEMENT_f32));
        }
        if (node->scratch_bytes) {
            end = node->scratch_offset / element_bytes(ELEMENT_f32);
            has[stage_element(stages, node)] = true;
        }
    }
    for (Element element = ELEMENT_f32; element < ELEMENT_COUNT; element++) {
        if (has[element]) {
            text_add(text, "ptr mut %s%s = scratch + %" PRId64 "\n",
                     type_word(stages->lowering, element), stage_pointer(stages, element), end);
        }
    }
    for (int i = 0; i < stages->count; i++) {
        name_typed_constants(stages, text, i);
    }
}

/* "row * 4 + 3"; without the factor when stride is 1, without the number when more is 0. */
static const char *multiple(const Stages *stages, const char *row, int64_t stride, int64_t more) {
    Arena *arena = stages->lowering->arena;
    if (stride > 1) {
        row = arena_printf(arena, "%s * %" PRId64, row, stride);
    }
    if (more == 0) {
        return row;
    }
    return arena_printf(arena, "%s %c %" PRId64, row, more < 0 ? '-' : '+',
                        more < 0 ? -more : more);
}

static void run_stage(const Stages *stages, Text *text, int index) {
    const RowStage *stage = &stages->at[index];
    text_add(text, "// %s\nint end_%d = min(%s, %" PRId64 ")\n", stage->node->name, index,
             multiple(stages, "row", stage->demand.stride, stage->demand.after),
             height_of(stage->node->out[0]));
    call_rows(stages, text, index);
    text_add(text, "done_%d = max(done_%d, end_%d)\n", index, index, index);
}

/* Writes the schedule of one task's rows first .. last: it begins so many steps ahead, in which
 * only inner values are made. */
static void step_rows(const Stages *stages, Text *text, int64_t ahead) {
    text_add(text, "// rows of stage i below done_i are there, or are another task's\n");
    for (int i = 0; i < stages->count; i++) {
        const Demand *demand = &stages->at[i].demand;
        const char *done = multiple(stages, "first", demand->stride, -demand->before);
        text_add(text, demand->before ? "int done_%d = max(%s, 0)\n" : "int done_%d = %s\n", i,
                 done);
    }
    text_add(text, "for row = first - %" PRId64 " to last step 1 {\n", ahead);
    for (int i = 0; i < stages->count; i++) {
        run_stage(stages, text, i);
    }
    text_add(text, "}\n");
}

/* Floats that one image of a value takes: a kernel's pointers to operands are to floats. */
static int64_t image_floats(const Value *value) {
    int64_t pixels = height_of(value) * width_of(value);
    int64_t elements = pixels * (value->layout == LAYOUT_NHWC ? value->pitch : channels_of(value));
    return elements * element_bytes(value->element) / element_bytes(ELEMENT_f32);
}

/* Notes the demand on each stage; see steps_ahead(). */
static int64_t stages_ahead(const Stages *stages) {
    Demand *demands = NEW_ARRAY(stages->lowering->arena, Demand, stages->count);
    region_demands(stages->lowering->arena, stages->region, demands);
    for (int i = 0; i < stages->count; i++) {
        stages->at[i].demand = demands[i];
    }
    return steps_ahead(stages->region, demands);
}

/* Writes the split of all images' rows, one image below the other, into shares; a share may begin
 * and end within an image. */
static void image_loop(const Stages *stages, Text *text) {
    const Value *in = stages->region->in[0], *out = stages->region->out[0];
    int64_t ahead = stages_ahead(stages);
    int64_t images = out->shape.dim[0], rows = height_of(out);
    const char *in_type = type_word(stages->lowering, in->element);
    const char *out_type = type_word(stages->lowering, out->element);
    if (images == 1) {
        text_add(text, "split first, last of %" PRId64 "\n", rows);
        text_add(text, "ptr %simage_in = in\nptr mut %simage_out = out\n", in_type, out_type);
        step_rows(stages, text, ahead);
        return;
    }
    text_add(text,
             "split begin, end of %" PRId64 "\n"
             "for image = begin / %" PRId64 " to (end + %" PRId64 ") / %" PRId64 " step 1 {\n"
             "int first = max(begin - image * %" PRId64 ", 0)\n"
             "int last = min(end - image * %" PRId64 ", %" PRId64 ")\n",
             images * rows, rows, rows - 1, rows, rows, rows, rows);
    text_add(text,
             "ptr %simage_in = in + image * %" PRId64 "\n"
             "ptr mut %simage_out = out + image * %" PRId64 "\n",
             in_type, image_floats(in), out_type, image_floats(out));
    step_rows(stages, text, ahead);
    text_add(text, "}\n");
}

/* The least offset of a constant of the stages; -1: they have none. */
static int64_t first_weight(const Stages *stages) {
    int64_t first = -1;
    for (int i = 0; i < stages->count; i++) {
        for (WeightSlot slot = 0; slot < SLOT_COUNT; slot++) {
            int64_t at = stages->at[i].weights->at[slot];
            first = at >= 0 && (first < 0 || at < first) ? at : first;
        }
    }
    return first;
}

/* Lowers the nodes to functions. The layer notes the first of their constants only: the kernel
 * reaches the others from there. */
static void lower_stages(Stages *stages, Layer *layer) {
    stages->lowering->by_rows = true;
    for (int i = 0; i < stages->count; i++) {
        RowStage *stage = &stages->at[i];
        stage->node = stages->region->body.at[i];
        stage->weights = weights_of(stages->lowering, stage->node);
        stage->function = lower_node(stages->lowering, stage->node);
    }
    stages->lowering->by_rows = false;
    stages->weights = first_weight(stages);
    if (stages->weights >= 0) {
        layer->weights[SLOT_WEIGHT] = stages->weights;
        layer->n_weights = SLOT_WEIGHT + 1;
    }
}

const char *lower_region(Lowering *lowering, const Node *region, Layer *layer) {
    Stages stages = {.lowering = lowering, .region = region, .count = region->body.count};
    stages.values = body_values(lowering->arena, region);
    stages.at = NEW_ARRAY(lowering->arena, RowStage, stages.count);
    lower_stages(&stages, layer);
    Text text = {.arena = lowering->arena};
    describe(&stages, &text);
    name_places(&stages, &text);
    image_loop(&stages, &text);
    const Value *out = region->out[0];
    const char *name = arena_printf(lowering->arena, "region_%s_%" PRId64, map_size(lowering, out),
                                    channels_of(out));
    return share_function(lowering, name, "", text_done(&text));
}
