/* session_weights.c - what a command learns from the file of weights before it finishes the graph:
 * how many classes it tells apart, how many channels it reads, and which preprocessing goes with
 * it. A config.json that says something else is told so, with both sides:
 *
 *   my/config.json: num_classes: error: is 10, but head.fc.weight of model.safetensors has 1000
 * rows
 */
#include "session_weights.h"

#include <string.h>

#include "weights.h"

typedef struct Peek {
    Session *session;
    const Description *description;
    const char *path; /* of the weights */
    const ModelOptions *asked;
    const Draft *draft;
} Peek;

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

Description *session_description(Session *session) {
    Description *description =
        description_open(session->work.arena, session->work.diag, session->options->operands[0]);
    if (description && session->options->weights) {
        description_match_file(description, base_name(session->options->weights));
    }
    return description;
}

const char *session_weights(const Session *session, const Description *description) {
    const char *given = session->options->weights;
    return given ? given : description->hub_weights;
}

TensorFile *session_tensors(Session *session, const char *path) {
    if (!session->tensors || strcmp(session->tensors->path, path) != 0) {
        session->tensors = tensors_open(session->work.arena, session->work.diag, path);
    }
    return session->tensors;
}

static bool peek(const Peek *at, const char *name, Shape *shape) {
    const TensorFile *file = session_tensors(at->session, at->path);
    return file && checkpoint_peek(at->session->work.arena, at->session->work.diag, file,
                                   draft_graph(at->draft), name, shape);
}

/* config.json says one number, a tensor another; unit says of what. The option, which may be NULL,
 * takes the tensor's side. */
static bool contradicts(const Peek *at, const char *key, const char *lead, int64_t stated,
                        const char *tensor, int64_t found, const char *unit, const char *option) {
    const char *name = base_name(at->path), *hint = "one of the two files is of another network";
    if (option) {
        hint = arena_printf(at->session->work.arena, "%s; %s=%lld takes the side of the weights",
                            hint, option, (long long)found);
    }
    return diag_in(at->session->work.diag, DIAG_SHAPE, at->description->config_path, key, hint,
                   "%s %lld, but %s of %s has %lld %s", lead, (long long)stated, tensor, name,
                   (long long)found, unit);
}

static bool peek_channels(const Peek *at, CheckpointEnds *ends) {
    const Description *description = at->description;
    Shape shape;
    if (!peek(at, description->first_conv, &shape) || shape.rank != 4) {
        return true;
    }
    ends->in_chans = shape.dim[1];
    return !description->channels_key || at->asked->in_chans > 0 ||
           shape.dim[1] == description->in_chans ||
           contradicts(at, description->channels_key, "the channels are", description->in_chans,
                       description->first_conv, shape.dim[1], "input channels", "--in-chans");
}

/* The pooling decides how many features the classifier reads. */
static bool check_features(const Peek *at, const Shape *shape) {
    const Description *description = at->description;
    const char *key = description->pool_key ? description->pool_key : "global_pool";
    int64_t features = draft_features(at->draft);
    bool matters = description->config_path && at->asked->pool < 0 && shape->rank == 2 && features;
    return !matters || features == shape->dim[1] ||
           contradicts(at, key, "the features are", features, description->classifier,
                       shape->dim[1], "columns", NULL);
}

static bool peek_classes(const Peek *at, CheckpointEnds *ends) {
    const Description *description = at->description;
    Shape shape;
    if (!peek(at, description->classifier, &shape) || !check_features(at, &shape)) {
        return true;
    }
    if (at->asked->classes >= 0 || shape.dim[0] == description->classes) {
        return true;
    }
    if (description->classes_key) {
        return contradicts(at, description->classes_key, "is", description->classes,
                           description->classifier, shape.dim[0], "rows", "--classes");
    }
    ends->classes = shape.dim[0];
    diag_note(at->session->work.diag, "%s has %lld classes", at->path, (long long)shape.dim[0]);
    return true;
}

bool session_learn(Session *session, const Description *description, const ModelOptions *asked,
                   const Draft *draft, CheckpointEnds *ends) {
    Peek at = {session, description, session_weights(session, description), asked, draft};
    int errors = diag_errors(session->work.diag);
    return !at.path || (peek_channels(&at, ends) && diag_errors(session->work.diag) == errors &&
                        peek_classes(&at, ends) && diag_errors(session->work.diag) == errors);
}

/* ---- preprocessing ---- */

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

static const char *other_tags(Arena *arena, const Description *description) {
    const char *text = "";
    for (int i = 1; i < description->n_weights; i++) {
        text = arena_printf(arena, "%s%s %s.%s", text, i > 1 ? "," : "; another is",
                            description->name, description->weights[i].tag);
    }
    return text;
}

static const char *reason(Session *session, const Description *description) {
    Arena *arena = session->work.arena;
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
                            base_name(session->options->weights));
    case FROM_DEFAULT_TAG:
        return arena_printf(arena, "that of the default tag %s%s", tag,
                            other_tags(arena, description));
    case FROM_DESCRIPTION:
        break;
    }
    return arena_printf(arena, "as %s says", description->source->path);
}

void session_tell_preprocess(Session *session, const Description *description, const Graph *graph) {
    const Preprocess *preprocess = &graph->preprocess;
    int64_t channels = graph->input->shape.dim[1];
    if (!session_weights(session, description)) {
        return;
    }
    diag_note(
        session->work.diag, "assumes pictures of %lldx%lld, %s, crop %g (%s), mean %s, std %s: %s",
        (long long)preprocess->test_size[0], (long long)preprocess->test_size[1],
        preprocess->interpolation, preprocess->crop_pct, preprocess->crop_mode,
        numbers_text(session->work.arena, preprocess->mean, channels),
        numbers_text(session->work.arena, preprocess->std, channels), reason(session, description));
}
