/* expr_text.c - turns text into constant expressions and shapes.
 *
 *   pad(@conv1.bias[32], 48)   ->   EXPR_pad of EXPR_param "conv1.bias", shape [32], to 48
 *
 * A call's arguments are as its row in exprs.def says: tensors, then integers, then a number. A
 * parameter has its shape in brackets after its name, or takes it from the graph's param line. The
 * nesting is limited, so hostile text cannot exhaust the stack.
 */
#include "expr_text.h"

/* The product is checked too: each dimension may be small enough while the tensor is not. */
bool parse_shape(Scanner *scan, int lo, Shape *shape) {
    *shape = (Shape){0, {0}};
    if (!scan_expect(scan, "[")) {
        return false;
    }
    if (lo == 0 && scan_accept(scan, "]")) {
        return true;
    }
    do {
        if (shape->rank == MAX_RANK) {
            return FAIL(scan, NULL, "a shape has at most %d dimensions", MAX_RANK);
        }
        if (!scan_integer(scan, "a dimension", 1, LARGEST_VALUE, &shape->dim[shape->rank++])) {
            return false;
        }
    } while (scan_accept(scan, ","));
    if (shape_elements(shape) > LARGEST_VALUE) {
        return FAIL(scan, NULL, "the shape %s has more than 2^40 elements", shape_text(shape).text);
    }
    return scan_expect(scan, "]");
}

static const char *hint_param(const Scanner *scan, const char *name) {
    const Graph *graph = scan->graph;
    const char **names = NEW_ARRAY(scan->arena, const char *, graph->n_params);
    for (int i = 0; i < graph->n_params; i++) {
        names[i] = graph->params[i].name;
    }
    return hint_name(scan, name, names, (size_t)graph->n_params);
}

/* Reads a parameter after its '@'. A kernel's text has no param lines, so there it has a shape. */
static bool parse_param(Scanner *scan, const Expr **expr) {
    Loc loc = scan->now.loc;
    const char *name;
    Shape shape;
    if (!scan_word(scan, "the name of a parameter", &name)) {
        return false;
    }
    if (!scan->graph || scan_at(scan, "[")) {
        return parse_shape(scan, 1, &shape) &&
               (*expr = expr_param(scan->arena, name, &shape)) != NULL;
    }
    const Param *declared = map_get(scan->params, name);
    if (!declared) {
        const char *hint = diag_errors(scan->diag) < DIAG_SHOWN ? hint_param(scan, name) : NULL;
        return FAIL_AT(scan, loc, hint, "no param line declares '@%s'", name);
    }
    *expr = expr_param(scan->arena, name, &declared->shape);
    return true;
}

/* Reads the arguments behind '('. Kinds with a number have tensors too, so a comma precedes it. */
static bool parse_arguments(Scanner *scan, const ExprInfo *info, Expr *expr) {
    bool first = true;
    for (int i = 0; i < info->tensors; i++, first = false) {
        if ((!first && !scan_expect(scan, ",")) || !parse_expr(scan, &expr->arg[i])) {
            return false;
        }
    }
    for (int i = 0; i < info->integers; i++, first = false) {
        if ((!first && !scan_expect(scan, ",")) ||
            !scan_integer(scan, "an integer", 0, LARGEST_VALUE, &expr->integer[i])) {
            return false;
        }
    }
    return !info->numbers || (scan_expect(scan, ",") && scan_number(scan, true, &expr->number));
}

/* Reads the name of a kind. param is none in the text: a parameter is written with '@'. */
static bool parse_kind(Scanner *scan, ExprKind *kind) {
    static const char *const names[] = {
#define EXPR(name, tensors, integers, numbers, line) #name,
#include "exprs.def"
#undef EXPR
    };
    Loc loc = scan->now.loc;
    const char *word;
    if (!scan_word(scan, "a constant expression", &word)) {
        return false;
    }
    int found = expr_by_name(word);
    *kind = (ExprKind)found;
    return (found >= 0 && found != EXPR_param) ||
           FAIL_AT(scan, loc, hint_name(scan, word, names, EXPR_COUNT),
                   "unknown constant expression '%s'", word);
}

/* The hint of a misfit is the line of exprs.def that says what the arguments are. */
static bool parse_call(Scanner *scan, const Expr **expr) {
    Loc loc = scan->now.loc;
    Expr *made = NEW(scan->arena, Expr);
    if (!parse_kind(scan, &made->kind)) {
        return false;
    }
    const ExprInfo *info = expr_info(made->kind);
    if (!scan_expect(scan, "(") || !parse_arguments(scan, info, made) || !scan_expect(scan, ")")) {
        return false;
    }
    const char *misfit = expr_infer(made);
    *expr = made;
    return !misfit || FAIL_AT(scan, loc, info->line, "%s: %s", info->name, misfit);
}

bool parse_expr(Scanner *scan, const Expr **expr) {
    if (scan->depth >= LIMIT_EXPR_DEPTH) {
        return FAIL(scan, NULL, "constant expressions are nested deeper than %d", LIMIT_EXPR_DEPTH);
    }
    scan->depth++;
    bool parsed = scan_accept(scan, "@") ? parse_param(scan, expr) : parse_call(scan, expr);
    scan->depth--;
    return parsed;
}
