/* model.c - MODEL and a path -> the description, the file of weights, and what follows from both:
 * the names of the classes, the preprocessing that the weights need.
 */
#include "model.h"

#include "file.h"

bool model_open(const Work *work, const ModelRequest *request, Model *model) {
    Description *description = description_open(work->arena, work->diag, request->name);
    if (!description) {
        return false;
    }
    if (request->weights) {
        description_match_file(description, base_name(request->weights));
    }
    *model = (Model){.description = description,
                     .weights = request->weights ? request->weights : description->hub_weights,
                     .tensors = request->tensors,
                     .asked = request->asked,
                     .seed = request->seed};
    if (model->weights && !model->tensors) {
        model->tensors = tensors_open(work->arena, work->diag, model->weights);
    }
    return !model->weights || model->tensors;
}

bool ranks_classes(const Graph *graph) {
    const Node *last = graph->outputs[0]->def;
    while (last && (last->op == OP_to_nchw || last->op == OP_activation)) {
        last = last->in[0]->def;
    }
    return graph->n_outputs == 1 && last && last->op == OP_linear;
}

/* One output tells two classes apart. */
static bool labels_fit(const Labels *labels, int64_t classes) {
    return labels->count == classes || (classes == 1 && labels->count == 2);
}

const char *answer_label(const Labels *labels, int class) {
    bool single = labels && labels->count == 1;
    return label_text(labels, single ? 0 : class);
}

/* The description's own labels are those of its published weights: they say nothing about another
 * number of classes. */
bool model_labels(const Work *work, const Model *model, const char *path, int64_t classes,
                  const Labels **labels) {
    *labels = path ? labels_read(work->arena, work->diag, path) : model->description->labels;
    if (path && *labels && !labels_fit(*labels, classes)) {
        return diag_in(work->diag, DIAG_FILE, path, NULL, NULL,
                       "has %lld labels, the network has %lld classes", (long long)(*labels)->count,
                       (long long)classes);
    }
    if (*labels && !labels_fit(*labels, classes)) {
        *labels = NULL;
    }
    return !path || *labels;
}

/* "2 classes": why the scores are what they are. */
static const char *scores_reason(Arena *arena, const Model *model, const Graph *graph) {
    int64_t classes = graph->outputs[0]->shape.dim[1];
    if (model->asked.scores >= 0) {
        return "as --scores says";
    }
    if (model->description->scores >= 0) {
        return arena_printf(arena, "as %s says", model->description->source->path);
    }
    if (graph->scores == SCORES_NONE) {
        return "the network ends in an activation";
    }
    return classes == 1 ? "it has one output"
                        : arena_printf(arena, "it has %lld classes", (long long)classes);
}

void model_tell_scores(const Work *work, const Model *model, const Graph *graph) {
    if (model->weights && ranks_classes(graph)) {
        const char *reason = scores_reason(work->arena, model, graph);
        if (graph->scores == SCORES_NONE) {
            diag_note(work->diag, "scores are the outputs themselves: %s", reason);
        } else {
            diag_note(work->diag, "scores by %s: %s", scores_name(graph->scores), reason);
        }
    }
}

/* "0.5", or "0.485 0.456 0.406" where the channels differ. */
static const char *numbers_text(Arena *arena, const double numbers[4], int64_t channels) {
    const char *text = arena_printf(arena, "%.4g", numbers[0]);
    bool same = true;
    for (int64_t i = 1; i < channels && i < 4; i++) {
        same = same && numbers[i] == numbers[0];
    }
    for (int64_t i = 1; !same && i < channels && i < 4; i++) {
        text = arena_printf(arena, "%s %.4g", text, numbers[i]);
    }
    return text;
}

/* "; another is xception41.ra3_in1k": what MODEL may name instead of the default tag. */
static const char *other_tags(Arena *arena, const Description *description) {
    const char *text = "";
    for (int i = 1; i < description->n_weights; i++) {
        text = arena_printf(arena, "%s%s %s.%s", text, i > 1 ? "," : "; another is",
                            description->name, description->weights[i].tag);
    }
    return text;
}

/* Where the preprocessing comes from, for the note of model_tell_preprocess(). */
static const char *reason(Arena *arena, const Model *model) {
    const Description *description = model->description;
    const char *tag = description->chosen ? description->chosen->tag : "";
    switch (description->preprocess_from) {
    case FROM_CONFIG:
        return arena_printf(arena, "as %s says%s%s%s%s", description->config_path,
                            description->config_lacks ? "; it lacks " : "",
                            description->config_lacks ? description->config_lacks : "",
                            description->config_lacks ? ", taken from " : "",
                            description->config_lacks ? description->source->path : "");
    case FROM_TAG:
        return arena_printf(arena, "that of the tag %s, as MODEL says", tag);
    case FROM_FILE:
        return arena_printf(arena, "that of the tag %s, which %s was released for", tag,
                            base_name(model->weights));
    case FROM_DEFAULT_TAG:
        return arena_printf(arena, "that of the default tag %s%s", tag,
                            other_tags(arena, description));
    case FROM_DESCRIPTION:
        break;
    }
    return arena_printf(arena, "as %s says", description->source->path);
}

void model_tell_preprocess(const Work *work, const Model *model, const Graph *graph) {
    const Preprocess *preprocess = &graph->preprocess;
    int64_t channels = graph->input->shape.dim[1];
    if (!model->weights) {
        return;
    }
    diag_note(work->diag, "assumes pictures of %lldx%lld, %s, crop %g (%s), mean %s, std %s: %s",
              (long long)preprocess->test_size[0], (long long)preprocess->test_size[1],
              preprocess->interpolation, preprocess->crop_pct, preprocess->crop_mode,
              numbers_text(work->arena, preprocess->mean, channels),
              numbers_text(work->arena, preprocess->std, channels), reason(work->arena, model));
}
