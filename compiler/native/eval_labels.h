/* eval_labels.h - how well a network tells labels that are there or not: from its outputs for each
 * picture and the targets to accuracy and the area under the ROC curve.
 */
#ifndef XNC_COMPILER_EVAL_LABELS_H
#define XNC_COMPILER_EVAL_LABELS_H

#include "eval.h"

/* One label over all pictures that could be read and whose target is known. */
typedef struct LabelScore {
    int64_t positive, negative; /* pictures with the label, and without it */
    int64_t right;              /* of both, that are on the right side of the threshold */
    double auc; /* area under the ROC curve, 0 to 1; negative: not defined, as there is only one
                   kind of picture */
} LabelScore;

/* The score of one output of an evaluation that keeps outputs. A picture is said to have the label
 * when its output is above the threshold: 0 for logits, 0.5 for probabilities. */
LabelScore eval_label(const Eval *eval, int64_t label, float threshold);

#endif
