/* kstmt.h - what each kind of statement is made of: one row per kind, in the order of its text.
 *
 *   STMT_COPY   ->   "copy"  base[value], stored to  "="  other[other_value], loaded
 *
 * Parser and printer follow the rows, and so does everything that looks at statements without
 * caring which ones they are: copying, counting uses, checking, rewriting of indices. A new kind of
 * statement is a row here; its meaning is a case in kinterp_stmt.c and its C one in emit_stmt.c.
 */
#ifndef XNC_IR_KSTMT_H
#define XNC_IR_KSTMT_H

#include "kernel.h"

/* What a statement does with something that it names. */
typedef enum Role {
    ROLE_NONE,
    ROLE_INT,    /* reads the int expression */
    ROLE_VECTOR, /* reads the vector */
    ROLE_LOAD,   /* goes through the pointer at the offset: to load, or for its address */
    ROLE_STORE,  /* the same to store, or for an address that may be stored to */
    ROLE_ARG,    /* passes the pointer at the offset, the array, or the int expression */
    ROLE_CHANGE_INT,
    ROLE_CHANGE_VECTOR,
    ROLE_DEFINE_INT,
    ROLE_DEFINE_FIXED, /* an int that nothing changes */
    ROLE_DEFINE_LOOP,  /* the same, in the statement's body */
    ROLE_DEFINE_PTR,   /* or sets an element of an array of pointers; is_mutable: PTR_MUT */
    ROLE_DEFINE_PTR_MUT,
    ROLE_DEFINE_PTRS,
    ROLE_DEFINE_VECTOR
} Role;

/* Whether what is named is read, so that it must have been defined, and is not changed. */
bool role_reads(Role role);

typedef enum PartKind {
    PART_END,
    PART_TEXT,      /* a word or mark that always stands there */
    PART_FLAG,      /* bool: the word or nothing */
    PART_NUMBER,    /* int64_t from lo to hi */
    PART_CONSTANT,  /* const IntExpr *, a number */
    PART_INT,       /* const IntExpr * */
    PART_OPTION,    /* const IntExpr *, behind the word; NULL: neither is there */
    PART_NAME,      /* const char *, a name */
    PART_CALLEE,    /* const char *, a function's name */
    PART_REG,       /* Reg */
    PART_ACCESS,    /* Reg and the offset from it, const IntExpr *: P[E] */
    PART_CHOICE,    /* cond ? base + value : other + other_value, or base + value alone */
    PART_OPERATION, /* op and its operands */
    PART_MARK,      /* mark and factor of a loop */
    PART_ARGS,      /* args, separated by commas */
    PART_BODY,      /* body, in braces */
    PART_ELSE       /* orelse with its word, when there is one */
} PartKind;

/* Fields are given by their offset in Stmt. */
typedef struct StmtPart {
    PartKind kind;
    Role role;
    const char *text; /* see PartKind; else what a diagnostic calls the part */
    size_t at;
    size_t offset; /* of a PART_ACCESS: where its offset is */
    int64_t lo, hi;
} StmtPart;

/* The parts of a kind, up to PART_END. A comment has none. */
const StmtPart *stmt_parts(StmtKind kind);
/* The field of a part. */
void *stmt_field(Stmt *stmt, size_t at);

/* Something that a statement uses. */
typedef struct StmtUse {
    Role role;
    const char *name;     /* of a variable; NULL for an int expression alone */
    Reg *reg;             /* the variable with its indices; NULL when it can have none */
    const IntExpr **expr; /* an int expression, or the offset from reg; NULL when there is none */
} StmtUse;
typedef void UseVisitor(const StmtUse *use, void *context);
/* Calls visit for each use of the statement, in the order of its text; its bodies are left out.
 * visit may change *use->reg and *use->expr. */
void stmt_each_use(Stmt *stmt, UseVisitor *visit, void *context);

typedef void StmtVisitor(Stmt *stmt, void *context);
/* Calls visit for each statement of the list and, behind it, those of its bodies. */
void stmts_each(const StmtList *list, StmtVisitor *visit, void *context);

#endif
