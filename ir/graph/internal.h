/* internal.h - what the files of the graph level share among themselves and with nobody else. */
#ifndef XNC_IR_INTERNAL_H
#define XNC_IR_INTERNAL_H

#include "ir.h"
#include "map.h"

enum {
    DEEPEST_EXPR = 64,   /* of constant expressions, built or parsed */
    DEEPEST_REGION = 16, /* of regions inside regions */
    LARGEST_WINDOW = 65536
};
#define LARGEST_VALUE ((int64_t)1 << 40) /* elements of a value or a constant */
#define LARGEST_MACS ((int64_t)10000000000000)

/* ---- graph_tables.c: arithmetic on shapes ---- */
/* The product, or INT64_MAX when it does not fit; factors are not negative. */
int64_t times(int64_t a, int64_t b);
int64_t plus(int64_t a, int64_t b);
typedef struct ShapeText {
    char text[96];
} ShapeText;
ShapeText shape_text(const Shape *shape); /* "[1,64,32,32]" */
ShapeText arity_text(const OpInfo *info); /* "2 operands", "1 to 2 operands" */

/* ---- graph.c ---- */
/* A node with its one result, in no list yet. */
Node *node_create(Arena *arena, Op op, const char *name, Loc loc);

/* ---- expr.c ---- */
/* Number of tensors, integers and numbers that a kind takes. */
typedef struct ExprInfo {
    const char *name;
    int tensors, integers, numbers;
    const char *line;
} ExprInfo;
const ExprInfo *expr_info(ExprKind kind);
/* Sets expr->shape; NULL, or what does not fit. */
const char *expr_infer(Expr *expr);

/* ---- infer.c, interp*.c: one function per row of ops.def ---- */
#define OP(name, ...) bool infer_##name(Diag *diag, Node *node);
#include "ops.def"
#undef OP

#endif
