/* command_eval.c - xnc eval: MODEL and labelled pictures -> top-1 and top-5, beside the published.
 *
 *   top-1   79.94 %   published  79.90 %
 *
 * A network with one output tells two classes apart: accuracy and ROC AUC are reported in their
 * place (eval_told.c), as for several labels at once, whose targets are in a table.
 *
 * Threads work on different pictures (native/eval.c), so --threads raises throughput and leaves
 * latency as it is. With --state results are kept in a file, so that an interrupted evaluation goes
 * on; a finished one is only reported, without building anything.
 */
#include "clean.h"
#include "command.h"

#include <string.h>

#include <xxhash.h>

#include "digest.h"
#include "eval_told.h"
#include "picture.h"
#include "quant_fit.h"

/* What is made before the C compiler runs. */
typedef struct Prepared {
    Unit unit;
    Model model;
    const Labels *labels; /* NULL: none are known */
    const LabelledSet *set;
    bool tells; /* labels that are there or not; else classes are ranked */
    const Boxes *boxes;
} Prepared;

/* False after a message. */
static bool check_usage(const Prepared *prepared, const char *pictures) {
    const Graph *graph = prepared->unit.graph;
    int64_t channels = graph->input->shape.dim[1];
    if (!prepared->model.weights) {
        fprintf(stderr, "xnc eval: --weights FILE is needed\n");
    } else if (!ranks_classes(graph)) {
        fprintf(stderr, "xnc eval: there are no classes to rank with these options\n");
    } else if (channels != 1 && channels != 3) {
        fprintf(stderr, "xnc eval: pictures have 3 channels or 1; the network takes %lld\n",
                (long long)channels);
    } else if (labelled_is_table(pictures) && graph->scores == SCORES_SOFTMAX) {
        fprintf(stderr, "xnc eval: a table has targets of labels that may be there together, but "
                        "softmax tells one class: give --scores=sigmoid, or a list or folders\n");
    } else {
        return true;
    }
    return false;
}

/* Passes, labels and the list of pictures: all that can be wrong with the arguments shows before
 * the C compiler runs. */
static ExitCode prepare(const Work *work, const Options *options, Prepared *prepared) {
    UnitRequest request = unit_request(options, NULL);
    ExitCode code = unit_open(work, &request, &prepared->model, &prepared->unit);
    if (code != EXIT_DONE) {
        return code;
    }
    const char *pictures = options->operands[1];
    if (!check_usage(prepared, pictures)) {
        return EXIT_USAGE;
    }
    model_tell_preprocess(work, &prepared->model, prepared->unit.graph);
    model_tell_precision(work, prepared->unit.graph);
    model_tell_scores(work, &prepared->model, prepared->unit.graph);
    int64_t outputs = prepared->unit.graph->outputs[0]->shape.dim[1];
    if (!model_labels(work, &prepared->model, options->labels, outputs, &prepared->labels)) {
        return EXIT_MODEL;
    }
    const Labels *labels = prepared->labels;
    bool table = labelled_is_table(pictures);
    prepared->tells = table || outputs == 1;
    prepared->set =
        table ? labelled_table(work->arena, work->diag, pictures, labels, outputs)
              : labelled_open(work->arena, work->diag, pictures, labels, outputs + (outputs == 1));
    BoxRequest box = box_request(options);
    return prepared->set && boxes_open(work->arena, work->diag, &box, &prepared->boxes)
               ? EXIT_DONE
               : EXIT_MODEL;
}

static uint64_t digest_text(const char *text, uint64_t seed) {
    return XXH64(text, strlen(text), seed);
}

/* Of paths and classes or targets, in the order of the set; each digest is the seed of the next. */
static uint64_t digest_pictures(const Prepared *prepared) {
    const LabelledSet *set = prepared->set;
    size_t outputs = (size_t)prepared->unit.graph->outputs[0]->shape.dim[1];
    uint64_t digest = 0;
    for (int64_t i = 0; i < set->count; i++) {
        digest = digest_text(set->at[i].path, digest + (uint64_t)set->at[i].class);
        digest = set->at[i].targets ? XXH64(set->at[i].targets, outputs, digest) : digest;
    }
    return digest;
}

/* What the results of this evaluation depend on. */
static bool find_subject(const Work *work, const Prepared *prepared, EvalSubject *subject) {
    if (!model_weights_digest(work, &prepared->model, &subject->weights)) {
        return false;
    }
    subject->network = module_digest(prepared->unit.module);
    subject->preprocessing =
        picture_digest(work->arena, &prepared->unit.graph->preprocess, prepared->boxes);
    subject->pictures = digest_pictures(prepared);
    return true;
}

/* 0 of nothing. */
static double percent(int64_t part, int64_t all) {
    return all > 0 ? 100.0 * (double)part / (double)all : 0.0;
}

/* published 0: not known. */
static void print_row(const char *name, double here, double published) {
    printf("%s  %6.2f %%", name, here);
    if (published > 0.0) {
        printf("   published %6.2f %%", published);
    }
    printf("\n");
}

/* The first line: the network and how many pictures count. */
static void print_subject(const Prepared *prepared, int64_t readable) {
    const PublishedWeights *published = prepared->model.description->chosen;
    const Preprocess *how = &prepared->unit.graph->preprocess;
    print_clean(stdout, "%s%s%s, %lld x %lld: %lld pictures\n", prepared->model.description->name,
                published ? "." : "", published ? published->tag : "", (long long)how->test_size[0],
                (long long)how->test_size[1], (long long)readable);
}

/* Published numbers are those of the checkpoint whose tag the file's name has; without one there
 * are none to compare with. */
static void print_ranks(const Prepared *prepared, const EvalCounts *counts, int64_t readable) {
    const PublishedWeights *published = prepared->model.description->chosen;
    print_row("top-1", percent(counts->top1, readable), published ? published->top1 : 0.0);
    print_row("top-5", percent(counts->top1 + counts->top5, readable),
              published ? published->top5 : 0.0);
}

/* The paths of pictures that do not count. */
static json_t *list_unreadable(Arena *arena, const Eval *eval) {
    json_t *unreadable = json_array();
    for (int64_t i = 0; i < eval->set->count; i++) {
        if (eval->results[i] == RESULT_UNREADABLE &&
            json_array_append_new(unreadable,
                                  json_string(json_safe(arena, eval->set->at[i].path))) != 0) {
            arena_fail(arena);
        }
    }
    return unreadable;
}

/* Accuracies in per cent; published ones are null where they are not known. */
static void print_json(Arena *arena, const Eval *eval, const Prepared *prepared,
                       const EvalCounts *counts, int64_t readable) {
    const PublishedWeights *published = prepared->model.description->chosen;
    json_t *root = json_root(arena, json_object());
    json_member(arena, root, "model", json_string(prepared->model.description->name));
    json_member(arena, root, "tag", published ? json_string(published->tag) : json_null());
    json_member(arena, root, "pictures", json_integer(readable));
    json_member(arena, root, "top1", json_real(percent(counts->top1, readable)));
    json_member(arena, root, "top5", json_real(percent(counts->top1 + counts->top5, readable)));
    json_member(arena, root, "published_top1",
                published && published->top1 > 0.0 ? json_real(published->top1) : json_null());
    json_member(arena, root, "published_top5",
                published && published->top5 > 0.0 ? json_real(published->top5) : json_null());
    json_member(arena, root, "unreadable", list_unreadable(arena, eval));
    json_print(arena, root);
}

static Told told_of(const Eval *eval, const Prepared *prepared, int64_t readable) {
    const Description *description = prepared->model.description;
    return (Told){.eval = eval,
                  .model = description->name,
                  .tag = description->chosen ? description->chosen->tag : NULL,
                  .labels = prepared->labels,
                  .logits = prepared->unit.graph->scores != SCORES_NONE,
                  .readable = readable};
}

/* Unreadable pictures count neither as right nor as wrong. */
static ExitCode report(const Eval *eval, const Prepared *prepared, bool json) {
    EvalCounts counts = eval_count(eval);
    int64_t readable = eval->set->count - counts.unreadable;
    Arena *arena = eval->work->arena;
    Told told = told_of(eval, prepared, readable);
    if (json && prepared->tells) {
        told_print_json(arena, &told, list_unreadable(arena, eval));
    } else if (json) {
        print_json(arena, eval, prepared, &counts, readable);
    } else {
        print_subject(prepared, readable);
        if (prepared->tells) {
            told_print(&told);
        } else {
            print_ranks(prepared, &counts, readable);
        }
        if (counts.unreadable > 0) {
            printf("%lld pictures could not be read and do not count\n",
                   (long long)counts.unreadable);
        }
    }
    return readable == 0 ? EXIT_MODEL : EXIT_DONE;
}

/* Builds, loads and runs; sets eval->product. */
static ExitCode evaluate(const Work *work, const Prepared *prepared, const BuildOptions *build,
                         Eval *eval) {
    const Unit *unit = &prepared->unit;
    ParamSource *source = param_source_open(work, &prepared->model, unit->graph);
    if (!source) {
        return EXIT_MODEL;
    }
    eval->product = product_load(work, unit, source, build);
    return eval->product && eval_run(eval) ? EXIT_DONE : product_failure(work->diag);
}

/* Nothing is evaluated yet. */
static Eval start_eval(const Work *work, const Options *options, const Prepared *prepared) {
    Eval eval = {.work = work,
                 .set = prepared->set,
                 .boxes = prepared->boxes,
                 .state = options->state,
                 .threads = thread_request(options)};
    eval.results = NEW_ARRAY(work->arena, char, prepared->set->count + 1);
    memset(eval.results, RESULT_PENDING, (size_t)prepared->set->count);
    if (prepared->tells) {
        eval.labels = prepared->unit.graph->outputs[0]->shape.dim[1];
        eval.outputs = NEW_ARRAY(work->arena, float, prepared->set->count *eval.labels);
    }
    return eval;
}

/* The state is read before anything is built: when no picture is pending, nothing has to be. */
ExitCode command_eval(const Work *work, const Options *options) {
    Prepared prepared = {.set = NULL};
    ExitCode code = prepare(work, options, &prepared);
    if (code != EXIT_DONE) {
        return code;
    }
    Eval eval = start_eval(work, options, &prepared);
    EvalKept kept = eval_kept(&eval);
    if (!find_subject(work, &prepared, &eval.subject) ||
        (eval.state &&
         !eval_state_read(work->arena, work->diag, eval.state, &eval.subject, &kept))) {
        return EXIT_MODEL;
    }
    BuildOptions build = build_request(options);
    code = eval_count(&eval).pending > 0 ? evaluate(work, &prepared, &build, &eval) : EXIT_DONE;
    return code == EXIT_DONE ? report(&eval, &prepared, options->json) : code;
}
