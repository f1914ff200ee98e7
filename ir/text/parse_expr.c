/* parse_expr.c - turns scale_out(@conv.weight, ones(64)) into a constant expression.
 *
 * A parameter takes its shape from its declaration, or from brackets behind its name. The nesting
 * is limited, so hostile text cannot exhaust the stack.
 */
#include "lex.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool parse_shape(Parser *parser, int lo, Shape *shape) {
    *shape = (Shape){0, {0}};
    if (!expect_mark(parser, '[')) {
        return false;
    }
    if (lo == 0 && accept_mark(parser, ']')) {
        return true;
    }
    do {
        if (shape->rank == MAX_RANK) {
            return FAIL(parser, NULL, "a shape has at most %d dimensions", MAX_RANK);
        }
        if (!expect_integer(parser, "a dimension", 1, LARGEST_VALUE, &shape->dim[shape->rank++])) {
            return false;
        }
    } while (accept_mark(parser, ','));
    if (shape_elements(shape) > LARGEST_VALUE) {
        return FAIL(parser, NULL, "the shape %s has more than 2^40 elements",
                    shape_text(shape).text);
    }
    return expect_mark(parser, ']');
}

static const char *hint_param(Parser *parser, const char *name) {
    const Graph *graph = parser->graph;
    const char **names = NEW_ARRAY(parser->arena, const char *, graph->n_params);
    for (int i = 0; i < graph->n_params; i++) {
        names[i] = graph->params[i].name;
    }
    return hint_name(parser, name, names, (size_t)graph->n_params);
}

static const Expr *parse_param(Parser *parser) {
    Loc loc = parser->now.loc;
    const char *name = expect_word(parser, "the name of a parameter");
    if (!name) {
        return NULL;
    }
    Shape shape;
    if (parser->now.kind == TOKEN_MARK && parser->now.mark == '[') {
        return parse_shape(parser, 1, &shape) ? expr_param(parser->arena, name, &shape) : NULL;
    }
    const Param *declared = map_get(parser->params, name);
    if (!declared) {
        const char *hint = diag_errors(parser->diag) < DIAG_SHOWN ? hint_param(parser, name) : NULL;
        FAIL_AT(parser, loc, hint, "no param line declares '@%s'", name);
        return NULL;
    }
    return expr_param(parser->arena, name, &declared->shape);
}

bool parse_number(Parser *parser, double *number) {
    Loc loc = parser->now.loc;
    const char *word = expect_word(parser, "a number");
    if (!word) {
        return false;
    }
    char *end;
    *number = strtod(word, &end);
    return (*end == '\0' && isfinite(*number) && !strpbrk(word, "xXpP")) ||
           FAIL_AT(parser, loc, NULL, "expected a number, found '%s'", word);
}

/* The arguments behind '(' as the kind's row in exprs.def lists them. */
static bool parse_arguments(Parser *parser, const ExprInfo *info, Expr *expr) {
    bool first = true;
    for (int i = 0; i < info->tensors; i++, first = false) {
        if (!first && !expect_mark(parser, ',')) {
            return false;
        }
        expr->arg[i] = parse_expr(parser);
        if (!expr->arg[i]) {
            return false;
        }
    }
    for (int i = 0; i < info->integers; i++, first = false) {
        if ((!first && !expect_mark(parser, ',')) ||
            !expect_integer(parser, "an integer", 0, LARGEST_VALUE, &expr->integer[i])) {
            return false;
        }
    }
    return !info->numbers || (expect_mark(parser, ',') && parse_number(parser, &expr->number));
}

static const Expr *parse_call(Parser *parser) {
    static const char *const names[] = {
#define EXPR(name, tensors, integers, numbers, line) #name,
#include "exprs.def"
#undef EXPR
    };
    Loc loc = parser->now.loc;
    const char *word = expect_word(parser, "a constant expression");
    if (!word) {
        return NULL;
    }
    int kind = expr_by_name(word);
    if (kind < 0 || kind == EXPR_param) {
        FAIL_AT(parser, loc, hint_name(parser, word, names, EXPR_COUNT),
                "unknown constant expression '%s'", word);
        return NULL;
    }
    Expr *expr = NEW(parser->arena, Expr);
    expr->kind = (ExprKind)kind;
    if (!expect_mark(parser, '(') || !parse_arguments(parser, expr_info(expr->kind), expr) ||
        !expect_mark(parser, ')')) {
        return NULL;
    }
    const char *misfit = expr_infer(expr);
    if (misfit) {
        FAIL_AT(parser, loc, expr_info(expr->kind)->line, "%s: %s", word, misfit);
        return NULL;
    }
    return expr;
}

const Expr *parse_expr(Parser *parser) {
    if (parser->depth >= DEEPEST_EXPR) {
        FAIL(parser, NULL, "constant expressions are nested deeper than %d", DEEPEST_EXPR);
        return NULL;
    }
    parser->depth++;
    const Expr *expr = accept_mark(parser, '@') ? parse_param(parser) : parse_call(parser);
    parser->depth--;
    return expr;
}
