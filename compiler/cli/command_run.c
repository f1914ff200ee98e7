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

/* Replaces the logits of an image by probabilities (softmax) and finds the best. */
static int rank_image(const Batches *batches, int64_t image, xnc_ranked best[TOP]) {
    int classes = (int)batches->shapes[0].dim[1];
    float *logits = batches->outputs[0] + image * classes;
    xnc_softmax(logits, logits, classes);
    return xnc_top(logits, classes, best, TOP);
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

/* A path, and for arrays the index in it, then five lines: probability, class, name. */
static void print_image(const Labels *labels, const Batches *batches, int64_t image) {
    xnc_ranked best[TOP];
    int count = rank_image(batches, image, best);
    const InputFile *file = file_of(batches, &image);
    if (file->unreadable) {
        return;
    }
    if (file->values) {
        print_clean(stdout, "%s, image %lld\n", file->path, (long long)image);
    } else {
        print_clean(stdout, "%s\n", file->path);
    }
    for (int i = 0; i < count; i++) {
        const char *label = label_text(labels, best[i].index);
        printf("  %6.2f %%  class %d%s%s\n", 100.0 * (double)best[i].value, best[i].index,
               *label ? "  " : "", label);
    }
}

/* The same as one element of the JSON array; a picture that cannot be read has "error" instead. */
static void add_image(Arena *arena, const Labels *labels, const Batches *batches, int64_t image,
                      json_t *list) {
    xnc_ranked best[TOP];
    int count = rank_image(batches, image, best);
    const InputFile *file = file_of(batches, &image);
    const char *path = json_safe(arena, file->path);
    if (file->unreadable) {
        json_append_object(arena, list, "{s:s, s:s}", "input", path, "error",
                           "cannot be read as a picture");
        return;
    }
    json_append_object(arena, list, "{s:s, s:I, s:[]}", "input", path, "image", (json_int_t)image,
                       "top");
    json_t *top = json_object_get(json_array_get(list, json_array_size(list) - 1), "top");
    for (int i = 0; i < count; i++) {
        json_append_object(arena, top, "{s:i, s:f, s:s}", "class", best[i].index, "probability",
                           (double)best[i].value, "label", label_text(labels, best[i].index));
    }
}

/* All images, in the order of the files. */
static void print_top(Arena *arena, const Labels *labels, const Batches *batches, bool json) {
    if (!json) {
        for (int64_t i = 0; i < batches->images; i++) {
            print_image(labels, batches, i);
        }
        return;
    }
    json_t *list = json_root(arena, json_array());
    for (int64_t i = 0; i < batches->images; i++) {
        add_image(arena, labels, batches, i, list);
    }
    json_print(arena, list);
}

/* With --output the arrays, else the ranked classes. */
static ExitCode report(const Work *work, const Options *options, const Labels *labels,
                       const Batches *batches) {
    const char *path = options->output;
    if (path && batches->unreadable) {
        return EXIT_MODEL;
    }
    if (path) {
        return batches_write(work, batches, path) ? EXIT_DONE : EXIT_MACHINE;
    }
    print_top(work->arena, labels, batches, options->json);
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

/* Inputs are opened before the network is built: a wrong path shows at once. */
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
    const Labels *labels;
    if (!find_labels(work, &model, options->labels, unit.graph, &labels)) {
        return EXIT_MODEL;
    }
    BoxRequest box = box_request(options);
    Batches *batches =
        batches_read(work, unit.graph, options->operands + 1, options->n_operands - 1);
    bool good = batches && boxes_open(work->arena, work->diag, &box, &batches->boxes);
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
    return report(work, options, labels, batches);
}
