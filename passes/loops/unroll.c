/* unroll.c - replaces the loops over registers by their steps.
 *
 *   before  for r = 0 to 2 step 1 unroll {            after  vec x[0] = broadcast a[k]
 *             vec x[r] = broadcast a[r * pitch + k]          vec x[1] = broadcast a[pitch + k]
 *           }
 *
 * The emitted C has one variable for each register, acc_3_1, and a variable cannot be indexed: so
 * every index of a register must be a constant. Steps keep their order, so the same operations
 * happen in the same order.
 */
#include "pass.h"

static StmtList unrolled_list(Arena *arena, const StmtList *list);

/* Appends the steps of a loop to a list; a step beyond the largest number is one beyond hi. Loops
 * inside it are unrolled after that, when the bounds that depend on its variable have become
 * constants. */
static void unroll_loop(Arena *arena, StmtList *to, const Stmt *loop) {
    if (loop->lo->kind != INT_CONST || loop->hi->kind != INT_CONST) {
        internal_error("unroll", "the loop over %s has no constant bounds", loop->name);
    }
    StmtList steps = {0};
    int64_t i = loop->lo->number;
    for (bool more = true; more && i < loop->hi->number;
         more = int_fold(INT_ADD, i, loop->extent, &i)) {
        stmts_copy(arena, &steps, &loop->body, loop->name, int_const(arena, i));
    }
    StmtList flat = unrolled_list(arena, &steps);
    stmts_copy(arena, to, &flat, NULL, NULL);
}

/* A list of statements without marked loops, at any depth. */
static StmtList unrolled_list(Arena *arena, const StmtList *list) {
    StmtList result = {0};
    for (int i = 0; i < list->count; i++) {
        const Stmt *stmt = list->at[i];
        if (stmt->kind == STMT_FOR && stmt->mark == LOOP_UNROLL) {
            unroll_loop(arena, &result, stmt);
            continue;
        }
        Stmt *kept = stmt_add(arena, &result, stmt->kind, stmt->name);
        *kept = *stmt;
        kept->body = unrolled_list(arena, &stmt->body);
        kept->orelse = unrolled_list(arena, &stmt->orelse);
    }
    return result;
}

bool pass_unroll(Unit *unit) {
    for (int i = 0; i < unit->module->n_functions; i++) {
        Function *function = unit->module->functions[i];
        function->body = unrolled_list(unit->arena, &function->body);
    }
    unit->module->stage = KSTAGE_UNROLLED;
    return true;
}
