/* ktext_expr.c - constant expressions in the text form of a module.
 *
 *   pad(@conv1.bias[32], 48)   <->   EXPR_pad of EXPR_param "conv1.bias", shape [32], to 48
 *
 * The same notation as in graph texts, but that a parameter always carries its shape: a module has
 * no list of parameters. What is read is checked by the rules of expr.c before it is used.
 */
#include <inttypes.h>

#include "internal.h"
#include "ktext.h"

static void print_shape(FILE *out, const Shape *shape) {
    for (int i = 0; i < shape->rank; i++) {
        fprintf(out, "%s%" PRId64, i ? "," : "[", shape->dim[i]);
    }
    fputs("]", out);
}

void print_kernel_expr(FILE *out, const Expr *expr) {
    const ExprInfo *info = expr_info(expr->kind);
    const char *comma = "";
    if (expr->kind == EXPR_param) {
        fprintf(out, "@%s", expr->name);
        print_shape(out, &expr->shape);
        return;
    }
    fprintf(out, "%s(", info->name);
    for (int i = 0; i < info->tensors; i++, comma = ", ") {
        fputs(comma, out);
        print_kernel_expr(out, expr->arg[i]);
    }
    for (int i = 0; i < info->integers; i++, comma = ", ") {
        fprintf(out, "%s%" PRId64, comma, expr->integer[i]);
    }
    if (info->numbers) {
        fprintf(out, "%s%.17g", comma, expr->number);
    }
    fputc(')', out);
}

static bool parse_shape(KText *text, Shape *shape) {
    if (!ktext_expect(text, "[")) {
        return false;
    }
    do {
        if (shape->rank == MAX_RANK) {
            return ktext_error(text, NULL, "a shape has at most %d dimensions", MAX_RANK);
        }
        int64_t *dim = &shape->dim[shape->rank++];
        if (!ktext_int(text, dim)) {
            return false;
        }
        if (*dim < 1 || *dim > LARGEST_VALUE) {
            return ktext_error(text, NULL, "a dimension lies between 1 and %" PRId64,
                               LARGEST_VALUE);
        }
    } while (ktext_accept(text, ","));
    return ktext_expect(text, "]");
}

static bool parse_param(KText *text, const Expr **expr) {
    Shape shape = {0};
    int64_t elements = 1;
    if (text->token.length < 2) {
        return ktext_error(text, NULL, "expected a parameter's name");
    }
    const char *name = arena_strndup(text->arena, text->token.text + 1, text->token.length - 1);
    ktext_next(text);
    if (!parse_shape(text, &shape)) {
        return false;
    }
    for (int i = 0; i < shape.rank; i++) {
        elements = times(elements, shape.dim[i]);
    }
    if (elements > LARGEST_VALUE) {
        return ktext_error(text, NULL, "@%s is too large", name);
    }
    *expr = expr_param(text->arena, name, &shape);
    return true;
}

static bool parse_arguments(KText *text, const ExprInfo *info, Expr *expr) {
    bool first = true;
    for (int i = 0; i < info->tensors; i++, first = false) {
        if ((!first && !ktext_expect(text, ",")) || !kparse_expr(text, &expr->arg[i])) {
            return false;
        }
    }
    for (int i = 0; i < info->integers; i++, first = false) {
        if ((!first && !ktext_expect(text, ",")) || !ktext_int(text, &expr->integer[i])) {
            return false;
        }
    }
    return !info->numbers || (ktext_expect(text, ",") && ktext_number(text, &expr->number));
}

static bool parse_call(KText *text, const Expr **expr) {
    const char *name = arena_strndup(text->arena, text->token.text, text->token.length);
    int kind = expr_by_name(name);
    if (kind < 0 || kind == EXPR_param) {
        return ktext_error(text, NULL, "expected a constant expression");
    }
    ktext_next(text);
    Expr *made = NEW(text->arena, Expr);
    made->kind = (ExprKind)kind;
    if (!ktext_expect(text, "(") || !parse_arguments(text, expr_info(made->kind), made) ||
        !ktext_expect(text, ")")) {
        return false;
    }
    const char *misfit = expr_infer(made);
    *expr = made;
    return !misfit || ktext_error(text, NULL, "%s: %s", name, misfit);
}

bool kparse_expr(KText *text, const Expr **expr) {
    if (text->depth >= DEEPEST_EXPR) {
        return ktext_error(text, NULL, "nested too deeply");
    }
    text->depth++;
    bool parsed =
        text->token.kind == KTOKEN_PARAM ? parse_param(text, expr) : parse_call(text, expr);
    text->depth--;
    return parsed;
}
