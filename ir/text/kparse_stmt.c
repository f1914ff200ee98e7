/* kparse_stmt.c - reads the statements of kernel IR; kernel.h documents each.
 *
 *   store out[p * 736 + c] = acc[r]   ->   STMT_STORE base out, value p * 736 + c, operand acc[r]
 *
 * Statements that begin with a word stand in a table; what is left begins with a variable and
 * changes it. Nothing here knows which names are defined: verify_module() does.
 */
#include <string.h>

#include "ktext.h"

typedef bool StmtParser(Scanner *scan, StmtList *list);

/* The first word is taken, so a parser begins behind it. */
static bool parse_dim(Scanner *scan, StmtList *list) {
    Stmt *stmt = stmt_add(scan->arena, list, STMT_DIM, NULL);
    int64_t number;
    if (!kparse_reg(scan, &stmt->reg) || !scan_expect(scan, "=") || !kparse_number(scan, &number)) {
        return false;
    }
    stmt->value = int_const(scan->arena, number);
    return true;
}

static bool parse_int_definition(Scanner *scan, StmtList *list) {
    Stmt *stmt = stmt_add(scan->arena, list, STMT_INT, NULL);
    return kparse_reg(scan, &stmt->reg) && scan_expect(scan, "=") && kparse_int(scan, &stmt->value);
}

static bool parse_ptrs(Scanner *scan, StmtList *list) {
    Stmt *stmt = stmt_add(scan->arena, list, STMT_PTRS, NULL);
    return kparse_name(scan, "an array", &stmt->reg.name) && scan_expect(scan, "[") &&
           scan_integer(scan, "a number of pointers", 1, MAX_POINTERS, &stmt->extent) &&
           scan_expect(scan, "]");
}

/* Whether a '?' stands before the next '=': pointers and offsets have neither, and each statement
 * behind them that has a '?' has a '=' in front of it. */
static bool is_choice(const Scanner *scan) {
    Scanner ahead = *scan;
    while (ahead.now.kind != TOKEN_END && !scan_at(&ahead, "=") && !scan_at(&ahead, "?")) {
        scan_next(&ahead);
    }
    return scan_at(&ahead, "?");
}

/* cond ? a : b and a alone both begin with a name, so the parser looks ahead. */
static bool parse_ptr(Scanner *scan, StmtList *list) {
    Stmt *stmt = stmt_add(scan->arena, list, STMT_PTR, NULL);
    stmt->is_mutable = scan_accept(scan, "mut");
    if (!kparse_reg(scan, &stmt->reg) || !scan_expect(scan, "=")) {
        return false;
    }
    if (!is_choice(scan)) {
        return kparse_pointer(scan, &stmt->base, &stmt->value);
    }
    return kparse_int(scan, &stmt->cond) && scan_expect(scan, "?") &&
           kparse_pointer(scan, &stmt->base, &stmt->value) && scan_expect(scan, ":") &&
           kparse_pointer(scan, &stmt->other, &stmt->other_value);
}

static bool parse_operands(Scanner *scan, Stmt *stmt) {
    for (int i = 0; i < kop_info(stmt->op)->operands; i++) {
        if ((i > 0 && !scan_expect(scan, ",")) || !kparse_reg(scan, &stmt->operand[i])) {
            return false;
        }
    }
    return true;
}

/* Behind "=": an operation of kops.def and what it works on. */
static bool parse_operation(Scanner *scan, Stmt *stmt) {
    int op = kparse_kop(scan);
    if (op < 0) {
        return FAIL(scan, NULL, "expected an operation on vectors, found %s", scan_found(scan));
    }
    stmt->op = (KOp)op;
    scan_next(scan);
    if (stmt->op == KOP_constant) {
        return scan_number(scan, &stmt->number);
    }
    if (stmt->op == KOP_load || stmt->op == KOP_broadcast) {
        return kparse_access(scan, &stmt->base, &stmt->value);
    }
    return parse_operands(scan, stmt);
}

static bool parse_vec(Scanner *scan, StmtList *list) {
    Stmt *stmt = stmt_add(scan->arena, list, STMT_VEC, NULL);
    return kparse_reg(scan, &stmt->reg) && scan_expect(scan, "=") && parse_operation(scan, stmt);
}

static bool parse_store(Scanner *scan, StmtList *list) {
    Stmt *stmt = stmt_add(scan->arena, list, STMT_STORE, NULL);
    return kparse_access(scan, &stmt->base, &stmt->value) && scan_expect(scan, "=") &&
           kparse_reg(scan, &stmt->operand[0]) &&
           (!scan_accept(scan, "first") || kparse_int(scan, &stmt->cond));
}

static bool parse_copy(Scanner *scan, StmtList *list) {
    Stmt *stmt = stmt_add(scan->arena, list, STMT_COPY, NULL);
    return kparse_access(scan, &stmt->base, &stmt->value) && scan_expect(scan, "=") &&
           kparse_access(scan, &stmt->other, &stmt->other_value);
}

static bool parse_prefetch(Scanner *scan, StmtList *list) {
    Stmt *stmt = stmt_add(scan->arena, list, STMT_PREFETCH, NULL);
    return kparse_access(scan, &stmt->base, &stmt->value) && scan_expect(scan, "level") &&
           scan_integer(scan, "a prefetch level", 1, 3, &stmt->extent);
}

static bool parse_mark(Scanner *scan, Stmt *loop) {
    if (scan_accept(scan, "vector")) {
        loop->mark = scan_accept(scan, "unroll") ? LOOP_VECTOR_UNROLL : LOOP_VECTOR;
        return true;
    }
    if (!scan_accept(scan, "unroll")) {
        return true;
    }
    loop->mark = scan_accept(scan, "by") ? LOOP_UNROLL_BY : LOOP_UNROLL;
    return loop->mark == LOOP_UNROLL ||
           scan_integer(scan, "a number of steps", 2, 64, &loop->factor);
}

static bool parse_for(Scanner *scan, StmtList *list) {
    Stmt *stmt = stmt_add(scan->arena, list, STMT_FOR, NULL);
    return kparse_name(scan, "a loop variable", &stmt->name) && scan_expect(scan, "=") &&
           kparse_int(scan, &stmt->lo) && scan_expect(scan, "to") && kparse_int(scan, &stmt->hi) &&
           scan_expect(scan, "step") && scan_integer(scan, "a step", 1, INT64_MAX, &stmt->extent) &&
           parse_mark(scan, stmt) && kparse_body(scan, &stmt->body);
}

static bool parse_split(Scanner *scan, StmtList *list) {
    Stmt *stmt = stmt_add(scan->arena, list, STMT_SPLIT, NULL);
    return kparse_name(scan, "a variable", &stmt->name) && scan_expect(scan, ",") &&
           kparse_name(scan, "a variable", &stmt->other.name) && scan_expect(scan, "of") &&
           kparse_int(scan, &stmt->value);
}

static bool parse_while(Scanner *scan, StmtList *list) {
    Stmt *stmt = stmt_add(scan->arena, list, STMT_WHILE, NULL);
    return kparse_int(scan, &stmt->cond) && kparse_body(scan, &stmt->body);
}

static bool parse_if(Scanner *scan, StmtList *list) {
    for (;;) {
        Stmt *stmt = stmt_add(scan->arena, list, STMT_IF, NULL);
        if (!kparse_int(scan, &stmt->cond) || !kparse_body(scan, &stmt->body)) {
            return false;
        }
        if (!scan_accept(scan, "else")) {
            return true;
        }
        if (!scan_accept(scan, "if")) {
            return kparse_body(scan, &stmt->orelse);
        }
        list = &stmt->orelse;
    }
}

/* Behind "&": P[E] or the name of an array. */
static bool parse_pointer_arg(Scanner *scan, KArg *arg) {
    Scanner ahead = *scan;
    scan_next(&ahead);
    return scan_at(&ahead, "[") ? kparse_access(scan, &arg->base, &arg->value)
                                : kparse_name(scan, "a pointer", &arg->base.name);
}

static bool parse_arg(Scanner *scan, Stmt *call) {
    KArg arg = {0};
    if (!(scan_accept(scan, "&") ? parse_pointer_arg(scan, &arg) : kparse_int(scan, &arg.value))) {
        return false;
    }
    if (call->n_args == MAX_KPARAMS) {
        return FAIL(scan, NULL, "a function has at most %d parameters", MAX_KPARAMS);
    }
    call->args[call->n_args++] = arg;
    return true;
}

static bool parse_call(Scanner *scan, StmtList *list) {
    Stmt *stmt = stmt_add(scan->arena, list, STMT_CALL, NULL);
    stmt->args = NEW_ARRAY(scan->arena, KArg, MAX_KPARAMS);
    if (!kparse_callee(scan, &stmt->name) || !scan_expect(scan, "(")) {
        return false;
    }
    while (!scan_accept(scan, ")")) {
        if ((stmt->n_args > 0 && !scan_expect(scan, ",")) || !parse_arg(scan, stmt)) {
            return false;
        }
    }
    return true;
}

/* Begins with a variable: y = E of an int, or acc = fma ... of a vector. min and max are both, an
 * operation when no parenthesis follows. */
static bool parse_change(Scanner *scan, StmtList *list) {
    Reg reg;
    if (!kparse_reg(scan, &reg) || !scan_expect(scan, "=")) {
        return false;
    }
    Scanner ahead = *scan;
    scan_next(&ahead);
    bool is_vector = kparse_kop(scan) >= 0 && !scan_at(&ahead, "(");
    Stmt *stmt = stmt_add(scan->arena, list, is_vector ? STMT_SET : STMT_ASSIGN, NULL);
    stmt->reg = reg;
    return is_vector ? parse_operation(scan, stmt) : kparse_int(scan, &stmt->value);
}

static bool parse_comment(Scanner *scan, StmtList *list) {
    const char *from = scan->now.text + 2;
    size_t length = scan->now.length - 2;
    if (length > 0 && *from == ' ') {
        from++, length--;
    }
    stmt_add(scan->arena, list, STMT_COMMENT, arena_strndup(scan->arena, from, length));
    scan_next(scan);
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

static bool parse_stmt(Scanner *scan, StmtList *list) {
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        if (scan_accept(scan, statements[i].word)) {
            return statements[i].parse(scan, list);
        }
    }
    return scan->now.kind == TOKEN_COMMENT ? parse_comment(scan, list) : parse_change(scan, list);
}

bool kparse_stmts(Scanner *scan, StmtList *list) {
    while (scan->now.kind != TOKEN_END && !scan_at(scan, "}")) {
        if (!parse_stmt(scan, list)) {
            return false;
        }
    }
    return true;
}

bool kparse_body(Scanner *scan, StmtList *list) {
    if (scan->depth >= KTEXT_DEPTH) {
        return FAIL(scan, NULL, "nested too deeply");
    }
    scan->depth++;
    bool parsed = scan_expect(scan, "{") && kparse_stmts(scan, list) && scan_expect(scan, "}");
    scan->depth--;
    return parsed;
}
