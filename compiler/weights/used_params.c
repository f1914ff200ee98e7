/* used_params.c - walks constant expressions down to the checkpoint tensors that they read.
 *
 *   scale_out(@conv.weight, bn_scale(@bn.weight, @bn.running_var, 0.001))
 *   -> conv.weight, bn.weight, bn.running_var
 *
 * Expressions share parts, and several nodes may read a tensor; each name is listed once.
 */
#include "used_params.h"

bool param_used(void *context, const char *name) {
    return map_get(((const UsedParams *)context)->known, name) != NULL;
}

static void add_name(UsedParams *used, const char *name, int64_t elements) {
    if (param_used(used, name)) {
        return;
    }
    if (used->count == used->capacity) {
        int capacity = used->capacity ? used->capacity * 2 : 16;
        used->names = arena_grow(used->arena, used->names, (size_t)used->count, (size_t)capacity,
                                 sizeof *used->names);
        used->elements = arena_grow(used->arena, used->elements, (size_t)used->count,
                                    (size_t)capacity, sizeof *used->elements);
        used->capacity = capacity;
    }
    map_put(used->known, name, used);
    used->names[used->count] = name;
    used->elements[used->count++] = elements;
}

static void add_expr(UsedParams *used, const Expr *expr) {
    if (!expr) {
        return;
    }
    if (expr->kind == EXPR_param) {
        add_name(used, expr->name, shape_elements(&expr->shape));
    }
    for (int i = 0; i < MAX_EXPR_ARGS; i++) {
        add_expr(used, expr->arg[i]);
    }
}

/* All members of Node that hold constants. */
static void add_node(Node *node, void *context) {
    const Expr *constants[] = {node->weight,     node->bias,      node->mean,
                               node->var,        node->dw_weight, node->dw_bias,
                               node->start,      node->out_scale, node->in_factor,
                               node->zero_point, node->highest,   node->residual_scale};
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++) {
        add_expr(context, constants[i]);
    }
}

static UsedParams *create(Arena *arena) {
    UsedParams *used = NEW(arena, UsedParams);
    used->arena = arena;
    used->known = map_by_name(arena);
    return used;
}

UsedParams *used_params(Arena *arena, const Graph *graph) {
    UsedParams *used = create(arena);
    graph_each(graph, add_node, used);
    return used;
}

UsedParams *used_params_of(Arena *arena, const Node *node) {
    UsedParams *used = create(arena);
    add_node((Node *)node, used);
    for (int i = 0; i < node->body.count; i++) {
        add_node(node->body.at[i], used);
    }
    return used;
}
