/* eval.h - a set of pictures through a loaded network, with threads. */
#ifndef XNC_COMPILER_EVAL_H
#define XNC_COMPILER_EVAL_H

#include "eval_state.h"
#include "labelled.h"
#include "product.h"

typedef struct Eval {
    const Work *work;
    const Product *product; /* its model and weights are used, its memory is not */
    const LabelledSet *set;
    const char *state; /* file to keep the results in; NULL: none */
    EvalSubject subject;
    char *results; /* a letter for each picture, and a NUL */
    int threads;
} Eval;

/* How many pictures have each result. */
typedef struct EvalCounts {
    int64_t pending, top1, top5, wrong, unreadable;
} EvalCounts;

/* Evaluates the pictures that are pending. Unreadable ones are reported on standard error; the
 * state is saved every few seconds and at the end. False after a diagnostic. */
bool eval_run(Eval *eval);
EvalCounts eval_count(const Eval *eval);

#endif
