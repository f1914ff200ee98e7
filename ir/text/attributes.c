/* attributes.c - the tables of attributes: which fields of the structures of ir.h the text shows,
 * as what name, and with what usual value.
 *
 *   ROW(Node, "kernel", PAIR, window.kernel, 1)   ->   kernel=3x3, not written for 1x1
 *
 * The order of rows is the order in the text, so changing it changes every text.
 */
#include "attributes.h"

#include <string.h>

#define ROW(type, name, kind, field, usual)                                                        \
    { name, ATTRIBUTE_##kind, offsetof(type, field), usual }
#define TABLE(name)                                                                                \
    const AttributeTable name##_attributes = {name##_rows, sizeof name##_rows / sizeof *name##_rows}

/* Code for lists finds the count right after the integers. */
_Static_assert(offsetof(Graph, n_out_indices) ==
                   offsetof(Graph, out_indices) + LONGEST_LIST * sizeof(int64_t),
               "n_out_indices follows out_indices");

/* Of the graph's first line. A text always says its stage, since parsers and passes depend on it.
 */
static const Attribute graph_rows[] = {
    ROW(Graph, "stage", STAGE, stage, -1),
    ROW(Graph, "target", WORD, target, 0),
    ROW(Graph, "layout", WORD, layout, 0),
    ROW(Graph, "output_stride", INTEGER, output_stride, 0),
    ROW(Graph, "features_only", FLAG, features_only, 0),
    ROW(Graph, "out_indices", LIST, out_indices, 0),
    ROW(Graph, "scores", SCORES, scores, SCORES_SOFTMAX),
    ROW(Graph, "network", WORD, network, 0),
    ROW(Graph, "precision", PRECISION, precision, PRECISION_f32),
    ROW(Graph, "weights_type", ELEMENT, weights_type, ELEMENT_f32),
    ROW(Graph, "channels_last", FLAG, channels_last, 0),
    ROW(Graph, "arena_bytes", INTEGER, arena_bytes, 0),
    ROW(Graph, "arena_bound", INTEGER, arena_bound, 0),
};
TABLE(graph);

static const Attribute preprocess_rows[] = {
    ROW(Preprocess, "test_size", PAIR, test_size, 0),
    ROW(Preprocess, "crop_pct", NUMBER, crop_pct, 0),
    ROW(Preprocess, "mean", FOUR, mean, 0),
    ROW(Preprocess, "std", FOUR, std, 0),
    ROW(Preprocess, "multiplies", FLAG, multiplies, 0),
    ROW(Preprocess, "interpolation", WORD, interpolation, 0),
    ROW(Preprocess, "crop_mode", WORD, crop_mode, 0),
    ROW(Preprocess, "margin", NUMBER, margin, 0),
    ROW(Preprocess, "exif", FLAG, exif, 0),
};
TABLE(preprocess);

static const Attribute param_rows[] = {
    ROW(Param, "adapted_from", INTEGER, adapted_from, 0),
    ROW(Param, "in_head", FLAG, in_head, 0),
};
TABLE(param);

static const Attribute tap_rows[] = {
    ROW(Tap, "reduction", INTEGER, reduction, 0),
};
TABLE(tap);

/* Of a node's line. Which of them an operation may have is not checked here but by the verifier;
 * the rows are grouped as in Node: window, depthwise stage, constants, epilogue, tile, memory. */
static const Attribute node_rows[] = {
    ROW(Node, "block", SMALL, block, -1),
    ROW(Node, "kernel", PAIR, window.kernel, 1),
    ROW(Node, "stride", PAIR, window.stride, 1),
    ROW(Node, "dilation", PAIR, window.dilation, 1),
    ROW(Node, "same", FLAG, window.same, 0),
    ROW(Node, "pad", PAIR, window.pad, 0),
    ROW(Node, "extra", PAIR, window.extra, 0),
    ROW(Node, "act", ACT, act, ACT_none),
    ROW(Node, "pool", POOL, pool, POOL_AVG),
    ROW(Node, "prologue", ACT, prologue, ACT_none),
    ROW(Node, "dw_weight", EXPR, dw_weight, 0),
    ROW(Node, "dw_bias", EXPR, dw_bias, 0),
    ROW(Node, "mid_act", ACT, mid_act, ACT_none),
    ROW(Node, "weight", EXPR, weight, 0),
    ROW(Node, "bias", EXPR, bias, 0),
    ROW(Node, "bf16", FLAG, bf16, 0),
    ROW(Node, "int8", FLAG, int8, 0),
    ROW(Node, "together", INTEGER, together, 0),
    ROW(Node, "bytes", FLAG, bytes, 0),
    ROW(Node, "start", EXPR, start, 0),
    ROW(Node, "out_scale", EXPR, out_scale, 0),
    ROW(Node, "in_factor", EXPR, in_factor, 0),
    ROW(Node, "zero_point", EXPR, zero_point, 0),
    ROW(Node, "highest", EXPR, highest, 0),
    ROW(Node, "mean", EXPR, mean, 0),
    ROW(Node, "var", EXPR, var, 0),
    ROW(Node, "eps", NUMBER, eps, 0),
    ROW(Node, "residual", FLAG, has_residual, 0),
    ROW(Node, "residual_scale", EXPR, residual_scale, 0),
    ROW(Node, "epilogue", ACT, epilogue, ACT_none),
    ROW(Node, "in_zero", EXPR, in_zero, 0),
    ROW(Node, "rest_scale", EXPR, rest_scale, 0),
    ROW(Node, "map_factor", EXPR, map_factor, 0),
    ROW(Node, "map_zero", EXPR, map_zero, 0),
    ROW(Node, "tile.rows", INTEGER, tile.rows, 0),
    ROW(Node, "tile.full_tiles", INTEGER, tile.full_tiles, 0),
    ROW(Node, "tile.tiles", INTEGER, tile.tiles, 0),
    ROW(Node, "tile.vectors", INTEGER, tile.vectors, 0),
    ROW(Node, "tile.wide_rows", INTEGER, tile.wide_rows, 0),
    ROW(Node, "tile.panel", INTEGER, tile.panel, 0),
    ROW(Node, "tile.block_tiles", INTEGER, tile.block_tiles, 0),
    ROW(Node, "tile.columns", INTEGER, tile.columns, 0),
    ROW(Node, "tile.slice", INTEGER, tile.slice, 0),
    ROW(Node, "tile.split_panels", FLAG, tile.split_panels, 0),
    ROW(Node, "place", INTEGER, place, 0),
    ROW(Node, "scratch_bytes", INTEGER, scratch_bytes, 0),
    ROW(Node, "scratch_offset", INTEGER, scratch_offset, 0),
};
TABLE(node);

/* Of a value's type, after its shape and layout. */
static const Attribute value_rows[] = {
    ROW(Value, "pitch", INTEGER, pitch, 0),
    ROW(Value, "rows", INTEGER, rows, 0),
    ROW(Value, "offset", INTEGER, offset, -1),
};
TABLE(value);

/* Compares bytes, so that -0.0 is not taken for 0 and is written. */
static bool all_zero(const void *field, size_t size) {
    const unsigned char *bytes = field;
    for (size_t i = 0; i < size; i++) {
        if (bytes[i]) {
            return false;
        }
    }
    return true;
}

bool attribute_is_usual(const Attribute *row, const void *object) {
    const void *field = (const char *)object + row->offset;
    const int64_t *integers = field;
    switch (row->kind) {
    case ATTRIBUTE_FLAG:
        return !*(const bool *)field;
    case ATTRIBUTE_SMALL:
        return *(const int *)field == row->usual;
    case ATTRIBUTE_INTEGER:
        return integers[0] == row->usual;
    case ATTRIBUTE_PAIR:
        return integers[0] == row->usual && integers[1] == row->usual;
    case ATTRIBUTE_LIST:
        return *(const int *)(integers + LONGEST_LIST) == 0;
    case ATTRIBUTE_NUMBER:
        return all_zero(field, sizeof(double));
    case ATTRIBUTE_FOUR:
        return all_zero(field, 4 * sizeof(double));
    case ATTRIBUTE_WORD:
    case ATTRIBUTE_EXPR:
        return !*(const void *const *)field;
    case ATTRIBUTE_ACT:
        return *(const Act *)field == (Act)row->usual;
    case ATTRIBUTE_POOL:
        return *(const PoolKind *)field == (PoolKind)row->usual;
    case ATTRIBUTE_PRECISION:
        return *(const Precision *)field == (Precision)row->usual;
    case ATTRIBUTE_ELEMENT:
        return *(const Element *)field == (Element)row->usual;
    case ATTRIBUTE_SCORES:
        return *(const Scores *)field == (Scores)row->usual;
    case ATTRIBUTE_STAGE:
        return false;
    }
    return true;
}

bool attributes_are_usual(const AttributeTable *table, const void *object) {
    for (size_t i = 0; i < table->count; i++) {
        if (!attribute_is_usual(&table->rows[i], object)) {
            return false;
        }
    }
    return true;
}
