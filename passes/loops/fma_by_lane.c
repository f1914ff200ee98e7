/* fma_by_lane.c - lets chains of multiply-adds take their factors from the lanes of loaded vectors.
 *
 *   before  for k = 0 to depth step 1 {
 *             vec b = load w[k * 4]
 *             vec x = broadcast a[k]
 *             acc = fma x, b, acc
 *           }
 *   after   for k = 0 to depth / 4 * 4 step 4 {
 *             vec a_lanes = load a[k]
 *             for lane = 0 to 4 step 1 unroll {
 *               vec b[lane] = load w[(k + lane) * 4]
 *               acc = fma_lane a_lanes, b[lane], acc, lane
 *             }
 *           }
 *           for k = depth / 4 * 4 to depth step 1 {
 *             ... as before
 *           }
 *
 * Only for targets with such an instruction: one load then serves as many steps as a vector has
 * lanes, and no register is filled with copies of one number. Steps keep their order, and a lane
 * of a vector is the number that was broadcast, so bits stay the same. Nothing is read that was not
 * read before: steps that do not fill a vector stay as they are.
 *
 * Products of integers go likewise, four elements in a lane: dot_signed becomes dot_signed_lane.
 *
 * A loop is rewritten if it computes vectors and nothing else, and what it broadcasts at k, or a
 * number behind it, is only multiplied; any other loop stays.
 */
#include <string.h>

#include "kstmt.h"
#include "pass.h"

#define LANE_NAME "lane"

enum { MOST_FACTORS = 8 /* different broadcasts in one loop */ };

/* Operations of a step, and those that take their place. */
typedef struct Form {
    KOp broadcast, multiply, load, by_lane;
    int64_t each; /* elements of a lane */
} Form;

static const Form forms[] = {
    {KOP_broadcast, KOP_fma, KOP_load, KOP_fma_lane, 1},
    {KOP_broadcast_signed, KOP_dot_signed, KOP_load_quads, KOP_dot_signed_lane, QUAD},
};

/* A broadcast that becomes a lane of a loaded vector. */
typedef struct Factor {
    const Stmt *broadcast;
    const IntExpr *start; /* the offset without k and without ahead */
    int64_t ahead;        /* elements behind k */
} Factor;

/* A loop that may be rewritten. */
typedef struct ByLane {
    Arena *arena;
    const Stmt *loop;
    const Form *form;
    int64_t lanes; /* elements of a vector */
    Factor factors[MOST_FACTORS];
    int n_factors;
    bool stays; /* something in it does not allow the rewrite */
} ByLane;

static bool names(const IntExpr *expr, const char *name) {
    return expr && ((expr->kind == INT_VAR && strcmp(expr->name, name) == 0) ||
                    names(expr->a, name) || names(expr->b, name));
}

/* Splits start + k + ahead; false when the offset is no such sum. */
static bool split_offset(const ByLane *chain, const IntExpr *offset, Factor *factor) {
    const char *k = chain->loop->name;
    if (offset->kind == INT_ADD && offset->b->kind == INT_CONST) {
        factor->ahead = offset->b->number;
        offset = offset->a;
    }
    bool alone = offset->kind == INT_VAR;
    const IntExpr *last = alone ? offset : offset->b;
    if ((!alone && offset->kind != INT_ADD) || last->kind != INT_VAR ||
        strcmp(last->name, k) != 0) {
        return false;
    }
    factor->start = alone ? int_const(chain->arena, 0) : offset->a;
    return !names(factor->start, k) && factor->ahead >= 0 && factor->ahead < chain->loop->extent &&
           factor->ahead % chain->form->each == 0;
}

/* The factor of that name; NULL: it is none. */
static const Factor *factor_of(const ByLane *chain, const Reg *reg) {
    for (int i = 0; reg->name && i < chain->n_factors; i++) {
        if (strcmp(chain->factors[i].broadcast->reg.name, reg->name) == 0) {
            return &chain->factors[i];
        }
    }
    return NULL;
}

static bool same_register(const Reg *a, const Reg *b) {
    bool same = a->n_index == b->n_index;
    for (int i = 0; same && i < a->n_index; i++) {
        same = int_equal(a->index[i], b->index[i]);
    }
    return same;
}

/* An earlier factor whose vector holds this one too; NULL: there is none. */
static const Factor *loaded_before(const ByLane *chain, const Factor *factor) {
    for (const Factor *before = chain->factors; before < factor; before++) {
        if (strcmp(before->broadcast->base.name, factor->broadcast->base.name) == 0) {
            return before;
        }
    }
    return NULL;
}

/* Notes a broadcast; two of one pointer must be elements of the same vector. */
static void add_factor(ByLane *chain, const Stmt *stmt) {
    Factor *factor = &chain->factors[chain->n_factors];
    *factor = (Factor){.broadcast = stmt};
    if (chain->n_factors == MOST_FACTORS || factor_of(chain, &stmt->reg) ||
        !split_offset(chain, stmt->value, factor)) {
        chain->stays = true;
        return;
    }
    const Factor *before = loaded_before(chain, factor);
    chain->stays =
        chain->stays || (before && (!int_equal(before->start, factor->start) ||
                                    !same_register(&before->broadcast->reg, &stmt->reg)));
    chain->n_factors++;
}

/* Looks for what a loop must not have: other statements than operations on vectors and hints. */
static void look_at(Stmt *stmt, void *context) {
    ByLane *chain = context;
    switch (stmt->kind) {
    case STMT_VEC:
        if (stmt->op == chain->form->broadcast && names(stmt->value, chain->loop->name)) {
            add_factor(chain, stmt);
        } else {
            chain->stays = chain->stays || stmt->reg.n_index == 2;
        }
        break;
    case STMT_FOR:
        chain->stays = chain->stays || strcmp(stmt->name, chain->loop->name) == 0;
        break;
    case STMT_SET:
    case STMT_PREFETCH:
    case STMT_COMMENT:
        break;
    default:
        chain->stays = true;
    }
}

/* Factors may only be multiplied, as the first operand. */
static void look_at_operands(Stmt *stmt, void *context) {
    ByLane *chain = context;
    bool computes = stmt->kind == STMT_VEC || stmt->kind == STMT_SET;
    int operands = computes ? kop_info(stmt->op)->operands : 0;
    for (int i = stmt->op == chain->form->multiply ? 1 : 0; i < operands; i++) {
        chain->stays = chain->stays || factor_of(chain, &stmt->operand[i]);
    }
    if (stmt->kind == STMT_SET && factor_of(chain, &stmt->reg)) {
        chain->stays = true;
    }
}

/* Whether a list's loops over registers are all that has vectors in it: other loops hold hints. */
static bool is_flat(const StmtList *list, bool inside) {
    bool flat = true;
    for (int i = 0; flat && i < list->count; i++) {
        const Stmt *stmt = list->at[i];
        bool vector = stmt->kind == STMT_VEC || stmt->kind == STMT_SET;
        bool plain = stmt->kind == STMT_FOR && stmt->mark != LOOP_UNROLL;
        flat = !(vector && inside) && is_flat(&stmt->body, inside || plain);
    }
    return flat;
}

static bool can_rewrite(ByLane *chain) {
    const Stmt *loop = chain->loop;
    if (loop->mark == LOOP_UNROLL || loop->extent > chain->lanes ||
        chain->lanes % loop->extent != 0 || !is_flat(&loop->body, false)) {
        return false;
    }
    stmts_each(&loop->body, look_at, chain);
    stmts_each(&loop->body, look_at_operands, chain);
    return chain->n_factors > 0 && !chain->stays;
}

/* The vector that holds a factor: a_lanes[r]. */
static Reg vector_of(const ByLane *chain, const Factor *factor, const Reg *reg) {
    Reg vector = *reg;
    vector.name = arena_printf(chain->arena, "%s_lanes", factor->broadcast->base.name);
    return vector;
}

/* Appends the loads of the vectors, in the loops over registers that the broadcasts stand in. */
static void add_loads(const ByLane *chain, StmtList *to, const StmtList *from) {
    for (int i = 0; i < from->count; i++) {
        const Stmt *stmt = from->at[i];
        const Factor *factor = stmt->kind == STMT_VEC ? factor_of(chain, &stmt->reg) : NULL;
        StmtList inner = {0};
        add_loads(chain, &inner, &stmt->body);
        if (inner.count > 0) {
            Stmt *loop = stmt_add(chain->arena, to, stmt->kind, stmt->name);
            *loop = *stmt;
            loop->body = inner;
        } else if (factor && !loaded_before(chain, factor)) {
            Stmt *load = stmt_add(chain->arena, to, STMT_VEC, NULL);
            load->op = chain->form->load;
            load->reg = vector_of(chain, factor, &stmt->reg);
            load->base = stmt->base;
            load->value = int_new(chain->arena, INT_ADD, factor->start,
                                  int_var(chain->arena, chain->loop->name));
        }
    }
}

static bool defines(const StmtList *list, const char *name) {
    bool found = false;
    for (int i = 0; !found && i < list->count; i++) {
        const Stmt *stmt = list->at[i];
        found = (stmt->kind == STMT_VEC && strcmp(stmt->reg.name, name) == 0) ||
                defines(&stmt->body, name);
    }
    return found;
}

/* What a step defines is another variable in each step: b[o] becomes b[lane][o]. */
static void index_by_step(const StmtUse *use, void *context) {
    const ByLane *chain = context;
    bool vector = use->role == ROLE_VECTOR || use->role == ROLE_CHANGE_VECTOR ||
                  use->role == ROLE_DEFINE_VECTOR;
    if (vector && defines(&chain->loop->body, use->name) && !factor_of(chain, use->reg)) {
        use->reg->index[1] = use->reg->index[0];
        use->reg->index[0] = int_var(chain->arena, LANE_NAME);
        use->reg->n_index++;
    }
}

static void rewrite_stmt(Stmt *stmt, void *context) {
    const ByLane *chain = context;
    const Factor *factor = stmt->kind == STMT_SET || stmt->kind == STMT_VEC
                               ? factor_of(chain, &stmt->operand[0])
                               : NULL;
    stmt_each_use(stmt, index_by_step, context);
    if (factor && stmt->op == chain->form->multiply) {
        Arena *arena = chain->arena;
        const IntExpr *element =
            int_new(arena, INT_ADD, int_var(arena, LANE_NAME), int_const(arena, factor->ahead));
        stmt->op = chain->form->by_lane;
        stmt->operand[0] = vector_of(chain, factor, &stmt->operand[0]);
        stmt->value = int_new(arena, INT_DIV, element, int_const(arena, chain->form->each));
    }
}

/* A loop of hints over what lies hi elements for each step of the chain apart: prefetch
 * P[k * hi + i]. One over all steps of a vector does the same with fewer hints. */
static bool is_hint(const ByLane *chain, const Stmt *loop) {
    Arena *arena = chain->arena;
    if (loop->kind != STMT_FOR || loop->body.count != 1 ||
        loop->body.at[0]->kind != STMT_PREFETCH) {
        return false;
    }
    const IntExpr *each = int_const(arena, chain->loop->extent);
    const IntExpr *k = int_var(arena, chain->loop->name);
    const IntExpr *at = loop->body.at[0]->value;
    return at->kind == INT_ADD && at->b->kind == INT_VAR && strcmp(at->b->name, loop->name) == 0 &&
           at->a->kind == INT_MUL && int_equal(at->a->a, k) &&
           int_equal(int_new(arena, INT_MUL, at->a->b, each), loop->hi);
}

static void add_hints(const ByLane *chain, StmtList *to) {
    const StmtList *body = &chain->loop->body;
    const IntExpr *steps = int_const(chain->arena, chain->lanes / chain->loop->extent);
    for (int i = 0; i < body->count; i++) {
        if (is_hint(chain, body->at[i])) {
            Stmt *loop = stmt_add(chain->arena, to, STMT_FOR, body->at[i]->name);
            *loop = *body->at[i];
            loop->hi = int_new(chain->arena, INT_MUL, loop->hi, steps);
        }
    }
}

/* Drops the broadcasts, and the hints that add_hints() has written. */
static StmtList without_factors(const ByLane *chain, const StmtList *from) {
    StmtList kept = {0};
    for (int i = 0; i < from->count; i++) {
        const Stmt *stmt = from->at[i];
        bool is_factor = stmt->kind == STMT_VEC && factor_of(chain, &stmt->reg);
        if (!is_factor && !is_hint(chain, stmt)) {
            Stmt *copy = stmt_add(chain->arena, &kept, stmt->kind, stmt->name);
            *copy = *stmt;
            copy->body = without_factors(chain, &stmt->body);
        }
    }
    return kept;
}

/* The loop over the lanes of a vector, each a step of the chain. */
static void add_steps(ByLane *chain, StmtList *to) {
    Arena *arena = chain->arena;
    const IntExpr *lane = int_var(arena, LANE_NAME);
    Stmt *steps = stmt_add(arena, to, STMT_FOR, LANE_NAME);
    steps->lo = int_const(arena, 0);
    steps->hi = int_const(arena, chain->lanes);
    steps->extent = chain->loop->extent;
    steps->mark = LOOP_UNROLL;
    StmtList kept = without_factors(chain, &chain->loop->body);
    const IntExpr *k = int_new(arena, INT_ADD, int_var(arena, chain->loop->name), lane);
    stmts_copy(arena, &steps->body, &kept, chain->loop->name, k);
    stmts_each(&steps->body, rewrite_stmt, chain);
}

/* Both loops in place of one; the second has less than a vector's steps. */
static void rewrite_loop(ByLane *chain, StmtList *to) {
    Arena *arena = chain->arena;
    const Stmt *loop = chain->loop;
    const IntExpr *lanes = int_const(arena, chain->lanes);
    const IntExpr *vectors =
        int_new(arena, INT_DIV, int_new(arena, INT_SUB, loop->hi, loop->lo), lanes);
    const IntExpr *end = int_new(arena, INT_ADD, loop->lo, int_new(arena, INT_MUL, vectors, lanes));
    Stmt *whole = stmt_add(arena, to, STMT_FOR, loop->name);
    whole->lo = loop->lo;
    whole->hi = end;
    whole->extent = chain->lanes;
    add_hints(chain, &whole->body);
    add_loads(chain, &whole->body, &loop->body);
    add_steps(chain, &whole->body);
    if (!int_equal(end, loop->hi)) {
        Stmt *rest = stmt_add(arena, to, STMT_FOR, loop->name);
        *rest = *loop;
        rest->lo = end;
        rest->mark = LOOP_PLAIN;
        rest->factor = 0;
    }
}

static StmtList rewritten(Arena *arena, const StmtList *list, const Form *form, int64_t lanes) {
    StmtList result = {0};
    for (int i = 0; i < list->count; i++) {
        const Stmt *stmt = list->at[i];
        ByLane chain = {.arena = arena, .loop = stmt, .form = form, .lanes = lanes};
        if (stmt->kind == STMT_FOR && can_rewrite(&chain)) {
            rewrite_loop(&chain, &result);
            continue;
        }
        Stmt *kept = stmt_add(arena, &result, stmt->kind, stmt->name);
        *kept = *stmt;
        kept->body = rewritten(arena, &stmt->body, form, lanes);
        kept->orelse = rewritten(arena, &stmt->orelse, form, lanes);
    }
    return result;
}

static void rewrite_module(Unit *unit, const Form *form) {
    for (int i = 0; i < unit->module->n_functions; i++) {
        Function *function = unit->module->functions[i];
        function->body =
            rewritten(unit->arena, &function->body, form, unit->target->lanes * form->each);
    }
}

bool pass_fma_by_lane(Unit *unit) {
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (unit->target->spelling[forms[i].by_lane]) {
            rewrite_module(unit, &forms[i]);
        }
    }
    return true;
}
