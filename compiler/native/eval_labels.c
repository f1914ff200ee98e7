/* eval_labels.c - outputs and targets of a set -> accuracy and ROC AUC of each label.
 *
 *   outputs 2.1, -0.3, 0.4; targets 1, 0, 0   ->   positive 1, negative 2, right 2, AUC 1.0
 *
 * Ranks come from the outputs themselves: a sigmoid keeps their order but rounds large ones to
 * equal numbers.
 */
#include "eval_labels.h"

#include <math.h>
#include <stdlib.h>

/* An output for one picture, and whether the picture has the label. */
typedef struct RocValue {
    float value;
    bool positive;
} RocValue;

static int by_value(const void *a, const void *b) {
    float first = ((const RocValue *)a)->value, second = ((const RocValue *)b)->value;
    int numbers = !isnan(first) - !isnan(second);
    return numbers ? numbers : (first > second) - (first < second);
}

/* Area under the ROC curve of count values, which are sorted: the share of pairs of a positive and
 * a negative whose positive has the larger value, pairs of equal values counted half (Mann-Whitney,
 * as scikit-learn's roc_auc_score). A NaN is smaller than all numbers. -1 without such a pair.
 *
 * Goes through groups of equal values: each positive of a group is above all negatives before it,
 * and level with those of its group. Counts are doubled, so that they stay integers: at most 2^41.
 */
static double roc_auc(RocValue *values, int64_t count) {
    int64_t above = 0, positives = 0, negatives = 0;
    if (count > 0) {
        qsort(values, (size_t)count, sizeof *values, by_value);
    }
    for (int64_t at = 0; at < count;) {
        int64_t start = at, group = 0;
        while (at < count && by_value(&values[start], &values[at]) == 0) {
            group += values[at++].positive;
        }
        int64_t others = at - start - group;
        above += group * (2 * negatives + others);
        positives += group;
        negatives += others;
    }
    return positives && negatives ? (double)above / (2.0 * (double)positives * (double)negatives)
                                  : -1.0;
}

LabelScore eval_label(const Eval *eval, int64_t label, float threshold) {
    const LabelledSet *set = eval->set;
    Arena *part = arena_child(eval->work->arena);
    RocValue *values = NEW_ARRAY(part, RocValue, set->count);
    LabelScore score = {0};
    int64_t count = 0;
    for (int64_t i = 0; i < set->count; i++) {
        int target = labelled_target(&set->at[i], label);
        float output = eval->outputs[i * eval->labels + label];
        if (target < 0 || eval->results[i] != RESULT_KEPT) {
            continue;
        }
        values[count++] = (RocValue){output, target == 1};
        score.positive += target == 1;
        score.negative += target == 0;
        score.right += !isnan(output) && (output > threshold) == (target == 1);
    }
    score.auc = roc_auc(values, count);
    arena_destroy(part);
    return score;
}
