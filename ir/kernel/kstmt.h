/* kstmt.h - describes what each kind of statement consists of: one row per kind, in the order of
 * its text.
 *
 *   STMT_COPY   ->   "copy"  base[value], stored to  "="  other[other_value], loaded
 *
 * Parser and printer follow the rows, and so does all code that treats statements alike whatever
 * their kind: copying, counting uses, checking, rewriting indices. To add a kind of statement, add
 * a row here, its meaning as a case in kinterp_stmt.c, and its C as a case in emit_stmt.c.
 */
#ifndef XNC_IR_KSTMT_H
#define XNC_IR_KSTMT_H

#include "kernel.h"

/* What a statement does with a variable or expression. The order matters: first the roles that
 * read, then those that change, then those that define. */
typedef enum Role {
    ROLE_NONE,
    ROLE_INT,           /* reads the int expression */
    ROLE_VECTOR,        /* reads the vector */
    ROLE_LOAD,          /* uses the pointer and offset to load, or to make a pointer to read from */
    ROLE_STORE,         /* uses them to store, or to make a pointer that may be stored through */
    ROLE_ARG,           /* passes the pointer with its offset, the array, or the int expression */
    ROLE_CHANGE_INT,    /* assigns to an int that exists */
    ROLE_CHANGE_VECTOR, /* assigns to a vector that exists */
    ROLE_DEFINE_INT,    /* defines an int that may be assigned to */
    ROLE_DEFINE_FIXED,  /* defines an int that never changes */
    ROLE_DEFINE_LOOP,   /* the same, visible in the statement's body only */
    ROLE_DEFINE_PTR,    /* defines a pointer to read from, or sets an element of an array */
    ROLE_DEFINE_PTR_MUT, /* defines a pointer that may be stored through (is_mutable) */
    ROLE_DEFINE_PTRS,    /* defines an array of pointers */
    ROLE_DEFINE_VECTOR   /* defines a vector */
} Role;

/* Whether the role only reads, so that what is named must have been defined before. */
bool role_reads(Role role);

/* What a part of a statement is, and the type of the field that holds it. */
typedef enum PartKind {
    PART_END,
    PART_TEXT,      /* a word or mark that always stands there */
    PART_FLAG,      /* bool: the word or nothing */
    PART_ELEMENT,   /* Element, nothing for f32 */
    PART_NUMBER,    /* int64_t from lo to hi */
    PART_CONSTANT,  /* const IntExpr *, a number */
    PART_INT,       /* const IntExpr * */
    PART_OPTION,    /* const IntExpr *, after the word; NULL: neither is there */
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

typedef struct StmtPart {
    PartKind kind;
    Role role;
    /* Fixed word, word of a flag or option; else the part's name in diagnostics. */
    const char *text;
    size_t at;      /* offset of the field in Stmt, in bytes */
    size_t offset;  /* of a PART_ACCESS: where in Stmt the expression in [] is, in bytes */
    int64_t lo, hi; /* bounds of a PART_NUMBER, both included */
} StmtPart;

/* The parts of a kind, up to PART_END. A comment has none. */
const StmtPart *stmt_parts(StmtKind kind);
/* The address of a part's field: at is StmtPart.at or StmtPart.offset. */
void *stmt_field(Stmt *stmt, size_t at);

/* One variable or expression that a statement uses. */
typedef struct StmtUse {
    Role role;
    const char *name;     /* of a variable; NULL for an int expression alone */
    Reg *reg;             /* the variable with its indices; NULL when it can have none */
    const IntExpr **expr; /* an int expression, or the offset from reg; NULL when there is none */
    Element element;      /* of the vector, or of what the pointer points to, that the statement
                             defines or expects; none: any, or reg is neither */
} StmtUse;
typedef void UseVisitor(const StmtUse *use, void *context);
/* Calls visit for each use of the statement itself, in the order of its text, without its bodies.
 * visit may change *use->reg and *use->expr. */
void stmt_each_use(Stmt *stmt, UseVisitor *visit, void *context);

typedef void StmtVisitor(Stmt *stmt, void *context);
/* Calls visit for each statement of the list and, after it, for those of its bodies. */
void stmts_each(const StmtList *list, StmtVisitor *visit, void *context);

#endif
