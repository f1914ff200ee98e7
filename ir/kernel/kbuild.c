/* kbuild.c - makes the parts of kernel IR: expressions, statements, functions, modules.
 *
 *   int_new(arena, INT_ADD, int_new(arena, INT_MUL, 2, 3), 0)   ->   6
 *
 * Expressions are folded when they are made (2 * 3 is 6, x + 0 is x), so emitted code stays plain.
 * Folding changes no value: all arithmetic here is exact on 64-bit integers, and an operation on
 * constants that has no result (overflow, division by 0 or of negative numbers) is left as it is.
 */
#include <string.h>

#include "kernel.h"

/* The operands that a row has come first, so their number is that of the types that are given. */
static const KOpInfo kops[] = {
#define GIVEN(type) (ELEMENT_##type != ELEMENT_none)
#define KOP(name, gives, a, b, c, reads, flags, meaning, line)                                     \
    {#name,                                                                                        \
     ELEMENT_##gives,                                                                              \
     GIVEN(a) + GIVEN(b) + GIVEN(c),                                                               \
     {ELEMENT_##a, ELEMENT_##b, ELEMENT_##c},                                                      \
     ELEMENT_##reads,                                                                              \
     flags,                                                                                        \
     meaning,                                                                                      \
     line},
#include "kops.def"
#undef KOP
#undef GIVEN
};

const KOpInfo *kop_info(KOp op) {
    return &kops[op];
}

bool kop_is(KOp op, KOpFlag flag) {
    return (kops[op].flags & flag) != 0;
}

const KernelParam kernel_params[KPARAM_COUNT] = {
#define KERNEL_PARAM(kind, name, spelling) {kind, #name, spelling},
    KERNEL_PARAMS(KERNEL_PARAM)
#undef KERNEL_PARAM
};

_Static_assert(KPARAM_w13 - KPARAM_w0 + 1 == SLOT_COUNT, "a pointer for each slot");

const char *slot_name(WeightSlot slot) {
    static const char *const names[SLOT_COUNT] = {
#define WEIGHT_SLOT(id, name) #name,
        WEIGHT_SLOTS(WEIGHT_SLOT)
#undef WEIGHT_SLOT
    };
    return names[slot];
}

const char *constant_name(Arena *arena, const Constant *constant) {
    return arena_printf(arena, "%s.%s", constant->node, slot_name(constant->slot));
}

/* Levels are C's precedences; 9 never needs parentheses. */
static const IntInfo int_rows[] = {
    [INT_CONST] = {"", 9},  [INT_VAR] = {"", 9},  [INT_ADD] = {"+", 5}, [INT_SUB] = {"-", 5},
    [INT_MUL] = {"*", 6},   [INT_DIV] = {"/", 6}, [INT_MOD] = {"%", 6}, [INT_MIN] = {"min", 9},
    [INT_MAX] = {"max", 9}, [INT_LT] = {"<", 4},  [INT_LE] = {"<=", 4}, [INT_GT] = {">", 4},
    [INT_GE] = {">=", 4},   [INT_EQ] = {"==", 3}, [INT_NE] = {"!=", 3}, [INT_AND] = {"&&", 2},
    [INT_OR] = {"||", 1},
};

const IntInfo *int_info(IntKind kind) {
    return &int_rows[kind];
}

static const IntExpr *int_make(Arena *arena, IntKind kind, int64_t number, const IntExpr *a,
                               const IntExpr *b) {
    IntExpr *expr = NEW(arena, IntExpr);
    *expr = (IntExpr){kind, number, NULL, a, b};
    return expr;
}

const IntExpr *int_const(Arena *arena, int64_t number) {
    return int_make(arena, INT_CONST, number, NULL, NULL);
}

const IntExpr *int_var(Arena *arena, const char *name) {
    IntExpr *expr = NEW(arena, IntExpr);
    *expr = (IntExpr){.kind = INT_VAR, .name = arena_strdup(arena, name)};
    return expr;
}

/* False when the result does not fit or kind is no arithmetic. Division of negative numbers is
 * refused, because no kernel needs it and C's rounding towards 0 would surprise. */
static bool fold_arithmetic(IntKind kind, int64_t a, int64_t b, int64_t *result) {
    switch (kind) {
    case INT_ADD:
        return !__builtin_add_overflow(a, b, result);
    case INT_SUB:
        return !__builtin_sub_overflow(a, b, result);
    case INT_MUL:
        return !__builtin_mul_overflow(a, b, result);
    case INT_DIV:
        *result = b > 0 ? a / b : 0;
        return a >= 0 && b > 0;
    case INT_MOD:
        *result = b > 0 ? a % b : 0;
        return a >= 0 && b > 0;
    default:
        return false;
    }
}

static bool fold_comparison(IntKind kind, int64_t a, int64_t b, int64_t *result) {
    switch (kind) {
    case INT_MIN:
        return *result = a < b ? a : b, true;
    case INT_MAX:
        return *result = a > b ? a : b, true;
    case INT_LT:
        return *result = a < b, true;
    case INT_LE:
        return *result = a <= b, true;
    case INT_GT:
        return *result = a > b, true;
    case INT_GE:
        return *result = a >= b, true;
    case INT_EQ:
        return *result = a == b, true;
    case INT_NE:
        return *result = a != b, true;
    case INT_AND:
        return *result = a && b, true;
    case INT_OR:
        return *result = a || b, true;
    default:
        return false;
    }
}

bool int_fold(IntKind kind, int64_t a, int64_t b, int64_t *result) {
    return fold_arithmetic(kind, a, b, result) || fold_comparison(kind, a, b, result);
}

static bool is_number(const IntExpr *expr, int64_t number) {
    return expr->kind == INT_CONST && expr->number == number;
}

/* What x + 0, x * 1, x * 0, x % 1 and the like are; NULL for any other expression. */
static const IntExpr *drop_neutral(Arena *arena, IntKind kind, const IntExpr *a, const IntExpr *b) {
    if ((kind == INT_ADD || kind == INT_SUB) && is_number(b, 0)) {
        return a;
    }
    if ((kind == INT_MUL || kind == INT_DIV) && is_number(b, 1)) {
        return a;
    }
    if ((kind == INT_ADD && is_number(a, 0)) || (kind == INT_MUL && is_number(a, 1))) {
        return b;
    }
    if (kind == INT_MUL && (is_number(a, 0) || is_number(b, 0))) {
        return int_const(arena, 0);
    }
    if ((kind == INT_MOD && is_number(b, 1)) || (kind == INT_DIV && is_number(a, 0))) {
        return int_const(arena, 0);
    }
    return NULL;
}

static bool is_sum(const IntExpr *expr) {
    return (expr->kind == INT_ADD || expr->kind == INT_SUB) && expr->b->kind == INT_CONST;
}

/* (x + 3) - 5 becomes x - 2, and x + -2 becomes x - 2. */
static const IntExpr *join_constants(Arena *arena, IntKind kind, const IntExpr *a,
                                     const IntExpr *b) {
    int64_t sum = kind == INT_ADD ? b->number : -b->number;
    if (is_sum(a)) {
        sum += a->kind == INT_ADD ? a->b->number : -a->b->number;
        a = a->a;
    }
    if (sum == 0) {
        return a;
    }
    return int_make(arena, sum > 0 ? INT_ADD : INT_SUB, 0, a,
                    int_const(arena, sum > 0 ? sum : -sum));
}

/* Whether sums of a few such constants cannot overflow. */
static bool is_small(const IntExpr *expr) {
    return expr->kind == INT_CONST && expr->number > -(1LL << 40) && expr->number < 1LL << 40;
}

/* INT64_MIN is never made a constant: its negation, and its text without the sign, do not fit. */
const IntExpr *int_new(Arena *arena, IntKind kind, const IntExpr *a, const IntExpr *b) {
    int64_t result;
    if (a->kind == INT_CONST && b->kind == INT_CONST &&
        int_fold(kind, a->number, b->number, &result) && result != INT64_MIN) {
        return int_const(arena, result);
    }
    const IntExpr *kept = drop_neutral(arena, kind, a, b);
    if (kept) {
        return kept;
    }
    if ((kind == INT_ADD || kind == INT_SUB) && is_small(b) && (!is_sum(a) || is_small(a->b))) {
        return join_constants(arena, kind, a, b);
    }
    return int_make(arena, kind, 0, a, b);
}

/* Shares the subtrees that do not change. A variable with indices keeps its name, even when it is
 * the one that is replaced: name means the plain variable only. */
const IntExpr *int_substitute(Arena *arena, const IntExpr *expr, const char *name,
                              const IntExpr *with) {
    if (!expr || !name || expr->kind == INT_CONST) {
        return expr;
    }
    const IntExpr *a = int_substitute(arena, expr->a, name, with);
    const IntExpr *b = int_substitute(arena, expr->b, name, with);
    if (expr->kind != INT_VAR) {
        return a == expr->a && b == expr->b ? expr : int_new(arena, expr->kind, a, b);
    }
    if (!a && strcmp(expr->name, name) == 0) {
        return with;
    }
    IntExpr *variable = NEW(arena, IntExpr);
    *variable = (IntExpr){INT_VAR, 0, expr->name, a, b};
    return variable;
}

bool int_equal(const IntExpr *a, const IntExpr *b) {
    if (a == b) {
        return true;
    }
    if (!a || !b || a->kind != b->kind || a->number != b->number) {
        return false;
    }
    if (a->kind == INT_VAR && strcmp(a->name, b->name) != 0) {
        return false;
    }
    return int_equal(a->a, b->a) && int_equal(a->b, b->b);
}

Stmt *stmt_add(Arena *arena, StmtList *list, StmtKind kind, const char *name) {
    if (list->count == list->capacity) {
        int capacity = list->capacity ? 2 * list->capacity : 8;
        list->at =
            arena_grow(arena, list->at, (size_t)list->count, (size_t)capacity, sizeof *list->at);
        list->capacity = capacity;
    }
    Stmt *stmt = NEW(arena, Stmt);
    stmt->kind = kind;
    stmt->name = name;
    list->at[list->count++] = stmt;
    return stmt;
}

Module *module_create(Arena *arena) {
    Module *module = NEW(arena, Module);
    module->arena = arena;
    module->by_name = map_by_name(arena);
    return module;
}

Function *module_function(const Module *module, const char *name) {
    return map_get(module->by_name, name);
}

Function *module_add_function(Module *module, const char *name, bool is_kernel) {
    module->functions = arena_room(module->arena, module->functions, module->n_functions,
                                   sizeof *module->functions);
    Function *function = NEW(module->arena, Function);
    function->name = arena_strdup(module->arena, name);
    function->is_kernel = is_kernel;
    module->functions[module->n_functions++] = function;
    map_put(module->by_name, function->name, function);
    return function;
}

void function_param(Function *function, ParamKind kind, Element element, const char *name) {
    if (function->n_params == MAX_KPARAMS) {
        internal_error("function_param", "$%s has too many parameters", function->name);
    }
    function->params[function->n_params++] = (KParam){kind, element, name};
}

static const char *const kstage_names[] = {"loops", "vector", "unrolled"};

const char *kstage_name(KStage stage) {
    return kstage_names[stage];
}
