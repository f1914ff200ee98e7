/* command_run.c - xnc run: MODEL and inputs -> the five best classes of each image, or raw outputs.
 *
 * When a picture cannot be read, the others are still ranked, but no arrays are written: rows of
 * zeros among the outputs would look like results. The exit code is EXIT_MODEL in both cases.
 */
#include "batches.h"
#include "clean.h"
#include "command.h"
#include "json_out.h"
#include "product.h"
#include "xnc_top.h"

enum { TOP = 5 };

/* The context of compute(). */
typedef struct Runner {
    Diag *diag;
    Product *product;
} Runner;

/* A BatchFunction. */
static bool compute(void *context, const float *input, float *const outputs[]) {
    Runner *runner = context;
    return product_run(runner->diag, runner->product, input, outputs);
}

/* What is ranked, and how it is told. */
typedef struct Answers {
    const Batches *batches;
    const Labels *labels; /* NULL: none are known */
    Scores scores;
} Answers;

/* The runtime's word for it. */
static xnc_scores runtime_scores(Scores scores) {
    static const xnc_scores words[] = {[SCORES_SOFTMAX] = XNC_SCORES_SOFTMAX,
                                       [SCORES_SIGMOID] = XNC_SCORES_SIGMOID,
                                       [SCORES_NONE] = XNC_SCORES_NONE};
    return words[scores];
}

/* Replaces the outputs for an image by probabilities and finds the best. A single output is that
 * for class 1 of two. */
static int rank_image(const Answers *answers, int64_t image, xnc_ranked best[TOP]) {
    const Batches *batches = answers->batches;
    int classes = (int)batches->shapes[0].dim[1];
    float *outputs = batches->outputs[0] + image * classes;
    xnc_scores_of(runtime_scores(answers->scores), outputs, outputs, classes);
    int count = xnc_top(outputs, classes, best, TOP);
    best[0].index += classes == 1;
    return count;
}

/* The file that an image of the sequence comes from; *image becomes its index in that file. */
static const InputFile *file_of(const Batches *batches, int64_t *image) {
    const InputFile *file = batches->files;
    while (*image >= file->images) {
        *image -= file->images;
        file++;
    }
    return file;
}

/* "  99.12 %", or the number itself where it is no probability. */
static void print_score(const Answers *answers, float score) {
    if (answers->scores == SCORES_NONE) {
        printf("  %10.6g", (double)score);
    } else {
        printf("  %6.2f %%", 100.0 * (double)score);
    }
}

/* A path, and for arrays the index in it, then at most five lines: score, class, name. */
static void print_image(const Answers *answers, int64_t image) {
    xnc_ranked best[TOP];
    int count = rank_image(answers, image, best);
    const InputFile *file = file_of(answers->batches, &image);
    if (file->unreadable) {
        return;
    }
    if (file->values) {
        print_clean(stdout, "%s, image %lld\n", file->path, (long long)image);
    } else {
        print_clean(stdout, "%s\n", file->path);
    }
    for (int i = 0; i < count; i++) {
        const char *label = answer_label(answers->labels, best[i].index);
        print_score(answers, best[i].value);
        printf("  class %d%s%s\n", best[i].index, *label ? "  " : "", label);
    }
}

/* The same as one element of the JSON array; a picture that cannot be read has "error" instead. */
static void add_image(Arena *arena, const Answers *answers, int64_t image, json_t *list) {
    xnc_ranked best[TOP];
    int count = rank_image(answers, image, best);
    const InputFile *file = file_of(answers->batches, &image);
    const char *path = json_safe(arena, file->path);
    if (file->unreadable) {
        json_append_object(arena, list, "{s:s, s:s}", "input", path, "error",
                           "cannot be read as a picture");
        return;
    }
    json_append_object(arena, list, "{s:s, s:I, s:[]}", "input", path, "image", (json_int_t)image,
                       "top");
    json_t *top = json_object_get(json_array_get(list, json_array_size(list) - 1), "top");
    const char *key = answers->scores == SCORES_NONE ? "value" : "probability";
    for (int i = 0; i < count; i++) {
        json_append_object(arena, top, "{s:i, s:f, s:s}", "class", best[i].index, key,
                           (double)best[i].value, "label",
                           answer_label(answers->labels, best[i].index));
    }
}

/* All images, in the order of the files. */
static void print_top(Arena *arena, const Answers *answers, bool json) {
    if (!json) {
        for (int64_t i = 0; i < answers->batches->images; i++) {
            print_image(answers, i);
        }
        return;
    }
    json_t *list = json_root(arena, json_array());
    for (int64_t i = 0; i < answers->batches->images; i++) {
        add_image(arena, answers, i, list);
    }
    json_print(arena, list);
}

/* With --output the arrays, else the ranked classes. */
static ExitCode report(const Work *work, const Options *options, const Answers *answers) {
    const Batches *batches = answers->batches;
    const char *path = options->output;
    if (path && batches->unreadable) {
        return EXIT_MODEL;
    }
    if (path) {
        return batches_write(work, batches, path) ? EXIT_DONE : EXIT_MACHINE;
    }
    print_top(work->arena, answers, options->json);
    return batches->unreadable ? EXIT_MODEL : EXIT_DONE;
}

/* Names of the classes, if the output has classes; *labels is NULL when none are known. */
static bool find_labels(const Work *work, const Model *model, const char *path, const Graph *graph,
                        const Labels **labels) {
    *labels = NULL;
    return !ranks_classes(graph) ||
           model_labels(work, model, path, graph->outputs[0]->shape.dim[1], labels);
}

/* What can be refused before the C compiler runs. False after a message. */
static bool check_usage(const Options *options, const Model *model, const Graph *graph) {
    if (!options->output && !ranks_classes(graph)) {
        fprintf(stderr, "xnc run: there are no classes to rank; --output=Y.npy writes values\n");
        return false;
    }
    if (!model->weights) {
        fprintf(stderr,
                "xnc run: --weights FILE is needed; 'xnc seed-weights' writes one to try\n");
        return false;
    }
    return true;
}

/* Inputs and the output are opened before the network is built: a wrong path shows at once. */
ExitCode command_run(const Work *work, const Options *options) {
    UnitRequest request = unit_request(options, NULL);
    BuildOptions build = build_request(options);
    Model model;
    Unit unit;
    ExitCode code = unit_open(work, &request, &model, &unit);
    if (code != EXIT_DONE) {
        return code;
    }
    if (!check_usage(options, &model, unit.graph)) {
        return EXIT_USAGE;
    }
    model_tell_preprocess(work, &model, unit.graph);
    model_tell_precision(work, unit.graph);
    model_tell_scores(work, &model, unit.graph);
    const Labels *labels;
    if (!find_labels(work, &model, options->labels, unit.graph, &labels)) {
        return EXIT_MODEL;
    }
    if (options->output && !batches_can_write(work, unit.graph, options->output)) {
        return EXIT_MACHINE;
    }
    BoxRequest box = box_request(options);
    Batches *batches =
        batches_read(work, unit.graph, options->operands + 1, options->n_operands - 1);
    bool good = batches && batches_cut(work, batches, &box);
    ParamSource *source = good ? param_source_open(work, &model, unit.graph) : NULL;
    if (!source) {
        return EXIT_MODEL;
    }
    Runner runner = {work->diag, product_load(work, &unit, source, &build)};
    if (!runner.product ||
        !product_set_threads(work->diag, runner.product, thread_request(options)) ||
        !batches_run(work, batches, compute, &runner)) {
        return product_failure(work->diag);
    }
    return report(work, options, &(Answers){batches, labels, unit.graph->scores});
}
