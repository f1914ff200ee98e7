/* internal.h - what the files of ir/graph share among themselves, and ir/text, which reads graphs
 * from text and must refuse what is beyond these limits.
 *
 * The limits protect against hostile input: recursion cannot exhaust the stack, and the sums and
 * products that passes and the interpreter make of sizes within the limits fit 64 bits.
 */
#ifndef XNC_IR_INTERNAL_H
#define XNC_IR_INTERNAL_H

#include "ir.h"
#include "limit.h"
#include "map.h"
#include "operands.h"

enum { LARGEST_WINDOW = 65536 };               /* each number of a Window */
#define LARGEST_VALUE ((int64_t)1 << 40)       /* elements of a value or a constant */
#define LARGEST_MACS ((int64_t)10000000000000) /* multiply-adds of a graph */

/* ---- graph_tables.c: arithmetic on shapes ---- */
/* Product and sum of numbers that are not negative, INT64_MAX when the result does not fit. */
int64_t times(int64_t a, int64_t b);
int64_t plus(int64_t a, int64_t b);
/* A short text, returned by value so that a message can hold several without any allocation. */
typedef struct ShapeText {
    char text[96];
} ShapeText;
ShapeText shape_text(const Shape *shape); /* "[1,64,32,32]" */
ShapeText arity_text(const OpInfo *info); /* "2 operands", "1 to 2 operands" */

/* ---- graph.c ---- */
/* A node with its one result and no operands, in no list yet; defaults as for graph_add(). */
Node *node_create(Arena *arena, Op op, const char *name, Loc loc);

/* ---- expr.c ---- */
/* A row of exprs.def. */
typedef struct ExprInfo {
    const char *name;
    int tensors, integers, numbers; /* how many of arg, integer and number the kind uses */
    const char *line;               /* for people */
} ExprInfo;
const ExprInfo *expr_info(ExprKind kind);
/* Sets expr->shape from the arguments. Returns NULL, or a sentence on what does not fit. */
const char *expr_infer(Expr *expr);

/* ---- infer.c: one function per row of ops.def. Sets the shape of the node's result; false after a
 * diagnostic. ---- */
#define OP(name, ...) bool infer_##name(Diag *diag, Node *node);
#include "ops.def"
#undef OP

#endif
