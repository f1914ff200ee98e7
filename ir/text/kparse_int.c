/* kparse_int.c - reads int expressions, variables with indices, and accesses through pointers.
 *
 *   p / 19 + min(a, 4)    ->   (p / 19) + min(a, 4), folded by int_new()
 *   tap[r][j][c * 16]     ->   pointer tap[r][j], offset c * 16
 *
 * Operator precedence is a table, so the parser is one loop over it, as C has it.
 */
#include "ktext.h"

static const struct {
    const char *text;
    IntKind kind;
    int level;
} operators[] = {{"||", INT_OR, 1}, {"&&", INT_AND, 2}, {"==", INT_EQ, 3}, {"!=", INT_NE, 3},
                 {"<", INT_LT, 4},  {"<=", INT_LE, 4},  {">", INT_GT, 4},  {">=", INT_GE, 4},
                 {"+", INT_ADD, 5}, {"-", INT_SUB, 5},  {"*", INT_MUL, 6}, {"/", INT_DIV, 6},
                 {"%", INT_MOD, 6}};

enum { LOWEST_LEVEL = 1, SUM_LEVEL = 5 };

static bool parse_level(KText *text, int level, const IntExpr **expr);

/* min(a, b) and max(a, b): the words are reserved, so they cannot be variables. */
static bool parse_extremum(KText *text, IntKind kind, const IntExpr **expr) {
    const IntExpr *a, *b;
    ktext_next(text);
    if (!ktext_expect(text, "(") || !kparse_int(text, &a) || !ktext_expect(text, ",") ||
        !kparse_int(text, &b) || !ktext_expect(text, ")")) {
        return false;
    }
    *expr = int_new(text->arena, kind, a, b);
    return true;
}

static bool parse_variable(KText *text, const IntExpr **expr) {
    Reg reg;
    if (!kparse_reg(text, &reg)) {
        return false;
    }
    IntExpr *variable = NEW(text->arena, IntExpr);
    *variable = (IntExpr){INT_VAR, 0, reg.name, reg.index[0], reg.index[1]};
    *expr = variable;
    return true;
}

static bool parse_primary(KText *text, const IntExpr **expr) {
    int64_t number;
    if (ktext_at(text, "min")) {
        return parse_extremum(text, INT_MIN, expr);
    }
    if (ktext_at(text, "max")) {
        return parse_extremum(text, INT_MAX, expr);
    }
    if (ktext_accept(text, "(")) {
        return kparse_int(text, expr) && ktext_expect(text, ")");
    }
    if (text->token.kind == KTOKEN_NAME) {
        return parse_variable(text, expr);
    }
    if (!ktext_int(text, &number)) {
        return false;
    }
    *expr = int_const(text->arena, number);
    return true;
}

static int operator_at(const KText *text, int level) {
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        if (operators[i].level == level && ktext_at(text, operators[i].text)) {
            return (int)i;
        }
    }
    return -1;
}

static bool parse_level(KText *text, int level, const IntExpr **expr) {
    if (level > operators[sizeof operators / sizeof *operators - 1].level) {
        return parse_primary(text, expr);
    }
    if (!parse_level(text, level + 1, expr)) {
        return false;
    }
    for (int found; (found = operator_at(text, level)) >= 0;) {
        const IntExpr *right;
        ktext_next(text);
        if (!parse_level(text, level + 1, &right)) {
            return false;
        }
        *expr = int_new(text->arena, operators[found].kind, *expr, right);
    }
    return true;
}

static bool parse_nested(KText *text, int level, const IntExpr **expr) {
    if (text->depth >= KTEXT_DEPTH) {
        return ktext_error(text, NULL, "nested too deeply");
    }
    text->depth++;
    bool parsed = parse_level(text, level, expr);
    text->depth--;
    return parsed;
}

bool kparse_int(KText *text, const IntExpr **expr) {
    return parse_nested(text, LOWEST_LEVEL, expr);
}

/* Up to three [E]; how many there were, or -1. */
static int parse_indices(KText *text, const IntExpr *index[3]) {
    int count = 0;
    while (ktext_at(text, "[")) {
        if (count == 3) {
            ktext_error(text, NULL, "too many indices");
            return -1;
        }
        ktext_next(text);
        if (!kparse_int(text, &index[count++]) || !ktext_expect(text, "]")) {
            return -1;
        }
    }
    return count;
}

bool kparse_reg(KText *text, Reg *reg) {
    const IntExpr *index[3] = {NULL};
    *reg = (Reg){0};
    if (!ktext_name(text, "a variable", &reg->name)) {
        return false;
    }
    int count = parse_indices(text, index);
    if (count > 2) {
        return ktext_error(text, NULL, "a variable has at most two indices");
    }
    reg->n_index = count;
    for (int i = 0; i < count; i++) {
        reg->index[i] = index[i];
    }
    return count >= 0;
}

bool kparse_access(KText *text, Reg *base, const IntExpr **offset) {
    const IntExpr *index[3] = {NULL};
    *base = (Reg){0};
    if (!ktext_name(text, "a pointer", &base->name)) {
        return false;
    }
    int count = parse_indices(text, index);
    if (count == 0) {
        return ktext_error(text, NULL, "expected '[' and an offset");
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

bool kparse_pointer(KText *text, Reg *base, const IntExpr **offset) {
    *offset = int_const(text->arena, 0);
    if (!kparse_reg(text, base)) {
        return false;
    }
    return !ktext_accept(text, "+") || parse_nested(text, SUM_LEVEL, offset);
}
