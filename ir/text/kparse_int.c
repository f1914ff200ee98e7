/* kparse_int.c - reads int expressions, variables with indices, and accesses through pointers.
 *
 *   p / 19 + min(a, 4)    ->   (p / 19) + min(a, 4), folded by int_new()
 *   tap[r][j][c * 16]     ->   pointer tap[r][j], offset c * 16
 *
 * Operator precedence is a table, so the parser is one loop over it, as C has it.
 */
#include "ktext.h"

#include <ctype.h>

static const struct {
    const char *text;
    IntKind kind;
    int level;
} operators[] = {{"||", INT_OR, 1}, {"&&", INT_AND, 2}, {"==", INT_EQ, 3}, {"!=", INT_NE, 3},
                 {"<", INT_LT, 4},  {"<=", INT_LE, 4},  {">", INT_GT, 4},  {">=", INT_GE, 4},
                 {"+", INT_ADD, 5}, {"-", INT_SUB, 5},  {"*", INT_MUL, 6}, {"/", INT_DIV, 6},
                 {"%", INT_MOD, 6}};

enum { LOWEST_LEVEL = 1, SUM_LEVEL = 5 };

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

static int operator_at(const Scanner *scan, int level) {
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        if (operators[i].level == level && scan_at(scan, operators[i].text)) {
            return (int)i;
        }
    }
    return -1;
}

static bool parse_level(Scanner *scan, int level, const IntExpr **expr) {
    if (level > operators[sizeof operators / sizeof *operators - 1].level) {
        return parse_primary(scan, expr);
    }
    if (!parse_level(scan, level + 1, expr)) {
        return false;
    }
    for (int found; (found = operator_at(scan, level)) >= 0;) {
        const IntExpr *right;
        scan_next(scan);
        if (!parse_level(scan, level + 1, &right)) {
            return false;
        }
        *expr = int_new(scan->arena, operators[found].kind, *expr, right);
    }
    return true;
}

static bool parse_nested(Scanner *scan, int level, const IntExpr **expr) {
    if (scan->depth >= KTEXT_DEPTH) {
        return FAIL(scan, NULL, "nested too deeply");
    }
    scan->depth++;
    bool parsed = parse_level(scan, level, expr);
    scan->depth--;
    return parsed;
}

bool kparse_int(Scanner *scan, const IntExpr **expr) {
    return parse_nested(scan, LOWEST_LEVEL, expr);
}

/* Up to three [E]; how many there were, or -1. */
static int parse_indices(Scanner *scan, const IntExpr *index[3]) {
    int count = 0;
    while (scan_at(scan, "[")) {
        if (count == 3) {
            FAIL(scan, NULL, "too many indices");
            return -1;
        }
        scan_next(scan);
        if (!kparse_int(scan, &index[count++]) || !scan_expect(scan, "]")) {
            return -1;
        }
    }
    return count;
}

bool kparse_reg(Scanner *scan, Reg *reg) {
    const IntExpr *index[3] = {NULL};
    *reg = (Reg){0};
    if (!kparse_name(scan, "a variable", &reg->name)) {
        return false;
    }
    int count = parse_indices(scan, index);
    if (count > 2) {
        return FAIL(scan, NULL, "a variable has at most two indices");
    }
    reg->n_index = count;
    for (int i = 0; i < count; i++) {
        reg->index[i] = index[i];
    }
    return count >= 0;
}

bool kparse_access(Scanner *scan, Reg *base, const IntExpr **offset) {
    const IntExpr *index[3] = {NULL};
    *base = (Reg){0};
    if (!kparse_name(scan, "a pointer", &base->name)) {
        return false;
    }
    int count = parse_indices(scan, index);
    if (count == 0) {
        return FAIL(scan, NULL, "expected '[' and an offset");
    }
    if (count < 0) {
        return false;
    }
    base->n_index = count - 1;
    for (int i = 0; i < count - 1; i++) {
        base->index[i] = index[i];
    }
    *offset = index[count - 1];
    return true;
}

bool kparse_pointer(Scanner *scan, Reg *base, const IntExpr **offset) {
    *offset = int_const(scan->arena, 0);
    if (!kparse_reg(scan, base)) {
        return false;
    }
    return !scan_accept(scan, "+") || parse_nested(scan, SUM_LEVEL, offset);
}
