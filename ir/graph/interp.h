/* interp.h - what the files of the interpreter share. */
#ifndef XNC_IR_INTERP_H
#define XNC_IR_INTERP_H

#include "internal.h"

typedef struct Interp {
    Arena *arena; /* of the results */
    Map *held;    /* from a value to the Held that has its data */
    ParamReader *read;
    void *read_context;
    InterpWatch *watch;
    void *watch_context;
} Interp;

/* A value's data, in an arena of its own that ends with the last reader. */
typedef struct Held {
    Arena *arena;
    float *data;
    int readers;
} Held;

/* What one operation works on. in[0] has the prologue applied already; out is to be filled, after
 * which residual and epilogue follow. Temporary memory comes from scratch. */
typedef struct Step {
    const Interp *interp;
    const Node *node;
    Arena *scratch;
    const float *in;
    float *out;
} Step;

/* The constant, or with NULL a vector of count zeros; NULL when the reader failed. */
const float *step_constant(const Step *step, const Expr *expr, int64_t count);

/* acc[p] = fma(w[k], x[k][p], acc[p]) for k from 0 to depth - 1, for count elements. */
typedef void Chain(float *acc, int64_t count, int64_t depth, const float *w, const float *const *x);
/* The fastest form for this machine; all give the same bits. */
Chain *choose_chain(void);

/* One function per row of ops.def; false when the reader failed. */
#define OP(name, ...) bool interp_##name(const Step *step);
#include "ops.def"
#undef OP

#endif
