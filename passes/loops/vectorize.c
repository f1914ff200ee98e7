/* vectorize.c - turns loops over channels into steps of whole vectors.
 *
 *   before  for c = 0 to 736 step 1 vector {          for o = 0 to 32 step 1 vector unroll {
 *             vec x = load in[c]                        vec acc[r][o] = load bias[o]
 *           }                                         }
 *   after   for c = 0 to 736 step 16 {                for o = 0 to 32 step 16 unroll {
 *             vec x = load in[c]                        vec acc[r][o / 16] = load bias[o]
 *           }                                         }
 *
 * Each operation of kops.def works lane by lane, and what a marked loop loads and stores is
 * consecutive in its variable or the same for all, so a step of 16 does what 16 steps did, in the
 * same order within each lane. The number of steps must come out even, which holds because lowering
 * runs such loops over whole 64-byte lines or panels. "first max(min(E, 1), 0)" of a store, how
 * many of one lane there are, becomes how many of 16.
 */
#include "pass.h"

typedef struct Vectors {
    Arena *arena;
    const IntExpr *lanes;
} Vectors;

/* Registers are counted in vectors from here on: [o] becomes [o / 16]. */
static void divide_index(const Vectors *vectors, Reg *reg, const char *name) {
    const IntExpr *variable = int_var(vectors->arena, name);
    const IntExpr *vector = int_new(vectors->arena, INT_DIV, variable, vectors->lanes);
    for (int i = 0; i < reg->n_index; i++) {
        reg->index[i] = int_substitute(vectors->arena, reg->index[i], name, vector);
    }
}

static void divide_indices(const Vectors *vectors, const StmtList *list, const char *name) {
    for (int i = 0; i < list->count; i++) {
        Stmt *stmt = list->at[i];
        if (stmt->kind == STMT_VEC || stmt->kind == STMT_SET) {
            divide_index(vectors, &stmt->reg, name);
        }
        for (int j = 0; j < 3; j++) {
            divide_index(vectors, &stmt->operand[j], name);
        }
        divide_indices(vectors, &stmt->body, name);
    }
}

/* max(min(E, 1), 0) of one lane, or of as many as there are. */
static const IntExpr *clamp_to_lanes(const Vectors *vectors, const IntExpr *count) {
    const IntExpr *one = count->kind == INT_MAX ? count->a : NULL;
    if (!one || one->kind != INT_MIN) {
        return count;
    }
    return int_new(vectors->arena, INT_MAX,
                   int_new(vectors->arena, INT_MIN, one->a, vectors->lanes), count->b);
}

static void clamp_stores(const Vectors *vectors, const StmtList *list) {
    for (int i = 0; i < list->count; i++) {
        Stmt *stmt = list->at[i];
        if (stmt->kind == STMT_STORE && stmt->cond) {
            stmt->cond = clamp_to_lanes(vectors, stmt->cond);
        }
        clamp_stores(vectors, &stmt->body);
    }
}

static void check_steps(const Vectors *vectors, const Stmt *loop) {
    const IntExpr *steps = int_new(vectors->arena, INT_SUB, loop->hi, loop->lo);
    if (loop->extent != 1 || (steps->kind == INT_CONST && steps->number % vectors->lanes->number)) {
        internal_error("vectorize", "the loop over %s is no whole number of vectors", loop->name);
    }
}

static void vectorize_loop(const Vectors *vectors, Stmt *loop) {
    check_steps(vectors, loop);
    loop->extent = vectors->lanes->number;
    clamp_stores(vectors, &loop->body);
    if (loop->mark == LOOP_VECTOR_UNROLL) {
        divide_indices(vectors, &loop->body, loop->name);
    }
    loop->mark = loop->mark == LOOP_VECTOR ? LOOP_PLAIN : LOOP_UNROLL;
}

static void vectorize_list(const Vectors *vectors, const StmtList *list) {
    for (int i = 0; i < list->count; i++) {
        Stmt *stmt = list->at[i];
        bool marked = stmt->mark == LOOP_VECTOR || stmt->mark == LOOP_VECTOR_UNROLL;
        if (stmt->kind == STMT_FOR && marked) {
            vectorize_loop(vectors, stmt);
        }
        vectorize_list(vectors, &stmt->body);
        vectorize_list(vectors, &stmt->orelse);
    }
}

bool pass_vectorize(Unit *unit) {
    Vectors vectors = {unit->arena, int_const(unit->arena, unit->target->lanes)};
    for (int i = 0; i < unit->module->n_functions; i++) {
        vectorize_list(&vectors, &unit->module->functions[i]->body);
    }
    unit->module->stage = KSTAGE_VECTOR;
    return true;
}
