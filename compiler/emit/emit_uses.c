/* emit_uses.c - looks through functions for what they use, before they are written.
 *
 *   vec a = silu x   ->   uses.ops[KOP_silu], and [KOP_sigmoid], [KOP_exp] that silu is made of
 *
 * Helpers, includes and local names are written only when something uses them, as compilers warn
 * about unused ones. Everything here walks the rows of kstmt.h, so a kind of statement that is
 * added there is seen without a change.
 */
#include <math.h>
#include <string.h>

#include "emit_internal.h"
#include "kmatrix.h"
#include "kstmt.h"

typedef void ExprVisitor(const IntExpr *expr, void *context);

/* Visits an int expression and its operands; the indices of a variable are operands too. */
static void walk_int(const IntExpr *expr, ExprVisitor *visit, void *context) {
    if (!expr) {
        return;
    }
    visit(expr, context);
    walk_int(expr->a, visit, context);
    walk_int(expr->b, visit, context);
}

/* Visits the int expressions of a use: the indices of its variable and its own expression. */
static void walk_use(const StmtUse *use, ExprVisitor *visit, void *context) {
    for (int i = 0; use->reg && i < use->reg->n_index; i++) {
        walk_int(use->reg->index[i], visit, context);
    }
    if (use->expr) {
        walk_int(*use->expr, visit, context);
    }
}

static void note_int(const IntExpr *expr, void *context) {
    EmitUses *uses = context;
    uses->min_int |= expr->kind == INT_MIN;
    uses->max_int |= expr->kind == INT_MAX;
}

static void note_use(const StmtUse *use, void *context) {
    EmitUses *uses = context;
    walk_use(use, note_int, uses);
}

static void note_stmt(Stmt *stmt, void *context) {
    EmitUses *uses = context;
    stmt_each_use(stmt, note_use, uses);
    if (stmt->kind == STMT_VEC || stmt->kind == STMT_SET) {
        uses->ops[stmt->op] = true;
        uses->infinity |= stmt->op == KOP_constant && isinf(stmt->number);
    }
    uses->store_first |= stmt->kind == STMT_STORE && stmt->cond;
    uses->matrix |= stmt->kind == STMT_CALL && matrix_named(stmt->name) != MATRIX_COUNT;
    if (stmt->kind == STMT_STORE) {
        uses->stores[stmt->element] = true;
    }
}

/* Adds the operations that composed ones are made of. From the last row to the first: silu's steps
 * mark sigmoid, whose row comes before it and is visited later, and sigmoid's mark exp. */
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
        stmts_each(&module->functions[i]->body, note_stmt, &uses);
    }
    composed_uses(module->arena, &uses);
    return uses;
}

/* How often a function's statements read a name, and change it; whether it is an array of pointers,
 * and what a pointer or an array of them points to. */
typedef struct NameUses {
    int reads, changes;
    bool is_array;
    Element element; /* ELEMENT_none: nothing says it */
} NameUses;

typedef struct NameTable {
    Arena *arena;
    Map *names; /* to NameUses */
} NameTable;

static NameUses *uses_of_name(const NameTable *table, const char *name) {
    NameUses *uses = map_get(table->names, name);
    if (!uses) {
        uses = NEW(table->arena, NameUses);
        map_put(table->names, name, uses);
    }
    return uses;
}

static void count_int(const IntExpr *expr, void *context) {
    if (expr->kind == INT_VAR) {
        uses_of_name(context, expr->name)->reads++;
    }
}

static void count_use(const StmtUse *use, void *context) {
    walk_use(use, count_int, context);
    if (use->name && role_reads(use->role)) {
        uses_of_name(context, use->name)->reads++;
    } else if (use->name && use->role == ROLE_CHANGE_INT) {
        uses_of_name(context, use->name)->changes++;
    }
}

static void count_stmt(Stmt *stmt, void *context) {
    stmt_each_use(stmt, count_use, context);
    if (stmt->kind == STMT_PTRS) {
        uses_of_name(context, stmt->reg.name)->is_array = true;
    }
    if (stmt->kind == STMT_PTRS || stmt->kind == STMT_PTR) {
        uses_of_name(context, stmt->reg.name)->element = stmt->element;
    }
}

static void count_function(NameTable *table, const Function *function) {
    for (int i = 0; i < function->n_params; i++) {
        NameUses *uses = uses_of_name(table, function->params[i].name);
        uses->is_array = function->params[i].kind == PARAM_PTRS;
        uses->element = function->params[i].element;
    }
    stmts_each(&function->body, count_stmt, table);
}

/* The table of a function is made when it is first asked. */
static NameUses name_uses(const Emit *emit, const Function *function, const char *name) {
    NameTable table = {emit->arena, map_get(emit->names, function)};
    if (!table.names) {
        table.names = map_by_name(emit->arena);
        map_put(emit->names, function, table.names);
        count_function(&table, function);
    }
    const NameUses *uses = map_get(table.names, name);
    return uses ? *uses : (NameUses){0};
}

int emit_count_uses(const Emit *emit, const Function *function, const char *name) {
    return name_uses(emit, function, name).reads;
}

bool emit_is_changed(const Emit *emit, const char *name) {
    return emit->function && name_uses(emit, emit->function, name).changes > 0;
}

bool emit_is_array(const Emit *emit, const char *name) {
    return emit->function && name_uses(emit, emit->function, name).is_array;
}

/* Parameters of kernels, and the zeros, point to f32. */
Element emit_element(const Emit *emit, const char *name) {
    Element element = emit->function ? name_uses(emit, emit->function, name).element : ELEMENT_none;
    return element == ELEMENT_none ? ELEMENT_f32 : element;
}

bool emit_is_read(const Emit *emit, const Function *function, int param) {
    return emit_count_uses(emit, function, function->params[param].name) > 0;
}

bool emit_needs_sleef(const Module *module) {
    EmitUses uses = emit_uses(module);
    return uses.ops[KOP_exp] || uses.ops[KOP_erf];
}
