/* emit_expr.c - the pieces of statements: int expressions, variables, accesses, numbers.
 *
 *   acc[3][1], in + (x - 1), base[p * 736]   ->   acc_3_1, in + x - 1, base[p * 736]
 *
 * Parentheses are written where C's precedence needs them and where gcc and clang warn when they
 * are missing (-Wparentheses: && inside ||, comparisons of comparisons).
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "emit_internal.h"

/* Needs no parentheses under any operator; min and max are written as calls. */
static bool is_leaf(const IntExpr *expr) {
    return expr->kind == INT_CONST || expr->kind == INT_VAR || expr->kind == INT_MIN ||
           expr->kind == INT_MAX;
}

/* Whether an operand needs parentheses under its operator. Levels are those of int_info(): 1 ||,
 * 2 &&, 3 equality, 4 order, 5 sums, 6 products. Operators of one level group to the left, so a
 * right operand of the same level needs them: a - (b - c). A quotient or remainder inside a product
 * gets them for the reader, (p / 19) * 4, as integer division does not commute with it. */
static bool is_wrapped(IntKind parent, const IntExpr *operand, bool is_right) {
    if (operand->kind == INT_CONST) {
        return operand->number < 0;
    }
    if (is_leaf(operand)) {
        return false;
    }
    int outer = int_info(parent)->level, inner = int_info(operand->kind)->level;
    if (inner < outer || (inner == outer && is_right)) {
        return true;
    }
    return (outer == 1 && inner == 2) || (outer <= 4 && outer >= 3 && inner <= 4) ||
           (parent == INT_MUL && operand->kind != INT_MUL);
}

static const char *operand_text(const Emit *emit, IntKind parent, const IntExpr *operand,
                                bool is_right) {
    const char *text = emit_int(emit, operand);
    return is_wrapped(parent, operand, is_right) ? arena_printf(emit->arena, "(%s)", text) : text;
}

/* A variable in an int expression, with its indices in a and b, written like any variable. */
static const char *variable_text(const Emit *emit, const IntExpr *expr) {
    Reg reg = {.name = expr->name, .index = {expr->a, expr->b}};
    reg.n_index = (expr->a != NULL) + (expr->b != NULL);
    return emit_reg(emit, &reg);
}

const char *emit_int(const Emit *emit, const IntExpr *expr) {
    if (expr->kind == INT_CONST) {
        return arena_printf(emit->arena, "%" PRId64, expr->number);
    }
    if (expr->kind == INT_VAR) {
        return variable_text(emit, expr);
    }
    if (expr->kind == INT_MIN || expr->kind == INT_MAX) {
        return arena_printf(emit->arena, "%s_int(%s, %s)", expr->kind == INT_MIN ? "min" : "max",
                            emit_int(emit, expr->a), emit_int(emit, expr->b));
    }
    return arena_printf(emit->arena, "%s %s %s", operand_text(emit, expr->kind, expr->a, false),
                        int_info(expr->kind)->text, operand_text(emit, expr->kind, expr->b, true));
}

/* Constant indices become part of the name, acc_3_1; an element of an array of pointers keeps its
 * brackets, tap[j], as its index may be a variable. */
const char *emit_reg(const Emit *emit, const Reg *reg) {
    const char *text = reg->name;
    bool array = reg->n_index == 1 && emit_is_array(emit, reg->name);
    for (int i = 0; i < reg->n_index; i++) {
        text = arena_printf(emit->arena, array ? "%s[%s]" : "%s_%s", text,
                            emit_int(emit, reg->index[i]));
    }
    return text;
}

/* "in", "in - 3" or "in + x * 4". */
const char *emit_pointer(const Emit *emit, const Reg *base, const IntExpr *offset) {
    const char *name = emit_reg(emit, base);
    if (offset->kind == INT_CONST && offset->number == 0) {
        return name;
    }
    if (offset->kind == INT_CONST && offset->number < 0) {
        return arena_printf(emit->arena, "%s - %" PRId64, name, -offset->number);
    }
    return arena_printf(emit->arena, "%s + %s", name, emit_int(emit, offset));
}

const char *emit_memory(const Emit *emit, const Reg *base, const IntExpr *offset) {
    return arena_printf(emit->arena, "%s[%s]", emit_reg(emit, base), emit_int(emit, offset));
}

/* The fewest decimal digits that strtof() reads back as the same f32; 9 always suffice
 * (FLT_DECIMAL_DIG). A number without point or exponent gets ".0", as C has no suffix f on ints. */
const char *emit_number(const Emit *emit, double number) {
    if (isinf(number)) {
        return number < 0 ? "-INFINITY" : "INFINITY";
    }
    const char *digits = arena_printf(emit->arena, "%.9g", (double)(float)number);
    for (int precision = 1; precision < 9; precision++) {
        const char *shorter = arena_printf(emit->arena, "%.*g", precision, number);
        if (strtof(shorter, NULL) == (float)number) {
            digits = shorter;
            break;
        }
    }
    return arena_printf(emit->arena, strpbrk(digits, ".e") ? "%sf" : "%s.0f", digits);
}
