/* lower_rows.c - lowers a node of a region to a function that makes some rows of its result.
 *
 *   %a = separable(%x) : f32[1,128,150,150] rows=6    in a region
 *   ->
 *   function $separable_..._rows(int first_row, int end_row, ptr in, ptr mut out, ...) {
 *     for y = first_row to end_row:  out_row = out + y % 6 * ...,  then as in a kernel of its own
 *   }
 *
 * Row y of a value with a ring of n rows is at row y % n of it. All other text is the same as in a
 * kernel, except that pixels are the columns of one row, so each element has the same chain. For a
 * node outside regions the functions here add nothing to the kernel's text.
 */
#include <inttypes.h>

#include "lowering.h"

const Expr *slot_constant(const Node *node, WeightSlot slot) {
    const Expr *const constants[SLOT_COUNT] = {
#define WEIGHT_SLOT(id, name) node->name,
        WEIGHT_SLOTS(WEIGHT_SLOT)
#undef WEIGHT_SLOT
    };
    return constants[slot];
}

static const char *constant_type(const Lowering *lowering, const Node *node, WeightSlot slot) {
    return type_word(lowering, slot_constant(node, slot)->element);
}

void name_constants(const Lowering *lowering, Text *text, const Node *node) {
    for (WeightSlot slot = 0; slot < SLOT_COUNT && !lowering->by_rows; slot++) {
        if (slot_constant(node, slot)) {
            text_add(text, "ptr %s%s = %s\n", constant_type(lowering, node, slot), slot_name(slot),
                     kernel_params[KPARAM_w0 + slot].name);
        }
    }
}

/* Whether the node has a block in scratch that is not f32. */
static bool has_typed_block(const Lowering *lowering, const Node *node) {
    return node_has(node, PRODUCT) && left_element(node, lowering->target) != ELEMENT_f32;
}

const char *block_pointer(const Lowering *lowering, const Node *node) {
    return has_typed_block(lowering, node) ? "block" : "scratch";
}

void name_block(const Lowering *lowering, Text *text, const Node *node) {
    if (has_typed_block(lowering, node) && !lowering->by_rows) {
        text_add(text, "ptr mut %sblock = scratch\n",
                 type_word(lowering, left_element(node, lowering->target)));
    }
    if (node_has(node, PRODUCT) && widens(node, lowering->target)) {
        int64_t bytes = node->scratch_bytes - wide_bytes(node, lowering->target);
        text_add(text, "ptr mut %swide = block + %" PRId64 "\n",
                 type_word(lowering, tile_element(node, lowering->target)),
                 bytes / element_bytes(left_element(node, lowering->target)));
    }
    if (node_has(node, PRODUCT) && uses_matrices(node, lowering->target)) {
        int64_t sums = node->scratch_bytes - sums_bytes(node, lowering->target);
        int64_t blocks = blocks_bytes(node, lowering->target);
        text_add(text, "ptr mut s32 sums = block + %" PRId64 "\n", sums);
        if (blocks > 0) {
            text_add(text, "ptr mut s8 blocks = block + %" PRId64 "\n", sums - blocks);
        }
    }
}

const char *row_pointer(const Lowering *lowering, const char *operand, const Value *value) {
    return lowering->by_rows ? arena_printf(lowering->arena, "%s_row", operand)
                             : operand_pointer(lowering, operand, value);
}

/* "ptr in_row = in + y % in_rows * 19200"; without a ring y alone. */
static void name_row(const Lowering *lowering, Text *text, const char *keyword, const char *operand,
                     const Value *value) {
    text_add(text, "%s %s%s_row = %s + y%s%s%s * %" PRId64 "\n", keyword,
             type_word(lowering, value->element), operand,
             operand_pointer(lowering, operand, value), value->rows ? " % " : "",
             value->rows ? operand : "", value->rows ? "_rows" : "",
             width_of(value) * value->pitch);
}

static void name_capacity(Text *text, const char *operand, const Value *value) {
    if (value->rows) {
        text_add(text, "dim %s_rows = %" PRId64 "\n", operand, value->rows);
    }
}

void rows_begin(const Lowering *lowering, Text *text, const Node *node, bool reads_row) {
    const Value *residual = node_residual(node);
    if (!lowering->by_rows) {
        return;
    }
    name_capacity(text, "in", node->in[0]);
    name_capacity(text, "out", node->out[0]);
    if (residual) {
        name_capacity(text, "residual", residual);
    }
    text_add(text, "for y = first_row to end_row step 1 {\n");
    name_row(lowering, text, "ptr mut", "out", node->out[0]);
    if (reads_row) {
        name_row(lowering, text, "ptr", "in", node->in[0]);
    }
    if (residual) {
        name_row(lowering, text, "ptr", "residual", residual);
    }
}

/* "ptr in", "ptr mut u8 bytes_out". */
static const char *operand_param(const Lowering *lowering, const char *keyword, const char *operand,
                                 const Value *value) {
    return arena_printf(lowering->arena, "%s %s%s", keyword, type_word(lowering, value->element),
                        operand_pointer(lowering, operand, value));
}

/* The parameters of a function of rows; lower_region.c passes arguments in this order. */
static const char *rows_head(const Lowering *lowering, const Node *node) {
    Text head = {.arena = lowering->arena};
    const Value *residual = node_residual(node);
    text_add(&head, "(int first_row, int end_row, %s, ",
             operand_param(lowering, "ptr", "in", node->in[0]));
    if (residual) {
        text_add(&head, "%s, ", operand_param(lowering, "ptr", "residual", residual));
    }
    text_add(&head, "%s", operand_param(lowering, "ptr mut", "out", node->out[0]));
    if (node->scratch_bytes) {
        bool typed = has_typed_block(lowering, node);
        text_add(&head, ", ptr mut %s%s",
                 typed ? type_word(lowering, left_element(node, lowering->target)) : "",
                 block_pointer(lowering, node));
    }
    for (WeightSlot slot = 0; slot < SLOT_COUNT; slot++) {
        if (slot_constant(node, slot)) {
            text_add(&head, ", ptr %s%s", constant_type(lowering, node, slot), slot_name(slot));
        }
    }
    text_add(&head, ")");
    return text_done(&head);
}

const char *rows_end(Lowering *lowering, Text *text, const Node *node, const char *name) {
    text_add(text, lowering->by_rows ? "}\n" : "");
    if (node_has(node, PRODUCT)) {
        matrix_end(lowering, text, node);
    }
    if (!lowering->by_rows) {
        return share_function(lowering, name, "", text_done(text));
    }
    name = arena_printf(lowering->arena, "%s_rows", name);
    return share_function(lowering, name, rows_head(lowering, node), text_done(text));
}

void pixel_place(const Lowering *lowering, Text *text, const Node *node) {
    const Value *out = node->out[0];
    int64_t pixels = height_of(out) * width_of(out);
    const char *in_image = "pixel";
    if (lowering->by_rows) {
        text_add(text, "int x = pixel\n");
        return;
    }
    if (out->shape.dim[0] > 1) {
        text_add(text, "int image = pixel / %" PRId64 "\n", pixels);
        in_image = arena_printf(text->arena, "pixel %% %" PRId64, pixels);
    }
    text_add(text, "int y = %s / %" PRId64 "\n", in_image, width_of(out));
    text_add(text, "int x = pixel %% %" PRId64 "\n", width_of(out));
}

const char *input_pixel(const Lowering *lowering, const Node *node) {
    const Value *in = node->in[0];
    if (lowering->by_rows && in->rows) {
        return arena_printf(lowering->arena, "(row %% in_rows * %" PRId64 " + column)",
                            width_of(in));
    }
    if (in->shape.dim[0] == 1 || lowering->by_rows) {
        return arena_printf(lowering->arena, "(row * %" PRId64 " + column)", width_of(in));
    }
    return arena_printf(lowering->arena, "((image * %" PRId64 " + row) * %" PRId64 " + column)",
                        height_of(in), width_of(in));
}

const char *is_inside(const Lowering *lowering, const Node *node) {
    return arena_printf(lowering->arena,
                        "row >= 0 && row < %" PRId64 " && column >= 0 && column < %" PRId64,
                        height_of(node->in[0]), width_of(node->in[0]));
}
