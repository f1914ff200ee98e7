/* emit_stmt.c - writes one C statement for each statement of kernel IR.
 *
 *   acc[3][1] = fma x[3], w[1], acc[3][1]   ->   acc_3_1 = _mm256_fmadd_ps(x_3, w_1, acc_3_1);
 *
 * Vector operations are spelled by the target's rows (ir/target/NAME.def); everything else is plain
 * C. Each statement stays where it is and keeps its operands, so the C computes what the module
 * computes; only hints (prefetch) that a target has no spelling for are left out. Braces and line
 * breaks follow the .clang-format of generated/.
 */
#include <inttypes.h>
#include <string.h>

#include "emit_internal.h"

/* C text for the holes of a target's row; NULL where the statement has nothing for a hole. */
typedef struct Holes {
    const char *operand[3]; /* {0} {1} {2}: vectors */
    const char *pointer;    /* {p}: base + offset */
    const char *memory;     /* {m}: base[offset], the float there */
    const char *number;     /* {n}: a constant, a lane, or a number of lanes */
} Holes;

static const char *hole_text(const Holes *holes, char hole) {
    if (hole >= '0' && hole <= '2') {
        return holes->operand[hole - '0'];
    }
    return hole == 'p' ? holes->pointer : hole == 'm' ? holes->memory : holes->number;
}

/* "_mm256_fmadd_ps({0}, {1}, {2})" with its holes filled. Rows have no other braces. */
static const char *fill(const Emit *emit, const char *row, const Holes *holes) {
    const char *text = "";
    while (*row) {
        int plain = (int)strcspn(row, "{");
        text = arena_printf(emit->arena, "%s%.*s", text, plain, row);
        row += plain;
        if (*row) {
            text = arena_printf(emit->arena, "%s%s", text, hole_text(holes, row[1]));
            row += strlen("{0}");
        }
    }
    return text;
}

/* The holes that a vector statement, a store or a prefetch can fill. */
static Holes access_holes(const Emit *emit, const Stmt *stmt) {
    bool by_lane = stmt->kind != STMT_STORE && kop_is(stmt->op, OF_LANE);
    Holes holes = {.number =
                       by_lane ? emit_int(emit, stmt->value) : emit_number(emit, stmt->number)};
    if (stmt->base.name) {
        holes.pointer = emit_pointer(emit, &stmt->base, stmt->value);
        holes.memory = emit_memory(emit, &stmt->base, stmt->value);
    }
    for (int i = 0; i < 3; i++) {
        if (stmt->operand[i].name) {
            holes.operand[i] = emit_reg(emit, &stmt->operand[i]);
        }
    }
    return holes;
}

/* "__m256 x = ROW;" or "x = ROW;". An operation without a row is a call of the function that
 * emit_composed() has written. */
static void emit_vector(const Emit *emit, const Stmt *stmt, int depth) {
    Holes holes = access_holes(emit, stmt);
    const char *row = emit->target->spelling[stmt->op];
    const char *value =
        row ? fill(emit, row, &holes)
            : arena_printf(emit->arena, "%s(%s)", kop_info(stmt->op)->name, holes.operand[0]);
    const char *name = emit_reg(emit, &stmt->reg);
    if (stmt->kind == STMT_VEC) {
        const char *type = target_vector(emit->target, kop_info(stmt->op)->gives);
        emit_linef(emit, depth, "%s %s = %s;", type, name, value);
    } else {
        emit_linef(emit, depth, "%s = %s;", name, value);
    }
}

/* With a condition only the first cond lanes are stored: {n} of the row store_first is that int. */
static void emit_store(const Emit *emit, const Stmt *stmt, int depth) {
    Holes holes = access_holes(emit, stmt);
    const char *row = target_store(emit->target, stmt->element);
    if (stmt->cond) {
        holes.number = emit_int(emit, stmt->cond);
        row = emit->target->store_first;
    }
    emit_linef(emit, depth, "%s;", fill(emit, row, &holes));
}

/* extent is the cache level, 1 to 3. */
static void emit_prefetch(const Emit *emit, const Stmt *stmt, int depth) {
    const char *row = emit->target->prefetch[stmt->extent];
    Holes holes = access_holes(emit, stmt);
    if (row) {
        emit_linef(emit, depth, "%s;", fill(emit, row, &holes));
    }
}

/* "const float *row"; an element of an array is declared already. */
static const char *pointer_head(const Emit *emit, const Stmt *stmt) {
    const char *name = emit_reg(emit, &stmt->reg);
    if (strchr(name, '[')) {
        return name;
    }
    return arena_printf(emit->arena, "%s%s *%s", stmt->is_mutable ? "" : "const ",
                        element_info(stmt->element)->c_type, name);
}

/* A pointer to elements of another type than those its base points to: through void, as C converts
 * that one by itself. A field of xnc_args is one already. */
static const char *cast_text(const Emit *emit, const Stmt *stmt, const Reg *base,
                             const char *pointer) {
    bool is_field = strchr(base->name, '>') != NULL;
    if (is_field || stmt->element == emit_element(emit, base->name)) {
        return pointer;
    }
    return arena_printf(emit->arena, "(%svoid *)(%s)", stmt->is_mutable ? "" : "const ", pointer);
}

/* p = cond ? base : other. Too long for one line, it is written as p = other; if (cond) p = base;
 * which is the same, as pointers have no side effects. */
static void emit_choice(const Emit *emit, const Stmt *stmt, const char *head, int depth) {
    const char *cond = emit_int(emit, stmt->cond);
    const char *base =
        cast_text(emit, stmt, &stmt->base, emit_pointer(emit, &stmt->base, stmt->value));
    const char *other =
        cast_text(emit, stmt, &stmt->other, emit_pointer(emit, &stmt->other, stmt->other_value));
    const char *line = arena_printf(emit->arena, "%s = %s ? %s : %s;", head, cond, base, other);
    if (strlen(line) + (size_t)depth * EMIT_INDENT <= EMIT_COLUMNS) {
        emit_line(emit, depth, line);
        return;
    }
    emit_linef(emit, depth, "%s = %s;", head, other);
    emit_linef(emit, depth, "if (%s)", cond);
    emit_linef(emit, depth + 1, "%s = %s;", emit_reg(emit, &stmt->reg), base);
}

static void emit_ptr(const Emit *emit, const Stmt *stmt, int depth) {
    const char *head = pointer_head(emit, stmt);
    if (stmt->cond) {
        emit_choice(emit, stmt, head, depth);
    } else {
        const char *pointer = emit_pointer(emit, &stmt->base, stmt->value);
        emit_linef(emit, depth, "%s = %s;", head, cast_text(emit, stmt, &stmt->base, pointer));
    }
}

static void emit_int_definition(const Emit *emit, const Stmt *stmt, int depth) {
    bool is_changed = emit_is_changed(emit, stmt->reg.name);
    emit_linef(emit, depth, "%s%s %s = %s;", is_changed ? "" : "const ", emit->int_type,
               emit_reg(emit, &stmt->reg), emit_int(emit, stmt->value));
}

/* This task's share of count iterations: [count * task / tasks, count * (task + 1) / tasks). The
 * shares of neighbouring tasks meet, so together they are 0 .. count, and differ by one at most.
 * In 64 bits, as count * tasks may be more than an int holds. */
static void emit_split(const Emit *emit, const Stmt *stmt, int depth) {
    const char *count = emit_int(emit, stmt->value);
    if (stmt->value->kind != INT_CONST && stmt->value->kind != INT_VAR) {
        count = arena_printf(emit->arena, "(%s)", count);
    }
    const char *type = emit->int_type;
    emit_linef(emit, depth, "const %s %s = (%s)((int64_t)%s * args->task / args->tasks);", type,
               stmt->name, type, count);
    emit_linef(emit, depth, "const %s %s = (%s)((int64_t)%s * (args->task + 1) / args->tasks);",
               type, stmt->other.name, type, count);
}

/* An int, a pointer with its offset, or a whole array of pointers, which has no value. */
static const char *arg_text(const Emit *emit, const KArg *arg) {
    if (!arg->base.name) {
        return emit_int(emit, arg->value);
    }
    return arg->value ? emit_pointer(emit, &arg->base, arg->value) : emit_reg(emit, &arg->base);
}

/* Arguments for parameters that the callee never reads are left out, as its head has none. */
static void emit_call(const Emit *emit, const Stmt *stmt, int depth) {
    const Function *callee = module_function(emit->module, stmt->name);
    const char *args = "";
    for (int i = 0; i < stmt->n_args; i++) {
        if (!callee || emit_is_read(emit, callee, i)) {
            args = arena_printf(emit->arena, "%s%s%s", args, *args ? ", " : "",
                                arg_text(emit, &stmt->args[i]));
        }
    }
    emit_linef(emit, depth, "%s(%s);", stmt->name, args);
}

/* Whether a body is one statement of C that declares nothing, so that it needs no braces. A
 * prefetch may be no statement at all and a choice of pointers may be two. */
static bool is_simple(const StmtList *body) {
    if (body->count != 1) {
        return false;
    }
    StmtKind kind = body->at[0]->kind;
    return kind == STMT_ASSIGN || kind == STMT_SET || kind == STMT_STORE || kind == STMT_COPY ||
           kind == STMT_CALL;
}

/* "i++" for a step of 1. XNC_UNROLL is a hint to the C compiler (xnc_model.h). */
static void emit_for(const Emit *emit, const Stmt *stmt, int depth) {
    const char *step = stmt->extent == 1
                           ? arena_printf(emit->arena, "%s++", stmt->name)
                           : arena_printf(emit->arena, "%s += %" PRId64, stmt->name, stmt->extent);
    bool simple = is_simple(&stmt->body);
    if (stmt->mark == LOOP_UNROLL_BY) {
        emit_linef(emit, depth, "XNC_UNROLL(%" PRId64 ")", stmt->factor);
    }
    emit_linef(emit, depth, "for (%s %s = %s; %s < %s; %s)%s", emit->int_type, stmt->name,
               emit_int(emit, stmt->lo), stmt->name, emit_int(emit, stmt->hi), step,
               simple ? "" : " {");
    emit_stmts(emit, &stmt->body, depth + 1);
    if (!simple) {
        emit_line(emit, depth, "}");
    }
}

static void emit_while(const Emit *emit, const Stmt *stmt, int depth) {
    bool simple = is_simple(&stmt->body);
    emit_linef(emit, depth, "while (%s)%s", emit_int(emit, stmt->cond), simple ? "" : " {");
    emit_stmts(emit, &stmt->body, depth + 1);
    if (!simple) {
        emit_line(emit, depth, "}");
    }
}

static bool is_else_if(const Stmt *stmt) {
    return stmt->orelse.count == 1 && stmt->orelse.at[0]->kind == STMT_IF;
}

/* Whether no branch of an if with its else branches needs braces. */
static bool is_simple_chain(const Stmt *stmt) {
    if (!is_simple(&stmt->body)) {
        return false;
    }
    if (is_else_if(stmt)) {
        return is_simple_chain(stmt->orelse.at[0]);
    }
    return stmt->orelse.count == 0 || is_simple(&stmt->orelse);
}

/* An if with its else branches, else-ifs written as a chain; all branches get braces as soon as one
 * needs them. */
static void emit_if(const Emit *emit, const Stmt *stmt, int depth) {
    bool simple = is_simple_chain(stmt);
    const char *open = simple ? "" : " {", *close = simple ? "" : "} ";
    emit_linef(emit, depth, "if (%s)%s", emit_int(emit, stmt->cond), open);
    emit_stmts(emit, &stmt->body, depth + 1);
    while (is_else_if(stmt)) {
        stmt = stmt->orelse.at[0];
        emit_linef(emit, depth, "%selse if (%s)%s", close, emit_int(emit, stmt->cond), open);
        emit_stmts(emit, &stmt->body, depth + 1);
    }
    if (stmt->orelse.count > 0) {
        emit_linef(emit, depth, "%selse%s", close, open);
        emit_stmts(emit, &stmt->orelse, depth + 1);
    }
    if (!simple) {
        emit_line(emit, depth, "}");
    }
}

/* "y += 3" instead of "y = y + 3". Compared as text, as the variable may have indices. */
static void emit_assign(const Emit *emit, const Stmt *stmt, int depth) {
    const char *name = emit_reg(emit, &stmt->reg);
    const IntExpr *value = stmt->value;
    bool step = (value->kind == INT_ADD || value->kind == INT_SUB) &&
                strcmp(emit_int(emit, value->a), name) == 0;
    if (step) {
        emit_linef(emit, depth, "%s %s= %s;", name, value->kind == INT_ADD ? "+" : "-",
                   emit_int(emit, value->b));
    } else {
        emit_linef(emit, depth, "%s = %s;", name, emit_int(emit, value));
    }
}

/* Neighbouring dims as one enum, on one line when it fits: "enum { pitch = 736, rows = 3 };".
 * Enumerators are integer constant expressions, so array sizes may use them. Returns how many. */
static int emit_dims(const Emit *emit, const StmtList *list, int from, int depth) {
    const char *text = "";
    int count = 0;
    for (; from + count < list->count && list->at[from + count]->kind == STMT_DIM; count++) {
        const Stmt *dim = list->at[from + count];
        text = arena_printf(emit->arena, "%s%s%s = %s", text, count ? ", " : "",
                            emit_reg(emit, &dim->reg), emit_int(emit, dim->value));
    }
    text = arena_printf(emit->arena, "enum { %s };", text);
    if (strlen(text) + (size_t)depth * EMIT_INDENT <= EMIT_COLUMNS) {
        emit_line(emit, depth, text);
        return count;
    }
    emit_line(emit, depth, "enum {");
    for (int i = from; i < from + count; i++) {
        emit_linef(emit, depth + 1, "%s = %s%s", emit_reg(emit, &list->at[i]->reg),
                   emit_int(emit, list->at[i]->value), i + 1 < from + count ? "," : "");
    }
    emit_line(emit, depth, "};");
    return count;
}

static void emit_stmt(const Emit *emit, const Stmt *stmt, int depth) {
    switch (stmt->kind) {
    case STMT_COMMENT:
        emit_comment(emit, depth, stmt->name);
        break;
    case STMT_DIM:
        break;
    case STMT_INT:
        emit_int_definition(emit, stmt, depth);
        break;
    case STMT_ASSIGN:
        emit_assign(emit, stmt, depth);
        break;
    case STMT_PTRS:
        emit_linef(emit, depth, "const %s *%s[%" PRId64 "];", element_info(stmt->element)->c_type,
                   stmt->reg.name, stmt->extent);
        break;
    case STMT_PTR:
        emit_ptr(emit, stmt, depth);
        break;
    case STMT_VEC:
    case STMT_SET:
        emit_vector(emit, stmt, depth);
        break;
    case STMT_STORE:
        emit_store(emit, stmt, depth);
        break;
    case STMT_COPY:
        emit_linef(emit, depth, "%s = %s;", emit_memory(emit, &stmt->base, stmt->value),
                   emit_memory(emit, &stmt->other, stmt->other_value));
        break;
    case STMT_PREFETCH:
        emit_prefetch(emit, stmt, depth);
        break;
    case STMT_FOR:
        emit_for(emit, stmt, depth);
        break;
    case STMT_SPLIT:
        emit_split(emit, stmt, depth);
        break;
    case STMT_WHILE:
        emit_while(emit, stmt, depth);
        break;
    case STMT_IF:
        emit_if(emit, stmt, depth);
        break;
    case STMT_CALL:
        emit_call(emit, stmt, depth);
        break;
    }
}

/* Dims are handled here, as emit_dims() takes a run of statements at once. */
void emit_stmts(const Emit *emit, const StmtList *list, int depth) {
    for (int i = 0; i < list->count; i++) {
        if (list->at[i]->kind == STMT_DIM) {
            i += emit_dims(emit, list, i, depth) - 1;
        } else {
            emit_stmt(emit, list->at[i], depth);
        }
    }
}
