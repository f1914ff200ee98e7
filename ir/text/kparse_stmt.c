/* kparse_stmt.c - turns text into the statements of kernel IR; kernel.h describes each.
 *
 *   store out[p * 736 + c] = acc[r]   ->   STMT_STORE base out, value p * 736 + c, operand acc[r]
 *
 * A statement that begins with the first word of a row of kstmt.h is of that row's kind and is read
 * part by part. Any other begins with a variable and changes it, or is a comment. Lines have no
 * meaning, so each statement must end where the next word or mark cannot continue it; that is why
 * words of statements are reserved (ktext.c). Which names are defined is for verify_module().
 */
#include <string.h>

#include "kstmt.h"
#include "ktext.h"

static bool parse_stmt(Scanner *scan, StmtList *list);
static bool parse_body(Scanner *scan, StmtList *list);

/* Whether a choice stands here and not a pointer alone: whether a '?' comes before the next '='.
 * Pointers and offsets contain neither mark, and a '?' of a later statement has a '=' before it. */
static bool is_choice(const Scanner *scan) {
    Scanner ahead = *scan;
    while (ahead.now.kind != TOKEN_END && !scan_at(&ahead, "=") && !scan_at(&ahead, "?")) {
        scan_next(&ahead);
    }
    return scan_at(&ahead, "?");
}

/* Reads "E ? P + E : P + E" or "P + E". Both can begin with a name, so the parser looks ahead. */
static bool parse_choice(Scanner *scan, Stmt *stmt) {
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

/* Reads an operation of kops.def and its operands, behind "=". */
static bool parse_operation(Scanner *scan, Stmt *stmt) {
    int op = kparse_kop(scan);
    if (op < 0) {
        return FAIL(scan, NULL, "expected an operation on vectors, found %s", scan_found(scan));
    }
    stmt->op = (KOp)op;
    scan_next(scan);
    if (stmt->op == KOP_constant) {
        return scan_number(scan, false, &stmt->number);
    }
    if (kop_info(stmt->op)->reads != ELEMENT_none) {
        return kparse_access(scan, &stmt->base, &stmt->value);
    }
    return parse_operands(scan, stmt) &&
           (!kop_is(stmt->op, OF_LANE) ||
            (scan_expect(scan, ",") && kparse_int(scan, &stmt->value)));
}

/* Reads "vector", "vector unroll", "unroll", "unroll by 4" or nothing. */
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

/* Reads P[E] or the name of an array, behind "&". An array with an element is P[E] too; which of
 * the two it is depends on the parameter. */
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

/* Reads arguments up to the ')', which is a part of its own. Whether they fit the parameters is
 * checked by the verifier, as the function may be defined in another text (stmts_text). */
static bool parse_args(Scanner *scan, Stmt *call) {
    call->args = NEW_ARRAY(scan->arena, KArg, MAX_KPARAMS);
    while (!scan_at(scan, ")")) {
        if ((call->n_args > 0 && !scan_expect(scan, ",")) || !parse_arg(scan, call)) {
            return false;
        }
    }
    return true;
}

/* "else if" is an orelse of one statement, which nests without braces: so it counts as depth. */
static bool parse_else(Scanner *scan, Stmt *stmt) {
    if (!scan_accept(scan, "else")) {
        return true;
    }
    if (!scan_at(scan, "if")) {
        return parse_body(scan, &stmt->orelse);
    }
    if (scan->depth >= LIMIT_KERNEL_DEPTH) {
        return FAIL(scan, NULL, "nested too deeply");
    }
    scan->depth++;
    bool parsed = parse_stmt(scan, &stmt->orelse);
    scan->depth--;
    return parsed;
}

static bool parse_constant(Scanner *scan, const IntExpr **expr) {
    int64_t number;
    if (!kparse_number(scan, &number)) {
        return false;
    }
    *expr = int_const(scan->arena, number);
    return true;
}

/* The word of an option may also be the name of a variable: where '=' or '[' follows, the next
 * statement begins, as no expression begins with those marks. */
static bool accept_option(Scanner *scan, const char *word) {
    Scanner ahead = *scan;
    if (!scan_accept(&ahead, word) || scan_at(&ahead, "=") || scan_at(&ahead, "[")) {
        return false;
    }
    *scan = ahead;
    return true;
}

/* Reads one part into the fields that its row names: the type of *field follows from the kind, as
 * listed at PartKind. */
static bool parse_part(Scanner *scan, const StmtPart *part, Stmt *stmt) {
    void *field = stmt_field(stmt, part->at);
    switch (part->kind) {
    case PART_TEXT:
        return scan_expect(scan, part->text);
    case PART_FLAG:
        *(bool *)field = scan_accept(scan, part->text);
        return true;
    case PART_ELEMENT:
        *(Element *)field = kparse_element(scan);
        return true;
    case PART_NUMBER:
        return scan_integer(scan, part->text, part->lo, part->hi, field);
    case PART_CONSTANT:
        return parse_constant(scan, field);
    case PART_OPTION:
        return !accept_option(scan, part->text) || kparse_int(scan, field);
    case PART_INT:
        return kparse_int(scan, field);
    case PART_NAME:
        return kparse_name(scan, part->text, field);
    case PART_CALLEE:
        return kparse_callee(scan, field);
    case PART_REG:
        return kparse_reg(scan, field);
    case PART_ACCESS:
        return kparse_access(scan, field, stmt_field(stmt, part->offset));
    case PART_CHOICE:
        return parse_choice(scan, stmt);
    case PART_OPERATION:
        return parse_operation(scan, stmt);
    case PART_MARK:
        return parse_mark(scan, stmt);
    case PART_ARGS:
        return parse_args(scan, stmt);
    case PART_BODY:
        return parse_body(scan, &stmt->body);
    case PART_ELSE:
        return parse_else(scan, stmt);
    case PART_END:
        break;
    }
    return true;
}

static bool parse_parts(Scanner *scan, const StmtPart *part, Stmt *stmt) {
    for (; part->kind != PART_END; part++) {
        if (!parse_part(scan, part, stmt)) {
            return false;
        }
    }
    return true;
}

/* Reads a statement that begins with a variable: "y = E" changes an int, "acc = fma ..." a vector.
 * min and max are functions of ints as well as operations on vectors: with a parenthesis behind
 * them they are the former. */
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

/* Keeps the text behind "// "; the printer writes that blank again. */
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

/* The count of operators starts again with each statement; the depth goes on. */
static bool parse_stmt(Scanner *scan, StmtList *list) {
    int kind = kparse_kind(scan);
    if (++scan->statements[0] > LIMIT_STATEMENTS) {
        return FAIL(scan, NULL, "more than %d statements", LIMIT_STATEMENTS);
    }
    if (++scan->statements[1] > LIMIT_FUNCTION) {
        return FAIL(scan, NULL, "more than %d statements in a function", LIMIT_FUNCTION);
    }
    scan->operators[1] = 0;
    if (kind >= 0) {
        Stmt *stmt = stmt_add(scan->arena, list, (StmtKind)kind, NULL);
        return parse_parts(scan, stmt_parts(stmt->kind), stmt);
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

static bool parse_body(Scanner *scan, StmtList *list) {
    if (scan->depth >= LIMIT_KERNEL_DEPTH) {
        return FAIL(scan, NULL, "nested too deeply");
    }
    scan->depth++;
    bool parsed = scan_expect(scan, "{") && kparse_stmts(scan, list) && scan_expect(scan, "}");
    scan->depth--;
    return parsed;
}
