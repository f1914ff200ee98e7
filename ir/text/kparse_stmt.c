/* kparse_stmt.c - reads the statements of kernel IR; kernel.h documents each.
 *
 *   store out[p * 736 + c] = acc[r]   ->   STMT_STORE base out, value p * 736 + c, operand acc[r]
 *
 * Statements that begin with a word stand in a table; what is left begins with a variable and
 * changes it. Nothing here knows which names are defined: verify_module() does.
 */
#include <string.h>

#include "ktext.h"

typedef bool StmtParser(KText *text, StmtList *list);

/* The first word is taken, so a parser begins behind it. */
static bool parse_dim(KText *text, StmtList *list) {
    Stmt *stmt = stmt_add(text->arena, list, STMT_DIM, NULL);
    int64_t number;
    if (!kparse_reg(text, &stmt->reg) || !ktext_expect(text, "=") || !ktext_int(text, &number)) {
        return false;
    }
    stmt->value = int_const(text->arena, number);
    return true;
}

static bool parse_int_definition(KText *text, StmtList *list) {
    Stmt *stmt = stmt_add(text->arena, list, STMT_INT, NULL);
    return kparse_reg(text, &stmt->reg) && ktext_expect(text, "=") &&
           kparse_int(text, &stmt->value);
}

static bool parse_ptrs(KText *text, StmtList *list) {
    Stmt *stmt = stmt_add(text->arena, list, STMT_PTRS, NULL);
    if (!ktext_name(text, "an array", &stmt->reg.name) || !ktext_expect(text, "[") ||
        !ktext_int(text, &stmt->extent) || !ktext_expect(text, "]")) {
        return false;
    }
    return (stmt->extent >= 1 && stmt->extent <= MAX_POINTERS) ||
           ktext_error(text, NULL, "an array has 1 to %d pointers", MAX_POINTERS);
}

/* cond ? a : b and a alone both begin with a name, so the line is searched for the question mark:
 * pointers and offsets have none. */
static bool parse_ptr(KText *text, StmtList *list) {
    Stmt *stmt = stmt_add(text->arena, list, STMT_PTR, NULL);
    stmt->is_mutable = ktext_accept(text, "mut");
    if (!kparse_reg(text, &stmt->reg) || !ktext_expect(text, "=")) {
        return false;
    }
    if (!ktext_line_has(text, '?')) {
        return kparse_pointer(text, &stmt->base, &stmt->value);
    }
    return kparse_int(text, &stmt->cond) && ktext_expect(text, "?") &&
           kparse_pointer(text, &stmt->base, &stmt->value) && ktext_expect(text, ":") &&
           kparse_pointer(text, &stmt->other, &stmt->other_value);
}

static bool parse_operands(KText *text, Stmt *stmt) {
    for (int i = 0; i < kop_info(stmt->op)->operands; i++) {
        if ((i > 0 && !ktext_expect(text, ",")) || !kparse_reg(text, &stmt->operand[i])) {
            return false;
        }
    }
    return true;
}

/* Behind "=": an operation of kops.def and what it works on. */
static bool parse_operation(KText *text, Stmt *stmt) {
    int op = kop_by_name(text->token.text, text->token.length);
    if (op < 0) {
        return ktext_error(text, NULL, "expected an operation on vectors");
    }
    stmt->op = (KOp)op;
    ktext_next(text);
    if (stmt->op == KOP_constant) {
        return ktext_number(text, &stmt->number);
    }
    if (stmt->op == KOP_load || stmt->op == KOP_broadcast) {
        return kparse_access(text, &stmt->base, &stmt->value);
    }
    return parse_operands(text, stmt);
}

static bool parse_vec(KText *text, StmtList *list) {
    Stmt *stmt = stmt_add(text->arena, list, STMT_VEC, NULL);
    return kparse_reg(text, &stmt->reg) && ktext_expect(text, "=") && parse_operation(text, stmt);
}

static bool parse_store(KText *text, StmtList *list) {
    Stmt *stmt = stmt_add(text->arena, list, STMT_STORE, NULL);
    return kparse_access(text, &stmt->base, &stmt->value) && ktext_expect(text, "=") &&
           kparse_reg(text, &stmt->operand[0]) &&
           (!ktext_accept(text, "first") || kparse_int(text, &stmt->cond));
}

static bool parse_copy(KText *text, StmtList *list) {
    Stmt *stmt = stmt_add(text->arena, list, STMT_COPY, NULL);
    return kparse_access(text, &stmt->base, &stmt->value) && ktext_expect(text, "=") &&
           kparse_access(text, &stmt->other, &stmt->other_value);
}

static bool parse_prefetch(KText *text, StmtList *list) {
    Stmt *stmt = stmt_add(text->arena, list, STMT_PREFETCH, NULL);
    if (!kparse_access(text, &stmt->base, &stmt->value) || !ktext_expect(text, "level") ||
        !ktext_int(text, &stmt->extent)) {
        return false;
    }
    return (stmt->extent >= 1 && stmt->extent <= 3) ||
           ktext_error(text, NULL, "a prefetch level is 1, 2 or 3");
}

static bool parse_mark(KText *text, Stmt *loop) {
    if (ktext_accept(text, "vector")) {
        loop->mark = ktext_accept(text, "unroll") ? LOOP_VECTOR_UNROLL : LOOP_VECTOR;
        return true;
    }
    if (!ktext_accept(text, "unroll")) {
        return true;
    }
    loop->mark = ktext_accept(text, "by") ? LOOP_UNROLL_BY : LOOP_UNROLL;
    if (loop->mark == LOOP_UNROLL) {
        return true;
    }
    return ktext_int(text, &loop->factor) &&
           ((loop->factor >= 2 && loop->factor <= 64) ||
            ktext_error(text, NULL, "a loop is unrolled by 2 to 64"));
}

static bool parse_for(KText *text, StmtList *list) {
    Stmt *stmt = stmt_add(text->arena, list, STMT_FOR, NULL);
    if (!ktext_name(text, "a loop variable", &stmt->name) || !ktext_expect(text, "=") ||
        !kparse_int(text, &stmt->lo) || !ktext_expect(text, "to") || !kparse_int(text, &stmt->hi) ||
        !ktext_expect(text, "step") || !ktext_int(text, &stmt->extent)) {
        return false;
    }
    if (stmt->extent < 1) {
        return ktext_error(text, NULL, "a step is at least 1");
    }
    return parse_mark(text, stmt) && kparse_body(text, &stmt->body);
}

static bool parse_split(KText *text, StmtList *list) {
    Stmt *stmt = stmt_add(text->arena, list, STMT_SPLIT, NULL);
    return ktext_name(text, "a variable", &stmt->name) && ktext_expect(text, ",") &&
           ktext_name(text, "a variable", &stmt->other.name) && ktext_expect(text, "of") &&
           kparse_int(text, &stmt->value);
}

static bool parse_while(KText *text, StmtList *list) {
    Stmt *stmt = stmt_add(text->arena, list, STMT_WHILE, NULL);
    return kparse_int(text, &stmt->cond) && kparse_body(text, &stmt->body);
}

static bool parse_if(KText *text, StmtList *list) {
    for (;;) {
        Stmt *stmt = stmt_add(text->arena, list, STMT_IF, NULL);
        if (!kparse_int(text, &stmt->cond) || !kparse_body(text, &stmt->body)) {
            return false;
        }
        if (!ktext_accept(text, "else")) {
            return true;
        }
        if (!ktext_accept(text, "if")) {
            return kparse_body(text, &stmt->orelse);
        }
        list = &stmt->orelse;
    }
}

/* Behind "&": P[E] or the name of an array. */
static bool parse_pointer_arg(KText *text, KArg *arg) {
    KText ahead = *text;
    ktext_next(&ahead);
    return ktext_at(&ahead, "[") ? kparse_access(text, &arg->base, &arg->value)
                                 : ktext_name(text, "a pointer", &arg->base.name);
}

static bool parse_arg(KText *text, Stmt *call) {
    KArg arg = {0};
    if (!(ktext_accept(text, "&") ? parse_pointer_arg(text, &arg) : kparse_int(text, &arg.value))) {
        return false;
    }
    if (call->n_args == MAX_KPARAMS) {
        return ktext_error(text, NULL, "a function has at most %d parameters", MAX_KPARAMS);
    }
    call->args[call->n_args++] = arg;
    return true;
}

static bool parse_call(KText *text, StmtList *list) {
    Stmt *stmt = stmt_add(text->arena, list, STMT_CALL, NULL);
    stmt->args = NEW_ARRAY(text->arena, KArg, MAX_KPARAMS);
    if (!ktext_callee(text, &stmt->name) || !ktext_expect(text, "(")) {
        return false;
    }
    while (!ktext_accept(text, ")")) {
        if ((stmt->n_args > 0 && !ktext_expect(text, ",")) || !parse_arg(text, stmt)) {
            return false;
        }
    }
    return true;
}

/* Begins with a variable: y = E of an int, or acc = fma ... of a vector. min and max are both, an
 * operation when no parenthesis follows. */
static bool parse_change(KText *text, StmtList *list) {
    Reg reg;
    if (!kparse_reg(text, &reg) || !ktext_expect(text, "=")) {
        return false;
    }
    KText ahead = *text;
    ktext_next(&ahead);
    bool is_vector =
        kop_by_name(text->token.text, text->token.length) >= 0 && !ktext_at(&ahead, "(");
    Stmt *stmt = stmt_add(text->arena, list, is_vector ? STMT_SET : STMT_ASSIGN, NULL);
    stmt->reg = reg;
    return is_vector ? parse_operation(text, stmt) : kparse_int(text, &stmt->value);
}

static bool parse_comment(KText *text, StmtList *list) {
    const char *from = text->token.text + 2;
    size_t length = text->token.length - 2;
    if (length > 0 && *from == ' ') {
        from++, length--;
    }
    stmt_add(text->arena, list, STMT_COMMENT, arena_strndup(text->arena, from, length));
    ktext_next(text);
    return true;
}

static const struct {
    const char *word;
    StmtParser *parse;
} statements[] = {{"dim", parse_dim},     {"int", parse_int_definition},
                  {"ptrs", parse_ptrs},   {"ptr", parse_ptr},
                  {"vec", parse_vec},     {"store", parse_store},
                  {"copy", parse_copy},   {"prefetch", parse_prefetch},
                  {"for", parse_for},     {"split", parse_split},
                  {"while", parse_while}, {"if", parse_if},
                  {"call", parse_call}};

static bool parse_stmt(KText *text, StmtList *list) {
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        if (ktext_accept(text, statements[i].word)) {
            return statements[i].parse(text, list);
        }
    }
    return text->token.kind == KTOKEN_COMMENT ? parse_comment(text, list)
                                              : parse_change(text, list);
}

bool kparse_stmts(KText *text, StmtList *list) {
    while (text->token.kind != KTOKEN_END && !ktext_at(text, "}")) {
        if (!parse_stmt(text, list)) {
            return false;
        }
    }
    return true;
}

bool kparse_body(KText *text, StmtList *list) {
    if (text->depth >= KTEXT_DEPTH) {
        return ktext_error(text, NULL, "nested too deeply");
    }
    text->depth++;
    bool parsed = ktext_expect(text, "{") && kparse_stmts(text, list) && ktext_expect(text, "}");
    text->depth--;
    return parsed;
}
