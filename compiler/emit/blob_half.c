/* blob_half.c - looks for weights of type f16 whose numbers are beyond 65504.
 *
 *   weight=f16(scale_out(@w, ...)), 70000 among them   ->   w.pth: w, ...: element 3 is 70000 ...
 *
 * Rounded they would be infinities, and every result of the network with them.
 */
#include "blob_half.h"

#include <math.h>

#include "operands.h"

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

bool tell_beyond_f16(Arena *arena, Diag *diag, const char *path, const BlobSource *source,
                     const char *node, const Expr *weight) {
    const Expr *rounded = expr_logical(weight), *folded = rounded->arg[0];
    const float *numbers = expr_eval_f32(arena, rounded, source->read, source->context);
    const float *exact = expr_eval_f32(arena, folded, source->read, source->context);
    int64_t at = numbers && exact ? first_infinity(rounded, numbers) : -1;
    return at >= 0 && diag_in(diag, DIAG_VALUE, path, expr_tensors(arena, folded),
                              "--weights-type=f32 stores weights as they are",
                              "element %lld of the weight of %s is %g once they are folded, and "
                              "the largest f16 is 65504",
                              (long long)at, node, (double)exact[at]);
}

typedef struct HalfSearch {
    Arena *arena;
    Diag *diag;
    const char *path;
    const BlobSource *source;
    bool good;
} HalfSearch;

static void search_node(Node *node, void *context) {
    HalfSearch *search = context;
    const BlobSource *source = search->source;
    if (!search->good || !node_has(node, PRODUCT) || product_element(node) != ELEMENT_f16) {
        return;
    }
    Arena *arena = arena_child(search->arena);
    const Expr *rounded = expr_logical(node->weight);
    const float *numbers = expr_eval_f32(arena, rounded, source->read, source->context);
    search->good = numbers && (first_infinity(rounded, numbers) < 0 ||
                               tell_beyond_f16(arena, search->diag, search->path, source,
                                               node->name, node->weight));
    if (source->forget) {
        source->forget(source->context);
    }
    arena_destroy(arena);
}

bool halves_fit(Arena *arena, Diag *diag, const char *path, const BlobSource *source,
                const Graph *graph) {
    HalfSearch search = {arena, diag, path, source, true};
    graph_each(graph, search_node, &search);
    return search.good;
}
