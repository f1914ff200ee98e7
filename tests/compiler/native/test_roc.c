/* Purpose: accuracy and ROC AUC of labels that are there or not are scikit-learn's.
 * Input: roc_golden.h (make_roc.py); pictures of unknown target, unreadable ones, NaNs, one kind
 * alone. Expectation: the golden numbers; what is not known does not count; a NaN is never right.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "eval_labels.h"
#include "roc_golden.h"

enum { MOST = 64 };

/* The score of the second of two labels; the first has other values and targets. */
static LabelScore score_of(const float *scores, const signed char *targets, const char *letters,
                           int count) {
    static signed char rows[MOST][2];
    static float outputs[MOST][2];
    static char results[MOST];
    static LabelledPicture pictures[MOST];
    Arena *arena = arena_create();
    Work work = {.arena = arena};
    LabelledSet set = {pictures, count};
    Eval eval = {
        .work = &work, .set = &set, .results = results, .outputs = outputs[0], .labels = 2};
    for (int i = 0; i < count; i++) {
        rows[i][0] = 1;
        rows[i][1] = targets[i];
        outputs[i][0] = -1.0f;
        outputs[i][1] = scores[i];
        results[i] = letters ? letters[i] : RESULT_KEPT;
        pictures[i] = (LabelledPicture){.path = "x", .targets = rows[i]};
    }
    LabelScore score = eval_label(&eval, 1, 0.0f);
    arena_destroy(arena);
    return score;
}

static void as_scikit_learn(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++) {
        LabelScore score = score_of(golden[i].scores, golden[i].targets, NULL, golden[i].count);
        assert_int_equal(score.positive + score.negative, golden[i].count);
        assert_int_equal(score.right, golden[i].right);
        assert_true(fabs(score.auc - golden[i].auc) < 1e-14);
    }
}

static void unknown_and_unreadable_do_not_count(void **state) {
    (void)state;
    const float scores[] = {1.0f, 9.0f, -1.0f, 9.0f, -2.0f};
    const signed char targets[] = {1, -1, 0, 0, 1};
    LabelScore score = score_of(scores, targets, "kkkxk", 5);
    assert_int_equal(score.positive, 2);
    assert_int_equal(score.negative, 1);
    assert_int_equal(score.right, 2);
    assert_true(score.auc == 0.5);
}

static void one_kind_alone_has_no_auc(void **state) {
    (void)state;
    const float scores[] = {1.0f, -1.0f};
    LabelScore score = score_of(scores, (const signed char[]){1, 1}, NULL, 2);
    assert_int_equal(score.right, 1);
    assert_true(score.auc < 0.0);
    assert_true(score_of(scores, (const signed char[]){-1, -1}, NULL, 2).auc < 0.0);
}

static void a_nan_ranks_below_all_and_is_never_right(void **state) {
    (void)state;
    const float scores[] = {NAN, -3.0f, NAN, -INFINITY};
    LabelScore score = score_of(scores, (const signed char[]){0, 1, 1, 0}, NULL, 4);
    assert_int_equal(score.right, 1);
    assert_true(score.auc == 0.625); /* pairs: above both, half of one */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_scikit_learn),
        cmocka_unit_test(unknown_and_unreadable_do_not_count),
        cmocka_unit_test(one_kind_alone_has_no_auc),
        cmocka_unit_test(a_nan_ranks_below_all_and_is_never_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
