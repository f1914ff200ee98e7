/* command_run.c - xnc run: MODEL and inputs -> the five best classes of each image, or raw outputs.
 *
 * A picture that cannot be read does not keep the others from being ranked, but arrays of outputs
 * with a hole in them would mislead.
 */
#include "batches.h"
#include "json_out.h"
#include "product.h"
#include "xnc_top.h"

enum { TOP = 5 };

typedef struct Runner {
    Session *session;
    Product *product;
} Runner;

static bool compute(void *context, const float *input, float *const outputs[]) {
    Runner *runner = context;
    return product_run(runner->session, runner->product, input, outputs);
}

/* Writes probabilities over the logits of an image and finds the best. */
static int rank_image(const Batches *batches, int64_t image, xnc_ranked best[TOP]) {
    int classes = (int)batches->shapes[0].dim[1];
    float *logits = batches->outputs[0] + image * classes;
    xnc_softmax(logits, logits, classes);
    return xnc_top(logits, classes, best, TOP);
}

/* Which file an image of the sequence comes from, and its number there. */
static const InputFile *file_of(const Batches *batches, int64_t *image) {
    const InputFile *file = batches->files;
    while (*image >= file->images) {
        *image -= file->images;
        file++;
    }
    return file;
}

static void print_image(const Labels *labels, const Batches *batches, int64_t image) {
    xnc_ranked best[TOP];
    int count = rank_image(batches, image, best);
    const InputFile *file = file_of(batches, &image);
    if (file->unreadable) {
        return;
    }
    if (file->values) {
        printf("%s, image %lld\n", file->path, (long long)image);
    } else {
        printf("%s\n", file->path);
    }
    for (int i = 0; i < count; i++) {
        const char *label = label_text(labels, best[i].index);
        printf("  %6.2f %%  class %d%s%s\n", 100.0 * (double)best[i].value, best[i].index,
               *label ? "  " : "", label);
    }
}

static void add_image(Session *session, const Labels *labels, const Batches *batches, int64_t image,
                      json_t *list) {
    xnc_ranked best[TOP];
    int count = rank_image(batches, image, best);
    const InputFile *file = file_of(batches, &image);
    const char *path = json_safe(session->work.arena, file->path);
    if (file->unreadable) {
        json_append_object(session->work.arena, list, "{s:s, s:s}", "input", path, "error",
                           "cannot be read as a picture");
        return;
    }
    json_append_object(session->work.arena, list, "{s:s, s:I, s:[]}", "input", path, "image",
                       (json_int_t)image, "top");
    json_t *top = json_object_get(json_array_get(list, json_array_size(list) - 1), "top");
    for (int i = 0; i < count; i++) {
        json_append_object(session->work.arena, top, "{s:i, s:f, s:s}", "class", best[i].index,
                           "probability", (double)best[i].value, "label",
                           label_text(labels, best[i].index));
    }
}

static ExitCode print_top(Session *session, const Labels *labels, const Batches *batches) {
    if (!session->options->json) {
        for (int64_t i = 0; i < batches->images; i++) {
            print_image(labels, batches, i);
        }
        return EXIT_DONE;
    }
    json_t *list = json_root(session->work.arena, json_array());
    for (int64_t i = 0; i < batches->images; i++) {
        add_image(session, labels, batches, i, list);
    }
    json_print(session->work.arena, list);
    return EXIT_DONE;
}

static ExitCode report(Session *session, const Labels *labels, const Batches *batches) {
    const char *path = session->options->output;
    if (path && batches->unreadable) {
        return EXIT_MODEL;
    }
    if (path) {
        return batches_write(&session->work, batches, path) ? EXIT_DONE : EXIT_MACHINE;
    }
    ExitCode code = print_top(session, labels, batches);
    return code == EXIT_DONE && batches->unreadable ? EXIT_MODEL : code;
}

/* Labels of the classes, where the output has classes. */
static bool find_labels(Session *session, const Description *description, const Graph *graph,
                        const Labels **labels) {
    *labels = NULL;
    return !ranks_classes(graph) ||
           session_labels(session, description, graph->outputs[0]->shape.dim[1], labels);
}

/* What can be refused before the C compiler runs. */
static bool check_usage(Session *session, const Description *description, const Graph *graph) {
    if (!session->options->output && !ranks_classes(graph)) {
        fprintf(stderr, "xnc run: there are no classes to rank; --output=Y.npy writes values\n");
        return false;
    }
    if (!session_weights(session, description)) {
        fprintf(stderr,
                "xnc run: --weights FILE is needed; 'xnc seed-weights' writes one to try\n");
        return false;
    }
    return true;
}

ExitCode command_run(Session *session) {
    const Options *options = session->options;
    Unit unit;
    ExitCode code = session_unit(session, &unit, NULL);
    if (code != EXIT_DONE) {
        return code;
    }
    const Description *description = session_description(session);
    if (!description) {
        return EXIT_MODEL;
    }
    if (!check_usage(session, description, unit.graph)) {
        return EXIT_USAGE;
    }
    session_tell_preprocess(session, description, unit.graph);
    const Labels *labels;
    if (!find_labels(session, description, unit.graph, &labels)) {
        return EXIT_MODEL;
    }
    Batches *batches =
        batches_read(&session->work, unit.graph, options->operands + 1, options->n_operands - 1);
    ParamSource *source = batches ? param_source_open(session, description, unit.graph) : NULL;
    if (!source) {
        return EXIT_MODEL;
    }
    Runner runner = {session, product_load(session, &unit, source)};
    if (!runner.product ||
        !product_set_threads(session, runner.product, (int)first_or(&options->threads, 1)) ||
        !batches_run(&session->work, batches, compute, &runner)) {
        return product_failure(session);
    }
    return report(session, labels, batches);
}
