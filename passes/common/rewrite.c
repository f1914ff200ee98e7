/* rewrite.c - questions about one node, and the arithmetic that passes share. Who reads a value is
 * asked in uses.c.
 */
#include "rewrite.h"

Value *node_residual(const Node *node) {
    return node->has_residual ? node->in[node->n_in - 1] : NULL;
}

void node_add_residual(Node *node, Value *residual) {
    node->in[node->n_in++] = residual;
    node->has_residual = true;
}

bool is_pointwise(const Node *node) {
    if (!node_has(node, PRODUCT) || node_has(node, DW_STAGE)) {
        return false;
    }
    const Window *window = &node->window;
    for (int j = 0; j < 2; j++) {
        if (window->kernel[j] != 1 || window->stride[j] != 1 || window->pad[j] != 0 ||
            window->extra[j] != 0) {
            return false;
        }
    }
    return true;
}

const Expr *expr_of_two(const Unit *unit, ExprKind kind, const Expr *a, const Expr *b) {
    return expr_new(unit->arena, kind, a, b, NULL, 0, 0, 0);
}

int64_t channels_of(const Value *value) {
    return value->shape.dim[1];
}

int64_t round_up(int64_t number, int64_t unit) {
    return (number + unit - 1) / unit * unit;
}

int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

const Expr *map_number(Arena *arena, const Value *map, const char *what) {
    while (keeps_bytes(map->def)) {
        map = map->def->in[0];
    }
    const Shape vector = {1, {channels_of(map)}};
    return expr_param(arena, arena_printf(arena, "quant.%s.%s", map->name, what), &vector);
}

bool reads_bytes(const Node *node) {
    return node->in[0]->element == ELEMENT_u8;
}

bool adds_bytes(const Node *node) {
    const Value *residual = node_residual(node);
    return residual && residual->element == ELEMENT_u8;
}

bool makes_bytes(const Node *node) {
    return node->out[0]->element == ELEMENT_u8;
}
