/* kparse_int.c - turns text into int expressions, variables with indices, and accesses through
 * pointers.
 *
 *   p / 19 + min(a, 4)    ->   (p / 19) + min(a, 4), folded by int_new()
 *   tap[r][j][c * 16]     ->   pointer tap[r][j], offset c * 16
 *
 * The rows of int_info() give each operator its level, and all operators bind from the left. So one
 * function reads every level: operands of the next level up with operators of its own in between.
 * Depth and number of operators are limited, because the tree is walked recursively afterwards.
 */
#include "ktext.h"

#include <ctype.h>

static bool parse_level(Scanner *scan, int level, const IntExpr **expr);

/* min(a, b) and max(a, b): the words are reserved, so they cannot be variables. */
static bool parse_extremum(Scanner *scan, IntKind kind, const IntExpr **expr) {
    const IntExpr *a, *b;
    scan_next(scan);
    if (!scan_expect(scan, "(") || !kparse_int(scan, &a) || !scan_expect(scan, ",") ||
        !kparse_int(scan, &b) || !scan_expect(scan, ")")) {
        return false;
    }
    *expr = int_new(scan->arena, kind, a, b);
    return true;
}

/* A variable in an int expression keeps its indices as operands a and b. */
static bool parse_variable(Scanner *scan, const IntExpr **expr) {
    Reg reg;
    if (!kparse_reg(scan, &reg)) {
        return false;
    }
    IntExpr *variable = NEW(scan->arena, IntExpr);
    *variable = (IntExpr){INT_VAR, 0, reg.name, reg.index[0], reg.index[1]};
    *expr = variable;
    return true;
}

/* Reads what needs no parentheses: min, max, (E), a variable, a number. */
static bool parse_primary(Scanner *scan, const IntExpr **expr) {
    int64_t number;
    if (scan_at(scan, "min")) {
        return parse_extremum(scan, INT_MIN, expr);
    }
    if (scan_at(scan, "max")) {
        return parse_extremum(scan, INT_MAX, expr);
    }
    if (scan_accept(scan, "(")) {
        return kparse_int(scan, expr) && scan_expect(scan, ")");
    }
    if (scan->now.kind == TOKEN_WORD && !isdigit((unsigned char)*scan->now.text)) {
        return parse_variable(scan, expr);
    }
    if (!kparse_number(scan, &number)) {
        return false;
    }
    *expr = int_const(scan->arena, number);
    return true;
}

/* The operator of this level that is the current token, or -1. */
static int operator_at(const Scanner *scan, int level) {
    for (int kind = 0; kind <= INT_OR; kind++) {
        const IntInfo *info = int_info((IntKind)kind);
        if (info->level == level && scan_at(scan, info->text)) {
            return kind;
        }
    }
    return -1;
}

/* Reads an expression whose operators have at least this level. Multiplication has the highest
 * level of all operators. */
static bool parse_level(Scanner *scan, int level, const IntExpr **expr) {
    if (level > int_info(INT_MUL)->level) {
        return parse_primary(scan, expr);
    }
    if (!parse_level(scan, level + 1, expr)) {
        return false;
    }
    for (int kind; (kind = operator_at(scan, level)) >= 0;) {
        const IntExpr *right;
        if (++scan->operators[0] > LIMIT_MODULE_OPERATORS) {
            return FAIL(scan, NULL, "more than %d operators", LIMIT_MODULE_OPERATORS);
        }
        if (++scan->operators[1] > LIMIT_OPERATORS) {
            return FAIL(scan, NULL, "more than %d operators in a statement", LIMIT_OPERATORS);
        }
        scan_next(scan);
        if (!parse_level(scan, level + 1, &right)) {
            return false;
        }
        *expr = int_new(scan->arena, (IntKind)kind, *expr, right);
    }
    return true;
}

/* parse_level() with the limit on depth: parentheses, indices and min() come through here. */
static bool parse_nested(Scanner *scan, int level, const IntExpr **expr) {
    if (scan->depth >= LIMIT_KERNEL_DEPTH) {
        return FAIL(scan, NULL, "nested too deeply");
    }
    scan->depth++;
    bool parsed = parse_level(scan, level, expr);
    scan->depth--;
    return parsed;
}

bool kparse_int(Scanner *scan, const IntExpr **expr) {
    return parse_nested(scan, int_info(INT_OR)->level, expr);
}

/* Reads NAME and up to most [E] after it. n_index counts all of them; reg has room for two. */
static bool parse_indexed(Scanner *scan, const char *what, int most, Reg *reg,
                          const IntExpr *index[3]) {
    *reg = (Reg){0};
    if (!kparse_name(scan, what, &reg->name)) {
        return false;
    }
    while (scan_accept(scan, "[")) {
        if (reg->n_index == most) {
            return FAIL(scan, NULL, "%s has at most %d indices", what, most);
        }
        if (!kparse_int(scan, &index[reg->n_index++]) || !scan_expect(scan, "]")) {
            return false;
        }
    }
    for (int i = 0; i < 2 && i < reg->n_index; i++) {
        reg->index[i] = index[i];
    }
    return true;
}

bool kparse_reg(Scanner *scan, Reg *reg) {
    const IntExpr *index[3];
    return parse_indexed(scan, "a variable", 2, reg, index);
}

/* The last [E] is the offset; it was counted as an index at first. */
bool kparse_access(Scanner *scan, Reg *base, const IntExpr **offset) {
    const IntExpr *index[3];
    if (!parse_indexed(scan, "a pointer", 3, base, index)) {
        return false;
    }
    if (base->n_index == 0) {
        return FAIL(scan, NULL, "expected '[' and an offset, found %s", scan_found(scan));
    }
    *offset = index[--base->n_index];
    if (base->n_index < 2) {
        base->index[base->n_index] = NULL;
    }
    return true;
}

/* The offset is read from the level of + on: a comparison in it needs parentheses. */
bool kparse_pointer(Scanner *scan, Reg *base, const IntExpr **offset) {
    *offset = int_const(scan->arena, 0);
    if (!kparse_reg(scan, base)) {
        return false;
    }
    return !scan_accept(scan, "+") || parse_nested(scan, int_info(INT_ADD)->level, offset);
}
