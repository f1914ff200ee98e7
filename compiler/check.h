/* check.h - the parts of xnc check: each value of a run against the interpreter.
 */
#ifndef XNC_COMPILER_CHECK_H
#define XNC_COMPILER_CHECK_H

#include "compare.h"
#include "product.h"

/* What one layer wrote, beside what it should have written. */
typedef struct CheckedValue {
    const Layer *layer;
    const float *expected; /* NCHW; NULL until the interpreter came by */
    Shape shape;
    bool seen;         /* the run came by */
    Difference found;  /* meaningful when seen */
    int64_t bad_zeros; /* padding channels that are not +0; not counted when moves_zero */
} CheckedValue;

typedef struct Check {
    Session *session;
    const Description *description;
    Unit unit;    /* through the whole pipeline */
    Graph *plain; /* as described, outputs selected */
    ParamSource *source;
    const float *input;
    bool moves_zero;      /* an activation turns +0 into something else, so padding may hold that */
    CheckedValue *values; /* one for each layer of the module */
    float **outputs;      /* of the run */
    Product *product;
} Check;

/* Interprets a graph on the input; copies its outputs into the session's arena unless outputs is
 * NULL. watch, which may be NULL, gets the check as its context. False after a diagnostic. */
bool check_interpret(Check *check, const Graph *graph, float **outputs, InterpWatch *watch);
/* Interprets the planned graph and keeps what the layers will be compared with. */
bool check_expect(Check *check);
/* Runs the product and compares after each layer. */
bool check_run(Check *check);
/* Layers that were compared and differ, or that nothing was known about. */
int check_wrong_values(const Check *check);

#endif
