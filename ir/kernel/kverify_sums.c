/* kverify_sums.c - checks invariant 8 of kernel.h: no product in a sum.
 *
 *   y = mul x, x
 *   z = add z, y            broken: a C compiler may make z = fma(x, x, z) of both
 *
 * A walk over each function, in the order of its text, keeps which variables the last statement
 * that sets them leaves as a product. Before a module is unrolled acc[r][v] stands for many
 * variables, which are not told apart, so nothing is said then.
 */
#include "kverify_sums.h"

#include <inttypes.h>

#include "kstmt.h"

typedef struct Sums {
    FILE *out;
    Arena *arena;
    const Function *function; /* being checked */
    Map *products;            /* from the text of a variable to its name; NULL: it is no product */
    int errors;
} Sums;

/* "acc_3_1": indices are constants. */
static const char *text_of(Arena *arena, const Reg *reg) {
    const char *text = reg->name;
    for (int i = 0; i < reg->n_index; i++) {
        text = arena_printf(arena, "%s_%" PRId64, text, reg->index[i]->number);
    }
    return text;
}

/* An activation that ends with a mul is a product too. */
static bool is_product(KOp op) {
    return op == KOP_mul || op == KOP_silu || op == KOP_gelu;
}

static void check_stmt(Stmt *stmt, void *context) {
    Sums *sums = context;
    if (stmt->kind != STMT_VEC && stmt->kind != STMT_SET) {
        return;
    }
    bool is_sum = stmt->op == KOP_add || stmt->op == KOP_sub;
    for (int i = 0; i < 2 && is_sum; i++) {
        if (map_get(sums->products, text_of(sums->arena, &stmt->operand[i]))) {
            fprintf(sums->out, "$%s: %s is a product in a sum: make both one fma\n",
                    sums->function->name, stmt->operand[i].name);
            sums->errors++;
        }
    }
    map_put(sums->products, text_of(sums->arena, &stmt->reg),
            is_product(stmt->op) ? stmt->reg.name : NULL);
}

int verify_sums(FILE *out, const Module *module) {
    Sums sums = {.out = out, .arena = arena_child(module->arena)};
    for (int i = 0; i < module->n_functions && module->stage == KSTAGE_UNROLLED; i++) {
        sums.function = module->functions[i];
        sums.products = map_by_name(sums.arena);
        stmts_each(&sums.function->body, check_stmt, &sums);
    }
    arena_destroy(sums.arena);
    return sums.errors;
}
