/* kverify.c - checks invariants 1 to 5 of kernel.h; kverify_tables.c checks 6 and 7,
 * kverify_sums.c 8.
 *
 *   acc = fma x, w, acc     broken when nothing before it in scope defines acc, x or w
 *
 * A walk over each function keeps the variables in scope on a stack: a body pushes what it defines
 * and drops it at its end, except for the body of an unrolled loop, which is no scope. Before a
 * module is unrolled, acc[r][v] stands for many variables, so variables are compared by name and
 * number of indices only; afterwards their constant indices are compared too.
 */
#include <string.h>

#include "kmatrix.h"
#include "kstmt.h"
#include "kverify_sums.h"
#include "kverify_tables.h"

typedef enum SymbolKind {
    SYMBOL_INT,   /* may be assigned */
    SYMBOL_FIXED, /* loop variables, dims, parameters: ints that do not change */
    SYMBOL_PTR,
    SYMBOL_PTR_MUT,
    SYMBOL_PTRS,
    SYMBOL_VEC
} SymbolKind;

static const char *const symbol_names[] = {"an int",
                                           "an int that does not change",
                                           "a pointer",
                                           "a pointer to store through",
                                           "an array of pointers",
                                           "a vector"};

/* What a variable is; the element is that of a vector or of what a pointer points to. */
typedef struct Type {
    SymbolKind kind;
    Element element;
} Type;

/* A variable in scope. */
typedef struct Symbol {
    Reg reg; /* as it was defined */
    Type type;
    bool is_gone;          /* though what stands behind it in the list is not */
    struct Symbol *before; /* of the same name */
} Symbol;

typedef struct Checker {
    FILE *out;    /* where broken invariants are reported */
    Arena *arena; /* ends with the check */
    const Module *module;
    const Function *function; /* being checked; NULL between functions */
    Map *earlier;             /* from a name to the function that stands above that one */
    Symbol **symbols;         /* a stack, innermost scope on top */
    int count, capacity;      /* of symbols */
    Map *last;                /* from a name to the topmost symbol of that name */
    int errors;               /* reported so far */
} Checker;

static void broken(Checker *checker, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void broken(Checker *checker, const char *format, ...) {
    va_list args;
    va_start(args, format);
    if (checker->function) {
        fprintf(checker->out, "$%s: ", checker->function->name);
    }
    vfprintf(checker->out, format, args);
    fputc('\n', checker->out);
    va_end(args);
    checker->errors++;
}

/* Whether two regs name one variable, as far as the stage can tell. */
static bool same_variable(const Checker *checker, const Reg *a, const Reg *b) {
    if (strcmp(a->name, b->name) != 0 || a->n_index != b->n_index) {
        return false;
    }
    for (int i = 0; i < a->n_index && checker->module->stage == KSTAGE_UNROLLED; i++) {
        if (!int_equal(a->index[i], b->index[i])) {
            return false;
        }
    }
    return true;
}

/* The last symbol of the name at or in front of this one that is in sight. */
static const Symbol *in_sight(const Symbol *symbol) {
    while (symbol && symbol->is_gone) {
        symbol = symbol->before;
    }
    return symbol;
}

static const Symbol *last_of(const Checker *checker, const char *name) {
    return in_sight(map_get(checker->last, name));
}

static const Symbol *find_array(const Checker *checker, const Reg *reg) {
    const Symbol *symbol = last_of(checker, reg->name);
    while (symbol && symbol->type.kind != SYMBOL_PTRS) {
        symbol = in_sight(symbol->before);
    }
    return symbol;
}

/* The symbol of a reg; for an element of an array that of the array. NULL when it is not in scope.
 */
static const Symbol *find(const Checker *checker, const Reg *reg) {
    const Symbol *symbol = find_array(checker, reg);
    if (symbol) {
        return symbol;
    }
    symbol = last_of(checker, reg->name);
    while (symbol && !same_variable(checker, &symbol->reg, reg)) {
        symbol = in_sight(symbol->before);
    }
    return symbol;
}

/* Whether a further variable would hide one in scope. Variables of one name may stand side by side
 * only if they are of one type, with as many indices, of different values. */
static bool hides(const Checker *checker, const Reg *reg, Type type) {
    bool unrolled = checker->module->stage == KSTAGE_UNROLLED;
    const Symbol *other = last_of(checker, reg->name);
    for (; other; other = in_sight(other->before)) {
        if (other->type.kind != type.kind || other->type.element != type.element ||
            other->reg.n_index != reg->n_index || reg->n_index == 0) {
            return true;
        }
        if (unrolled && same_variable(checker, &other->reg, reg)) {
            return true;
        }
    }
    return false;
}

static void define(Checker *checker, const Reg *reg, Type type) {
    if (hides(checker, reg, type)) {
        broken(checker, "%s is defined twice", reg->name);
    }
    if (checker->count == checker->capacity) {
        int capacity = checker->capacity ? 2 * checker->capacity : 64;
        checker->symbols = arena_grow(checker->arena, checker->symbols, (size_t)checker->count,
                                      (size_t)capacity, sizeof(Symbol *));
        checker->capacity = capacity;
    }
    Symbol *symbol = NEW(checker->arena, Symbol);
    *symbol = (Symbol){.reg = *reg, .type = type, .before = map_get(checker->last, reg->name)};
    map_put(checker->last, reg->name, symbol);
    checker->symbols[checker->count++] = symbol;
}

/* Forgets what was defined since there were so many symbols. */
static void leave(Checker *checker, int outside) {
    while (checker->count > outside) {
        const Symbol *symbol = checker->symbols[--checker->count];
        map_put(checker->last, symbol->reg.name, symbol->before);
    }
}

static void define_name(Checker *checker, const char *name, Type type) {
    Reg reg = {.name = name};
    define(checker, &reg, type);
}

static bool is_int(SymbolKind kind) {
    return kind == SYMBOL_INT || kind == SYMBOL_FIXED;
}

static void check_index(Checker *checker, const char *name, const IntExpr *index);

/* Every variable of an int expression must be an int in scope; NULL is fine. */
static void check_int(Checker *checker, const IntExpr *expr) {
    if (!expr || expr->kind == INT_CONST) {
        return;
    }
    if (expr->kind != INT_VAR) {
        check_int(checker, expr->a);
        check_int(checker, expr->b);
        return;
    }
    Reg reg = {.name = expr->name, .index = {expr->a, expr->b}};
    reg.n_index = (expr->a != NULL) + (expr->b != NULL);
    for (int i = 0; i < reg.n_index; i++) {
        check_index(checker, expr->name, reg.index[i]);
    }
    const Symbol *symbol = find(checker, &reg);
    if (!symbol) {
        broken(checker, "%s is read before it is defined", expr->name);
    } else if (!is_int(symbol->type.kind)) {
        broken(checker, "%s is %s, not an int", expr->name, symbol_names[symbol->type.kind]);
    }
}

static void check_index(Checker *checker, const char *name, const IntExpr *index) {
    check_int(checker, index);
    if (checker->module->stage == KSTAGE_UNROLLED && index->kind != INT_CONST) {
        broken(checker, "%s has an index that is not constant", name);
    }
}

/* Finds the type of a variable that a statement uses; false after a message. An element of an array
 * of pointers is a pointer, and its index need not be constant, as C indexes a real array there. */
static bool check_reg(Checker *checker, const Reg *reg, Type *type) {
    const Symbol *symbol = find(checker, reg);
    for (int i = 0; i < reg->n_index; i++) {
        if (symbol && symbol->type.kind == SYMBOL_PTRS) {
            check_int(checker, reg->index[i]);
        } else {
            check_index(checker, reg->name, reg->index[i]);
        }
    }
    if (!symbol) {
        broken(checker, "%s is used before it is defined", reg->name);
        return false;
    }
    *type = symbol->type;
    if (symbol->type.kind == SYMBOL_PTRS && reg->n_index == 1) {
        type->kind = SYMBOL_PTR;
    }
    return true;
}

/* Nothing is said against any element where none is expected. */
static void check_element(Checker *checker, const char *name, Element element, Element expected) {
    if (expected != ELEMENT_none && element != expected) {
        broken(checker, "%s is of %s, not of %s", name, element_info(element)->name,
               element_info(expected)->name);
    }
}

static void check_vector(Checker *checker, const Reg *reg, Element element) {
    Type type;
    if (!check_reg(checker, reg, &type)) {
        return;
    }
    if (type.kind != SYMBOL_VEC) {
        broken(checker, "%s is %s, not a vector", reg->name, symbol_names[type.kind]);
    } else {
        check_element(checker, reg->name, type.element, element);
    }
}

/* A load goes through either kind of pointer, a store only through one that may be stored to. */
static void check_access(Checker *checker, const Reg *base, const IntExpr *offset, bool stores,
                         Element element) {
    Type type;
    check_int(checker, offset);
    if (!check_reg(checker, base, &type)) {
        return;
    }
    if (type.kind != SYMBOL_PTR_MUT && (stores || type.kind != SYMBOL_PTR)) {
        broken(checker, "%s is %s, not %s", base->name, symbol_names[type.kind],
               symbol_names[stores ? SYMBOL_PTR_MUT : SYMBOL_PTR]);
    } else {
        check_element(checker, base->name, type.element, element);
    }
}

static void check_changed_int(Checker *checker, const Reg *reg) {
    Type type;
    if (check_reg(checker, reg, &type) && type.kind != SYMBOL_INT) {
        broken(checker, "%s is %s, not an int that may change", reg->name, symbol_names[type.kind]);
    }
}

/* Checks a use that needs a variable from before the statement. Arguments are checked against the
 * parameters instead (check_call). */
static void check_read(const StmtUse *use, void *context) {
    Checker *checker = context;
    switch (use->role) {
    case ROLE_INT:
        check_int(checker, *use->expr);
        break;
    case ROLE_VECTOR:
    case ROLE_CHANGE_VECTOR:
        check_vector(checker, use->reg, use->element);
        break;
    case ROLE_CHANGE_INT:
        check_changed_int(checker, use->reg);
        break;
    case ROLE_LOAD:
    case ROLE_STORE:
        check_access(checker, use->reg, *use->expr, use->role == ROLE_STORE, use->element);
        break;
    default:
        break;
    }
}

/* Checks "ptr tap[E] = P", where tap is an array in scope: it sets an element, defines nothing. */
static void check_array_element(Checker *checker, const StmtUse *use) {
    for (int i = 0; i < use->reg->n_index; i++) {
        check_int(checker, use->reg->index[i]);
    }
    if (use->reg->n_index != 1 || use->role == ROLE_DEFINE_PTR_MUT) {
        broken(checker, "%s is an array: its elements have one index and are read only", use->name);
    }
    check_element(checker, use->name, find_array(checker, use->reg)->type.element, use->element);
}

/* Adds what the statement defines to the variables in scope. A loop's variable belongs to its body:
 * check_loop_body(). */
static void check_definition(const StmtUse *use, void *context) {
    static const SymbolKind kinds[] = {
        [ROLE_DEFINE_INT] = SYMBOL_INT,         [ROLE_DEFINE_FIXED] = SYMBOL_FIXED,
        [ROLE_DEFINE_PTR] = SYMBOL_PTR,         [ROLE_DEFINE_PTRS] = SYMBOL_PTRS,
        [ROLE_DEFINE_PTR_MUT] = SYMBOL_PTR_MUT, [ROLE_DEFINE_VECTOR] = SYMBOL_VEC};
    Checker *checker = context;
    bool pointer = use->role == ROLE_DEFINE_PTR || use->role == ROLE_DEFINE_PTR_MUT;
    if (use->role < ROLE_DEFINE_INT || use->role == ROLE_DEFINE_LOOP) {
        return;
    }
    if (pointer && find_array(checker, use->reg)) {
        check_array_element(checker, use);
        return;
    }
    Reg reg = use->reg ? *use->reg : (Reg){.name = use->name};
    for (int i = 0; i < reg.n_index; i++) {
        check_index(checker, reg.name, reg.index[i]);
    }
    define(checker, &reg, (Type){kinds[use->role], use->element});
}

static bool is_unrolled(const Stmt *loop) {
    return loop->mark == LOOP_UNROLL || loop->mark == LOOP_VECTOR_UNROLL;
}

static void check_mark(Checker *checker, const Stmt *loop) {
    KStage stage = checker->module->stage;
    bool vector = loop->mark == LOOP_VECTOR || loop->mark == LOOP_VECTOR_UNROLL;
    if ((vector && stage >= KSTAGE_VECTOR) || (is_unrolled(loop) && stage >= KSTAGE_UNROLLED)) {
        broken(checker, "the loop over %s is still marked", loop->name);
    }
}

/* An array of pointers as an argument. */
static void check_array(Checker *checker, const Reg *base, const KParam *param) {
    Type type;
    if (!check_reg(checker, base, &type)) {
        return;
    }
    if (type.kind != SYMBOL_PTRS || param->kind != PARAM_PTRS) {
        broken(checker, "%s is %s, passed for %s", base->name, symbol_names[type.kind],
               param->name);
    } else {
        check_element(checker, base->name, type.element, param->element);
    }
}

/* An argument is an int, an array from an element on, a pointer with an offset, or a whole array;
 * the second and third look alike (base and value), so the parameter decides which it must be. */
static void check_arg(Checker *checker, const KArg *arg, const KParam *param) {
    if (!arg->base.name) {
        check_int(checker, arg->value);
        if (param->kind != PARAM_INT) {
            broken(checker, "an int is passed for %s", param->name);
        }
    } else if (arg->value && param->kind != PARAM_PTRS) {
        check_access(checker, &arg->base, arg->value, param->kind == PARAM_PTR_MUT, param->element);
        if (param->kind != PARAM_PTR && param->kind != PARAM_PTR_MUT) {
            broken(checker, "a pointer is passed for %s", param->name);
        }
    } else {
        check_int(checker, arg->value);
        check_array(checker, &arg->base, param);
    }
}

/* Calls may only go to functions above, so there is no recursion, and C needs no prototypes. */
static void check_call(Checker *checker, const Stmt *stmt) {
    const Matrix matrix = matrix_named(stmt->name);
    const Function *callee = matrix == MATRIX_COUNT ? map_get(checker->earlier, stmt->name)
                                                    : &matrix_info(matrix)->function;
    if (!callee || callee->is_kernel) {
        broken(checker, "$%s is no function defined above", stmt->name);
        return;
    }
    if (callee->n_params != stmt->n_args) {
        broken(checker, "$%s has %d parameters, not %d", stmt->name, callee->n_params,
               stmt->n_args);
        return;
    }
    for (int i = 0; i < stmt->n_args; i++) {
        check_arg(checker, &stmt->args[i], &callee->params[i]);
    }
}

/* Checks the rules that the rows of kstmt.h cannot express. */
static void check_more(Checker *checker, const Stmt *stmt) {
    const char *mistake = spelling_mistake(checker->module, stmt);
    if (mistake) {
        broken(checker, "%s", mistake);
    } else if (stmt->kind == STMT_DIM && stmt->value->kind != INT_CONST) {
        broken(checker, "dim %s is not constant", stmt->reg.name);
    } else if (stmt->below && (stmt->cond || checker->module->stage >= KSTAGE_VECTOR)) {
        broken(checker, "a store still says below, or first as well");
    } else if (stmt->kind == STMT_SPLIT && !checker->function->is_kernel) {
        broken(checker, "only a kernel has a share of the work");
    } else if (stmt->kind == STMT_FOR) {
        check_mark(checker, stmt);
    } else if (stmt->kind == STMT_CALL) {
        check_call(checker, stmt);
    }
}

static void check_body(Checker *checker, const StmtList *list);

/* What the body of an unrolled loop defines stays in scope; only the loop's variable, which lies
 * below it on the stack, is taken out. */
static void check_loop_body(Checker *checker, const Stmt *loop) {
    int outside = checker->count;
    define_name(checker, loop->name, (Type){SYMBOL_FIXED, ELEMENT_none});
    check_body(checker, &loop->body);
    if (is_unrolled(loop)) {
        checker->symbols[outside]->is_gone = true;
    } else {
        leave(checker, outside);
    }
}

/* Checks a body that is a scope. */
static void check_scope(Checker *checker, const StmtList *list) {
    int outside = checker->count;
    check_body(checker, list);
    leave(checker, outside);
}

/* Reads are checked before definitions, so that "int x = x" does not see itself. */
static void check_body(Checker *checker, const StmtList *list) {
    for (int i = 0; i < list->count; i++) {
        Stmt *stmt = list->at[i];
        stmt_each_use(stmt, check_read, checker);
        check_more(checker, stmt);
        stmt_each_use(stmt, check_definition, checker);
        if (stmt->kind == STMT_FOR) {
            check_loop_body(checker, stmt);
        } else {
            check_scope(checker, &stmt->body);
            check_scope(checker, &stmt->orelse);
        }
    }
}

/* What is in scope when a function starts: the module's zeros, its parameters, and in a kernel
 * those of KERNEL_PARAMS. kinds is by ParamKind. */
static void define_params(Checker *checker, const Function *function) {
    static const SymbolKind kinds[] = {SYMBOL_FIXED, SYMBOL_PTR, SYMBOL_PTR_MUT, SYMBOL_PTRS};
    if (checker->module->zeros_floats > 0) {
        define_name(checker, ZEROS_NAME, (Type){SYMBOL_PTR, ELEMENT_f32});
    }
    for (int i = 0; i < function->n_params; i++) {
        const KParam *param = &function->params[i];
        define_name(checker, param->name, (Type){kinds[param->kind], param->element});
    }
    if (!function->is_kernel) {
        return;
    }
    for (int i = 0; i < KPARAM_COUNT; i++) {
        define_name(checker, kernel_params[i].name,
                    (Type){kinds[kernel_params[i].kind], ELEMENT_f32});
    }
}

static void check_function(Checker *checker, const Function *function) {
    checker->function = function;
    checker->count = 0;
    checker->last = map_by_name(checker->arena);
    if (map_get(checker->earlier, function->name)) {
        broken(checker, "there are two functions of this name");
    }
    if (matrix_named(function->name) != MATRIX_COUNT) {
        broken(checker, "this is the name of an instruction");
    }
    define_params(checker, function);
    check_body(checker, &function->body);
    checker->function = NULL;
    map_put(checker->earlier, function->name, function);
}

bool verify_module(FILE *out, const Module *module) {
    Checker checker = {.out = out, .module = module, .arena = arena_child(module->arena)};
    checker.earlier = map_by_name(checker.arena);
    for (int i = 0; i < module->n_functions; i++) {
        check_function(&checker, module->functions[i]);
    }
    arena_destroy(checker.arena);
    return checker.errors + verify_tables(out, module) + verify_sums(out, module) == 0;
}
