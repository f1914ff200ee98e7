/* blob_half.c - looks for weights of type f16 whose numbers are beyond 65504.
 *
 *   weight=f16(scale_out(@w, ...)), 70000 among them   ->   w.pth: w, ...: element 3 is 70000 ...
 *
 * Rounded they would be infinities, and every result of the network with them.
 */
#include "blob_half.h"

#include <math.h>

static const char *append_tensors(Arena *arena, const Expr *expr, const char *before) {
    if (expr->kind == EXPR_param) {
        return arena_printf(arena, "%s%s%s", before, *before ? ", " : "", expr->name);
    }
    for (int i = 0; i < MAX_EXPR_ARGS && expr->arg[i]; i++) {
        before = append_tensors(arena, expr->arg[i], before);
    }
    return before;
}

const char *expr_tensors(Arena *arena, const Expr *expr) {
    return append_tensors(arena, expr, "");
}

/* The first infinity among the numbers of an expression; -1: there is none. */
static int64_t first_infinity(const Expr *expr, const float *numbers) {
    int64_t count = shape_elements(&expr->shape);
    for (int64_t i = 0; i < count; i++) {
        if (isinf(numbers[i])) {
            return i;
        }
    }
    return -1;
}

bool tell_beyond_f16(const HalfReader *reader, Arena *arena, const char *node, const Expr *weight) {
    const Expr *rounded = expr_logical(weight), *folded = rounded->arg[0];
    const float *numbers = expr_eval_f32(arena, rounded, reader->read, reader->context);
    const float *exact = expr_eval_f32(arena, folded, reader->read, reader->context);
    int64_t at = numbers && exact ? first_infinity(rounded, numbers) : -1;
    return at >= 0 && diag_in(reader->diag, DIAG_VALUE, reader->path, expr_tensors(arena, folded),
                              "--weights-type=f32 stores weights as they are",
                              "element %lld of the weight of %s is %g once they are folded, and "
                              "the largest f16 is 65504",
                              (long long)at, node, (double)exact[at]);
}

typedef struct HalfSearch {
    const HalfReader *reader;
    Arena *arena;
    bool good;
} HalfSearch;

static void search_node(Node *node, void *context) {
    HalfSearch *search = context;
    const HalfReader *reader = search->reader;
    if (!search->good || !node_has(node, PRODUCT) || product_element(node) != ELEMENT_f16) {
        return;
    }
    Arena *arena = arena_child(search->arena);
    const Expr *rounded = expr_logical(node->weight);
    const float *numbers = expr_eval_f32(arena, rounded, reader->read, reader->context);
    search->good = numbers && (first_infinity(rounded, numbers) < 0 ||
                               tell_beyond_f16(reader, arena, node->name, node->weight));
    if (reader->forget) {
        reader->forget(reader->context);
    }
    arena_destroy(arena);
}

bool halves_fit(const HalfReader *reader, Arena *arena, const Graph *graph) {
    HalfSearch search = {reader, arena, true};
    graph_each(graph, search_node, &search);
    return search.good;
}
