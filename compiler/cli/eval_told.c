/* eval_told.c - an evaluation that tells labels -> its report.
 *
 *   label                         pictures  with it  accuracy  ROC AUC
 *   class 1  round                     200       96   98.50 %   0.9971
 *
 * The mean of several labels counts each label once, however many pictures have it (scikit-learn's
 * macro average); a label whose AUC is not defined takes no part in the mean of AUCs.
 */
#include "eval_told.h"

#include "clean.h"
#include "model.h"

/* Sums over labels. */
typedef struct Means {
    double accuracy, auc;
    int64_t counted, defined; /* labels with pictures; labels with an AUC */
} Means;

static double accuracy_of(const LabelScore *score) {
    int64_t count = score->positive + score->negative;
    return count > 0 ? 100.0 * (double)score->right / (double)count : 0.0;
}

static LabelScore score_of(const Told *told, int64_t label) {
    return eval_label(told->eval, label, told->logits ? 0.0f : 0.5f);
}

static void add_to(Means *means, const LabelScore *score) {
    bool counted = score->positive + score->negative > 0;
    means->counted += counted;
    means->accuracy += counted ? accuracy_of(score) : 0.0;
    means->defined += score->auc >= 0.0;
    means->auc += score->auc >= 0.0 ? score->auc : 0.0;
}

/* Without pictures both sums are 0. */
static void divide(Means *means) {
    means->accuracy /= means->counted ? (double)means->counted : 1.0;
    means->auc /= means->defined ? (double)means->defined : 1.0;
}

/* The number of a class: the only output is that of class 1. */
static int class_of(const Told *told, int64_t label) {
    return (int)label + (told->eval->labels == 1);
}

static void print_numbers(double accuracy, double auc, bool defined) {
    printf("  %6.2f %%", accuracy);
    if (defined) {
        printf("   %.4f\n", auc);
    } else {
        printf("        -\n");
    }
}

void told_print(const Told *told) {
    Means means = {0};
    printf("%-28s  pictures   with it  accuracy  ROC AUC\n", "label");
    for (int64_t i = 0; i < told->eval->labels; i++) {
        LabelScore score = score_of(told, i);
        int class = class_of(told, i);
        const char *label = answer_label(told->labels, class);
        int used = printf("class %d%s", class, *label ? "  " : "");
        print_clean(stdout, "%-*s", 28 - used, label);
        printf("%10lld%10lld", (long long)(score.positive + score.negative),
               (long long)score.positive);
        print_numbers(accuracy_of(&score), score.auc, score.auc >= 0.0);
        add_to(&means, &score);
    }
    divide(&means);
    if (told->eval->labels > 1) {
        printf("%-48s", "mean");
        print_numbers(means.accuracy, means.auc, means.defined > 0);
    }
}

static json_t *auc_json(double auc, bool defined) {
    return defined ? json_real(auc) : json_null();
}

static json_t *label_json(Arena *arena, const Told *told, int64_t label, const LabelScore *score) {
    json_t *object = json_object();
    int class = class_of(told, label);
    json_member(arena, object, "class", json_integer(class));
    json_member(arena, object, "label", json_string(answer_label(told->labels, class)));
    json_member(arena, object, "positive", json_integer(score->positive));
    json_member(arena, object, "negative", json_integer(score->negative));
    json_member(arena, object, "accuracy", json_real(accuracy_of(score)));
    json_member(arena, object, "auc", auc_json(score->auc, score->auc >= 0.0));
    return object;
}

void told_print_json(Arena *arena, const Told *told, json_t *unreadable) {
    json_t *root = json_root(arena, json_object()), *labels = json_array();
    Means means = {0};
    json_member(arena, root, "model", json_string(told->model));
    json_member(arena, root, "tag", told->tag ? json_string(told->tag) : json_null());
    json_member(arena, root, "pictures", json_integer(told->readable));
    json_member(arena, root, "labels", labels);
    for (int64_t i = 0; i < told->eval->labels; i++) {
        LabelScore score = score_of(told, i);
        add_to(&means, &score);
        if (json_array_append_new(labels, label_json(arena, told, i, &score)) != 0) {
            arena_fail(arena);
        }
    }
    divide(&means);
    json_member(arena, root, "accuracy", json_real(means.accuracy));
    json_member(arena, root, "auc", auc_json(means.auc, means.defined > 0));
    json_member(arena, root, "unreadable", unreadable);
    json_print(arena, root);
}
