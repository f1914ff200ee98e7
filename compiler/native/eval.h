/* eval.h - classifies a set of labelled pictures with a loaded network, on several threads. */
#ifndef XNC_COMPILER_EVAL_H
#define XNC_COMPILER_EVAL_H

#include "boxes.h"
#include "eval_state.h"
#include "labelled.h"
#include "product.h"

typedef struct Eval {
    const Work *work;
    const Product *product; /* its model and weights are used; arenas are each thread's own */
    const LabelledSet *set;
    const Boxes *boxes;  /* of the pictures; NULL: they are whole */
    const char *state;   /* path of the file to keep the results in; NULL: none */
    EvalSubject subject; /* written into that file */
    char *results;       /* a letter of eval_state.h for each picture of the set, and a NUL */
    int threads;
    /* Where labels are told and not classes ranked (eval_labels.h): the outputs of each picture, of
     * those that are RESULT_KEPT. NULL: classes are ranked. */
    float *outputs;
    int64_t labels; /* outputs of a picture */
} Eval;

/* How many pictures have each result. */
typedef struct EvalCounts {
    int64_t pending, top1, top5, wrong, kept, unreadable;
} EvalCounts;

/* Evaluates the pictures that are pending and sets their letters. Unreadable pictures are reported
 * on standard error; the state is saved every few seconds and at the end. False after a
 * message: memory ran out, the network did not run, or the state could not be saved. */
bool eval_run(Eval *eval);
/* What a state keeps of it. */
EvalKept eval_kept(const Eval *eval);
EvalCounts eval_count(const Eval *eval);

#endif
