/* kstmt.c - holds the rows of kstmt.h and what follows from them: the walk over the variables and
 * expressions that a statement uses, and copies of statements.
 *
 *   acc[r] = fma x[r], w, acc[r]   ->   changes acc[r], reads x[r], w, acc[r]
 *
 * One walk serves counting, checking and rewriting, so they cannot disagree on what a statement
 * reads. A row describes the text of a statement; the walk visits its parts in that order.
 */
#include "kstmt.h"

/* Initializers of a StmtPart, by kind; fields are members of Stmt. */
#define AT(field) .at = offsetof(Stmt, field)
#define TEXT(words)                                                                                \
    { PART_TEXT, .text = words }
#define FLAG(words, field)                                                                         \
    { PART_FLAG, .text = words, AT(field) }
#define ELEMENT(field)                                                                             \
    { PART_ELEMENT, AT(field) }
#define NUMBER(what, field, first, last)                                                           \
    { PART_NUMBER, .text = what, AT(field), .lo = first, .hi = last }
#define CONSTANT(field)                                                                            \
    { PART_CONSTANT, ROLE_INT, AT(field) }
#define INT(field)                                                                                 \
    { PART_INT, ROLE_INT, AT(field) }
#define OPTION(words, field)                                                                       \
    { PART_OPTION, ROLE_INT, .text = words, AT(field) }
#define NAME(what, role, field)                                                                    \
    { PART_NAME, role, .text = what, AT(field) }
#define REG(role, field)                                                                           \
    { PART_REG, role, AT(field) }
#define ACCESS(role, field, value)                                                                 \
    { PART_ACCESS, role, AT(field), .offset = offsetof(Stmt, value) }
#define PART(name)                                                                                 \
    { .kind = PART_##name }

enum { MOST_PARTS = 12 /* of a statement, with PART_END */ };

/* Parts that are not given are zero, which is PART_END. */
static const StmtPart rows[][MOST_PARTS] = {
    [STMT_COMMENT] = {PART(END)},
    [STMT_DIM] = {TEXT("dim"), REG(ROLE_DEFINE_FIXED, reg), TEXT("="), CONSTANT(value)},
    [STMT_INT] = {TEXT("int"), REG(ROLE_DEFINE_INT, reg), TEXT("="), INT(value)},
    [STMT_ASSIGN] = {REG(ROLE_CHANGE_INT, reg), TEXT("="), INT(value)},
    [STMT_PTRS] = {TEXT("ptrs"), ELEMENT(element), NAME("an array", ROLE_DEFINE_PTRS, reg.name),
                   TEXT("["), NUMBER("a number of pointers", extent, 1, MAX_POINTERS), TEXT("]")},
    [STMT_PTR] = {TEXT("ptr"), FLAG("mut", is_mutable), ELEMENT(element), REG(ROLE_DEFINE_PTR, reg),
                  TEXT("="), PART(CHOICE)},
    [STMT_VEC] = {TEXT("vec"), REG(ROLE_DEFINE_VECTOR, reg), TEXT("="), PART(OPERATION)},
    [STMT_SET] = {REG(ROLE_CHANGE_VECTOR, reg), TEXT("="), PART(OPERATION)},
    [STMT_STORE] = {TEXT("store"), ELEMENT(element), ACCESS(ROLE_STORE, base, value), TEXT("="),
                    REG(ROLE_VECTOR, operand[0]), OPTION("first", cond), OPTION("below", below)},
    [STMT_COPY] = {TEXT("copy"), ACCESS(ROLE_STORE, base, value), TEXT("="),
                   ACCESS(ROLE_LOAD, other, other_value)},
    [STMT_PREFETCH] = {TEXT("prefetch"), ACCESS(ROLE_LOAD, base, value), TEXT("level"),
                       NUMBER("a prefetch level", extent, 1, 3)},
    [STMT_FOR] = {TEXT("for"), NAME("a loop variable", ROLE_DEFINE_LOOP, name), TEXT("="), INT(lo),
                  TEXT("to"), INT(hi), TEXT("step"), NUMBER("a step", extent, 1, INT64_MAX),
                  PART(MARK), PART(BODY)},
    [STMT_SPLIT] = {TEXT("split"), NAME("a variable", ROLE_DEFINE_FIXED, name), TEXT(","),
                    NAME("a variable", ROLE_DEFINE_FIXED, other.name), TEXT("of"), INT(value)},
    [STMT_WHILE] = {TEXT("while"), INT(cond), PART(BODY)},
    [STMT_IF] = {TEXT("if"), INT(cond), PART(BODY), PART(ELSE)},
    [STMT_CALL] = {TEXT("call"), {PART_CALLEE, AT(name)}, TEXT("("), PART(ARGS), TEXT(")")},
};

/* Relies on the order of Role. */
bool role_reads(Role role) {
    return role > ROLE_NONE && role <= ROLE_ARG;
}

const StmtPart *stmt_parts(StmtKind kind) {
    return rows[kind];
}

void *stmt_field(Stmt *stmt, size_t at) {
    return (char *)stmt + at;
}

/* A visitor and its context. */
typedef struct Walk {
    UseVisitor *visit;
    void *context;
} Walk;

static void use_reg(const Walk *walk, Role role, Reg *reg, const IntExpr **expr, Element element) {
    StmtUse use = {role, reg->name, reg, expr, element};
    walk->visit(&use, walk->context);
}

static void use_int(const Walk *walk, Role role, const IntExpr **expr) {
    StmtUse use = {role, .expr = expr, .element = ELEMENT_none};
    if (*expr) {
        walk->visit(&use, walk->context);
    }
}

static void use_name(const Walk *walk, Role role, const char *name, Element element) {
    StmtUse use = {role, .name = name, .element = element};
    walk->visit(&use, walk->context);
}

/* A pointer that may be stored through must come from pointers that may be, so its sources count as
 * stored to. */
static void use_choice(const Walk *walk, Stmt *stmt) {
    Role role = stmt->is_mutable ? ROLE_STORE : ROLE_LOAD;
    use_int(walk, ROLE_INT, &stmt->cond);
    use_reg(walk, role, &stmt->base, &stmt->value, ELEMENT_none);
    if (stmt->cond) {
        use_reg(walk, role, &stmt->other, &stmt->other_value, ELEMENT_none);
    }
}

static void use_operation(const Walk *walk, Stmt *stmt) {
    const KOpInfo *info = kop_info(stmt->op);
    for (int i = 0; i < info->operands; i++) {
        use_reg(walk, ROLE_VECTOR, &stmt->operand[i], NULL, info->takes[i]);
    }
    if (stmt->base.name) {
        use_reg(walk, ROLE_LOAD, &stmt->base, &stmt->value, info->reads);
    } else {
        use_int(walk, ROLE_INT, &stmt->value);
    }
}

static void use_args(const Walk *walk, Stmt *stmt) {
    for (int i = 0; i < stmt->n_args; i++) {
        KArg *arg = &stmt->args[i];
        if (arg->base.name) {
            use_reg(walk, ROLE_ARG, &arg->base, &arg->value, ELEMENT_none);
        } else {
            use_int(walk, ROLE_ARG, &arg->value);
        }
    }
}

/* The type of the vector that a statement reads: words of s16 are stored as u32, sums as i16, all
 * else is made of numbers. */
static Element vector_element(const Stmt *stmt) {
    if (stmt->kind != STMT_STORE) {
        return ELEMENT_f32;
    }
    return stmt->element == ELEMENT_u32   ? ELEMENT_s16
           : stmt->element == ELEMENT_i16 ? ELEMENT_s32
                                          : ELEMENT_f32;
}

/* The type of what a part defines or expects. A copy moves f32. */
static Element part_element(const Stmt *stmt) {
    switch (stmt->kind) {
    case STMT_PTR:
    case STMT_PTRS:
    case STMT_STORE:
        return stmt->element;
    case STMT_VEC:
    case STMT_SET:
        return kop_info(stmt->op)->gives;
    case STMT_COPY:
        return ELEMENT_f32;
    default:
        return ELEMENT_none;
    }
}

/* Bodies and fixed words use nothing; what the kinds of parts are is said at PartKind. */
static void use_part(const Walk *walk, Stmt *stmt, const StmtPart *part) {
    Role role = part->role;
    switch (part->kind) {
    case PART_CONSTANT:
    case PART_INT:
    case PART_OPTION:
        use_int(walk, role, stmt_field(stmt, part->at));
        break;
    case PART_NAME:
        use_name(walk, role, *(const char **)stmt_field(stmt, part->at), part_element(stmt));
        break;
    case PART_REG:
        role = role == ROLE_DEFINE_PTR && stmt->is_mutable ? ROLE_DEFINE_PTR_MUT : role;
        use_reg(walk, role, stmt_field(stmt, part->at), NULL,
                role == ROLE_VECTOR ? vector_element(stmt) : part_element(stmt));
        break;
    case PART_ACCESS:
        use_reg(walk, role, stmt_field(stmt, part->at), stmt_field(stmt, part->offset),
                part_element(stmt));
        break;
    case PART_CHOICE:
        use_choice(walk, stmt);
        break;
    case PART_OPERATION:
        use_operation(walk, stmt);
        break;
    case PART_ARGS:
        use_args(walk, stmt);
        break;
    default:
        break;
    }
}

void stmt_each_use(Stmt *stmt, UseVisitor *visit, void *context) {
    Walk walk = {visit, context};
    for (const StmtPart *part = stmt_parts(stmt->kind); part->kind != PART_END; part++) {
        use_part(&walk, stmt, part);
    }
}

typedef struct Substitution {
    Arena *arena;        /* of the copies */
    const char *name;    /* plain variable that is replaced; NULL: none */
    const IntExpr *with; /* what replaces it */
} Substitution;

static void substitute_use(const StmtUse *use, void *context) {
    const Substitution *map = context;
    for (int i = 0; use->reg && i < use->reg->n_index; i++) {
        use->reg->index[i] = int_substitute(map->arena, use->reg->index[i], map->name, map->with);
    }
    if (use->expr) {
        *use->expr = int_substitute(map->arena, *use->expr, map->name, map->with);
    }
}

/* The arguments are copied before the substitution changes them; bodies are separate lists. Names
 * and the expressions that stay equal are shared with the original, which nothing changes in place.
 */
static void copy_stmt(StmtList *to, const Stmt *from, Substitution *map) {
    Stmt *copy = stmt_add(map->arena, to, from->kind, from->name);
    *copy = *from;
    copy->args = NEW_ARRAY(map->arena, KArg, from->n_args);
    for (int i = 0; i < from->n_args; i++) {
        copy->args[i] = from->args[i];
    }
    stmt_each_use(copy, substitute_use, map);
    copy->body = copy->orelse = (StmtList){0};
    stmts_copy(map->arena, &copy->body, &from->body, map->name, map->with);
    stmts_copy(map->arena, &copy->orelse, &from->orelse, map->name, map->with);
}

void stmts_copy(Arena *arena, StmtList *to, const StmtList *from, const char *name,
                const IntExpr *with) {
    Substitution map = {arena, name, with};
    for (int i = 0; i < from->count; i++) {
        copy_stmt(to, from->at[i], &map);
    }
}

void stmts_each(const StmtList *list, StmtVisitor *visit, void *context) {
    for (int i = 0; i < list->count; i++) {
        visit(list->at[i], context);
        stmts_each(&list->at[i]->body, visit, context);
        stmts_each(&list->at[i]->orelse, visit, context);
    }
}
