/* emit_uses.c - looks through functions for what they use, before they are written.
 *
 *   vec a = silu x   ->   uses.ops[KOP_silu]
 *
 * Helpers, includes and local names are written only when something uses them.
 */
#include <math.h>
#include <string.h>

#include "emit_internal.h"

typedef void ExprVisitor(const IntExpr *expr, void *context);

static void walk_int(const IntExpr *expr, ExprVisitor *visit, void *context) {
    if (!expr) {
        return;
    }
    visit(expr, context);
    walk_int(expr->a, visit, context);
    walk_int(expr->b, visit, context);
}

static void walk_reg(const Reg *reg, ExprVisitor *visit, void *context) {
    for (int i = 0; i < reg->n_index; i++) {
        walk_int(reg->index[i], visit, context);
    }
}

/* Every int expression of one statement, not of its body. */
static void walk_stmt(const Stmt *stmt, ExprVisitor *visit, void *context) {
    const IntExpr *const exprs[] = {stmt->value, stmt->other_value, stmt->cond, stmt->lo, stmt->hi};
    for (size_t i = 0; i < sizeof exprs / sizeof *exprs; i++) {
        walk_int(exprs[i], visit, context);
    }
    walk_reg(&stmt->reg, visit, context);
    walk_reg(&stmt->base, visit, context);
    walk_reg(&stmt->other, visit, context);
    for (int i = 0; i < 3; i++) {
        walk_reg(&stmt->operand[i], visit, context);
    }
    for (int i = 0; i < stmt->n_args; i++) {
        walk_reg(&stmt->args[i].base, visit, context);
        walk_int(stmt->args[i].value, visit, context);
    }
}

static void note_int(const IntExpr *expr, void *context) {
    EmitUses *uses = context;
    uses->min_int |= expr->kind == INT_MIN;
    uses->max_int |= expr->kind == INT_MAX;
}

static bool names_zeros(const Stmt *stmt) {
    bool found = (stmt->base.name && strcmp(stmt->base.name, "zeros") == 0) ||
                 (stmt->other.name && strcmp(stmt->other.name, "zeros") == 0);
    for (int i = 0; i < stmt->n_args; i++) {
        found |= stmt->args[i].base.name && strcmp(stmt->args[i].base.name, "zeros") == 0;
    }
    return found;
}

static void note_stmts(const StmtList *list, EmitUses *uses) {
    for (int i = 0; i < list->count; i++) {
        const Stmt *stmt = list->at[i];
        walk_stmt(stmt, note_int, uses);
        if (stmt->kind == STMT_VEC || stmt->kind == STMT_SET) {
            uses->ops[stmt->op] = true;
            uses->infinity |= stmt->op == KOP_constant && isinf(stmt->number);
        }
        uses->store_first |= stmt->kind == STMT_STORE && stmt->cond;
        uses->split |= stmt->kind == STMT_SPLIT;
        uses->zeros |= names_zeros(stmt);
        note_stmts(&stmt->body, uses);
        note_stmts(&stmt->orelse, uses);
    }
}

/* From the last row to the first, as silu stands behind the sigmoid that it calls. */
static void composed_uses(Arena *arena, EmitUses *uses) {
    for (int i = COMPOSED_ROWS - 1; i >= 0; i--) {
        StmtList steps = {0};
        if (!uses->ops[emit_composed_rows[i].op]) {
            continue;
        }
        stmts_text(arena, &steps, "%s", emit_composed_rows[i].steps);
        for (int j = 0; j < steps.count; j++) {
            uses->ops[steps.at[j]->op] = true;
        }
    }
}

EmitUses emit_uses(const Module *module) {
    EmitUses uses = {0};
    for (int i = 0; i < module->n_functions; i++) {
        note_stmts(&module->functions[i]->body, &uses);
    }
    composed_uses(module->arena, &uses);
    return uses;
}

typedef struct NameCount {
    const char *name;
    int count;
} NameCount;

static void count_name(const char *name, NameCount *counted) {
    counted->count += name && strcmp(name, counted->name) == 0;
}

static void count_int(const IntExpr *expr, void *context) {
    count_name(expr->kind == INT_VAR ? expr->name : NULL, context);
}

static void count_stmts(const StmtList *list, NameCount *counted) {
    for (int i = 0; i < list->count; i++) {
        const Stmt *stmt = list->at[i];
        walk_stmt(stmt, count_int, counted);
        count_name(stmt->base.name, counted);
        count_name(stmt->kind == STMT_SPLIT ? NULL : stmt->other.name, counted);
        for (int j = 0; j < 3; j++) {
            count_name(stmt->operand[j].name, counted);
        }
        for (int j = 0; j < stmt->n_args; j++) {
            count_name(stmt->args[j].base.name, counted);
        }
        count_stmts(&stmt->body, counted);
        count_stmts(&stmt->orelse, counted);
    }
}

int emit_count_uses(const Function *function, const char *name) {
    NameCount counted = {name, 0};
    count_stmts(&function->body, &counted);
    return counted.count;
}

static bool changes(const StmtList *list, const char *name) {
    for (int i = 0; i < list->count; i++) {
        const Stmt *stmt = list->at[i];
        if (stmt->kind == STMT_ASSIGN && strcmp(stmt->reg.name, name) == 0) {
            return true;
        }
        if (changes(&stmt->body, name) || changes(&stmt->orelse, name)) {
            return true;
        }
    }
    return false;
}

bool emit_is_changed(const Function *function, const char *name) {
    return changes(&function->body, name);
}

bool emit_is_read(const Function *function, int param) {
    return emit_count_uses(function, function->params[param].name) > 0;
}

bool emit_needs_sleef(const Module *module) {
    EmitUses uses = emit_uses(module);
    return uses.ops[KOP_exp] || uses.ops[KOP_erf];
}
