/* narrow_maps.c - maps that are planned as integers of 8 bits become u8 where all readers take
 * them.
 *
 *   before  %p = separable(%x) ... bytes : f32[1,728,19,19]
 *           %r = separable(%p) prologue=relu dw_weight=@d ... int8
 *   after   %p = separable(%x) ... map_factor=recip(@quant.p.map_scale) \
 *                    map_zero=@quant.p.map_zero : u8[1,728,19,19]
 *           %r = separable(%p) prologue=relu dw_weight=scale_out(@d, @quant.p.map_scale) \
 *                    dw_bias=offset(scale_out(...), @quant.p.map_zero) ... int8 \
 *                    in_zero=u8(@quant.p.map_zero)
 *
 * A quarter of the bytes: less traffic where maps are large, and a smaller arena. A map has one
 * scale and zero point for each channel, whoever reads it, and is stored before the activations of
 * its readers. A depthwise stage has both in its constants and takes the integers as they are; a
 * quantized convolution has them as its left operands; a residual is scaled where it is added, and
 * the bias has its zero point. A maximum of integers is one with the same numbers, so a max_pool
 * takes them where its own readers do. See Numbers in ir/graph/ir.h.
 *
 * This changes what the network computes, because the user asked for it.
 */
#include "uses.h"

/* A map that becomes u8, or maxima of one. */
typedef struct MapNumbers {
    const Unit *unit;
    const Value *map;
    const Expr *scale, *zero; /* parameters */
} MapNumbers;

/* A sum over all taps takes the zero point of each, so padding has to be the zero point too. */
static void enter_stage(const MapNumbers *numbers, Node *node) {
    const Unit *unit = numbers->unit;
    node->dw_weight = expr_of_two(unit, EXPR_scale_out, node->dw_weight, numbers->scale);
    const Expr *offset = expr_of_two(unit, EXPR_offset, node->dw_weight, numbers->zero);
    node->dw_bias = node->dw_bias ? expr_of_two(unit, EXPR_add, node->dw_bias, offset) : offset;
}

static void enter_reader(const MapNumbers *numbers, Node *node) {
    if (node->in[0] == numbers->map) {
        node->in_zero = expr_of_two(numbers->unit, EXPR_u8, numbers->zero, NULL);
        if (node_has(node, DW_STAGE)) {
            enter_stage(numbers, node);
        }
    }
    if (node_residual(node) == numbers->map) {
        const Expr *offset = expr_of_two(numbers->unit, EXPR_offset, numbers->scale, numbers->zero);
        node->rest_scale = numbers->scale;
        node->bias = node->bias ? expr_of_two(numbers->unit, EXPR_add, node->bias, offset) : offset;
    }
}

typedef struct Narrowing {
    const Unit *unit;
    Uses uses; /* of nodes of regions too */
} Narrowing;

/* Readers of maxima count too. */
static bool all_take(const Narrowing *narrowing, const Value *map) {
    const NodeList *readers = uses_readers(&narrowing->uses, map);
    bool good = readers->count > 0 && !uses_handed_out(&narrowing->uses, map);
    for (int i = 0; good && i < readers->count; i++) {
        const Node *reader = readers->at[i];
        good = may_read_bytes(reader, map) &&
               (!keeps_bytes(reader) || all_take(narrowing, reader->out[0]));
    }
    return good;
}

static void enter_readers(const Narrowing *narrowing, Value *map, const MapNumbers *of) {
    const NodeList *readers = uses_readers(&narrowing->uses, map);
    MapNumbers numbers = *of;
    numbers.map = map;
    map->element = ELEMENT_u8;
    for (int i = 0; i < readers->count; i++) {
        Node *reader = readers->at[i];
        bool again = i > 0 && reader == readers->at[i - 1]; /* with another operand */
        if (!again) {
            enter_reader(&numbers, reader);
        }
        if (keeps_bytes(reader)) {
            enter_readers(narrowing, reader->out[0], of);
        }
    }
}

static void narrow(const Narrowing *narrowing, Node *node) {
    Arena *arena = narrowing->unit->arena;
    Value *map = node->out[0];
    const MapNumbers numbers = {narrowing->unit, map, map_number(arena, map, "map_scale"),
                                map_number(arena, map, "map_zero")};
    node->map_factor = expr_of_two(narrowing->unit, EXPR_recip, numbers.scale, NULL);
    node->map_zero = numbers.zero;
    enter_readers(narrowing, map, &numbers);
}

static void narrow_node(Node *node, void *context) {
    const Narrowing *narrowing = context;
    bool planned = node->bytes && narrowing->unit->graph->precision == PRECISION_int8;
    if (planned && may_be_bytes(node) && all_take(narrowing, node->out[0])) {
        narrow(narrowing, node);
        node->bytes = false;
    }
}

bool pass_narrow_maps(Unit *unit) {
    Narrowing narrowing = {unit, uses_of_nodes(unit->arena, unit->graph)};
    graph_each(unit->graph, narrow_node, &narrowing);
    return true;
}
