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
 * consecutive in its variable or the same for all. So a step of 16 does what 16 steps did, in the
 * same order within each lane. The number of steps must be a multiple of the lanes; it is, because
 * lowering runs such loops over whole 64-byte lines or panels. A store of the lanes below E becomes
 * one of the first max(min(E, 16), 0).
 */
#include "kstmt.h"
#include "pass.h"

typedef struct Vectors {
    Arena *arena;
    const IntExpr *lanes; /* of the target, a constant */
    const char *name;     /* variable of the loop being vectorized */
} Vectors;

/* Indices of registers count vectors instead of channels: [o] becomes [o / 16]. Offsets in memory
 * still count floats. */
static void divide_index(const StmtUse *use, void *context) {
    const Vectors *vectors = context;
    bool is_register = use->role == ROLE_VECTOR || use->role == ROLE_CHANGE_VECTOR ||
                       use->role == ROLE_DEFINE_VECTOR;
    const IntExpr *variable = int_var(vectors->arena, vectors->name);
    const IntExpr *vector = int_new(vectors->arena, INT_DIV, variable, vectors->lanes);
    for (int i = 0; is_register && i < use->reg->n_index; i++) {
        use->reg->index[i] =
            int_substitute(vectors->arena, use->reg->index[i], vectors->name, vector);
    }
}

static void divide_indices(Stmt *stmt, void *context) {
    stmt_each_use(stmt, divide_index, context);
}

/* Turns "below E" into the number of lanes that lie below the bound, now that lanes are known. */
static void clamp_store(const Vectors *vectors, Stmt *store) {
    const IntExpr *most = int_new(vectors->arena, INT_MIN, store->below, vectors->lanes);
    store->cond = int_new(vectors->arena, INT_MAX, most, int_const(vectors->arena, 0));
    store->below = NULL;
}

/* Checks constant bounds; others are whole lines or panels, as lowering writes them. */
static void check_steps(const Vectors *vectors, const Stmt *loop) {
    const IntExpr *steps = int_new(vectors->arena, INT_SUB, loop->hi, loop->lo);
    if (loop->extent != 1 || (steps->kind == INT_CONST && steps->number % vectors->lanes->number)) {
        internal_error("vectorize", "the loop over %s is no whole number of vectors", loop->name);
    }
}

static void vectorize_stmt(Stmt *stmt, void *context) {
    Vectors vectors = *(const Vectors *)context;
    vectors.name = stmt->name;
    if (stmt->below) {
        clamp_store(&vectors, stmt);
    }
    if (stmt->kind != STMT_FOR || (stmt->mark != LOOP_VECTOR && stmt->mark != LOOP_VECTOR_UNROLL)) {
        return;
    }
    check_steps(&vectors, stmt);
    stmt->extent = vectors.lanes->number;
    if (stmt->mark == LOOP_VECTOR_UNROLL) {
        stmts_each(&stmt->body, divide_indices, &vectors);
    }
    stmt->mark = stmt->mark == LOOP_VECTOR ? LOOP_PLAIN : LOOP_UNROLL;
}

bool pass_vectorize(Unit *unit) {
    Vectors vectors = {unit->arena, int_const(unit->arena, unit->target->lanes), NULL};
    for (int i = 0; i < unit->module->n_functions; i++) {
        stmts_each(&unit->module->functions[i]->body, vectorize_stmt, &vectors);
    }
    unit->module->stage = KSTAGE_VECTOR;
    return true;
}
