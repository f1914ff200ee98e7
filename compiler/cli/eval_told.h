/* eval_told.h - what xnc eval reports of labels that are there or not; ranked classes are reported
 * by command_eval.c.
 */
#ifndef XNC_COMPILER_EVAL_TOLD_H
#define XNC_COMPILER_EVAL_TOLD_H

#include "eval_labels.h"
#include "json_out.h"
#include "labels.h"

/* What is reported, beside the evaluation. */
typedef struct Told {
    const Eval *eval;
    const char *model;    /* name of the network */
    const char *tag;      /* of the published weights; NULL: none */
    const Labels *labels; /* NULL: none are known */
    bool logits;          /* outputs are logits, else probabilities */
    int64_t readable;     /* pictures that count */
} Told;

/* Accuracy at a probability of 0.5 and ROC AUC, of each label and on average, as text or JSON on
 * standard output. */
void told_print(const Told *told);
/* unreadable becomes a member of the object; it is a list of paths. */
void told_print_json(Arena *arena, const Told *told, json_t *unreadable);

#endif
