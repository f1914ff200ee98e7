/* param_source.c - see param_source.h. */
#include "param_source.h"

#include <string.h>

#include "text_stream.h"
#include "used_params.h"

/* Whether the file holds the weights of a network that the tool knows, as described. */
static bool fits(Session *session, const char *path) {
    const Description *description = session_description(session);
    const Graph *graph = description ? session_graph(session, description, 0, 0) : NULL;
    TensorFile *file = graph ? session_tensors(session, path) : NULL;
    return file && checkpoint_may_fit(file, graph) &&
           checkpoint_open(session->work.arena, session->work.diag, file, graph, param_used,
                           used_params(session->work.arena, graph));
}

/* The same, without a word about what does not fit. */
static bool fits_quietly(Session *session, const char *path, const char *name) {
    Session inner = *session;
    inner.work = work_part(&session->work);
    Options options = {.classes = -1, .in_chans = -1, .runs = -1, .seed = -1, .weights = path};
    const char *operands[] = {name};
    options.operands = operands;
    options.n_operands = 1;
    FILE *unread = text_stream_file(text_stream_open(inner.work.arena));
    inner.work.diag = diag_create(inner.work.arena, unread);
    inner.options = &options;
    bool good = fits(&inner, path);
    arena_destroy(inner.work.arena);
    return good;
}

/* Behind a list of tensors that do not fit: the network that they do fit. */
static void name_other_network(Session *session, const char *path, const Description *description) {
    for (size_t i = 0; i < description_count(); i++) {
        const char *name = description_name(i);
        if (strcmp(name, description->name) != 0 && fits_quietly(session, path, name)) {
            diag_note(session->work.diag, "%s holds the weights of %s: give that as MODEL", path,
                      name);
            return;
        }
    }
}

ParamSource *param_source_open(Session *session, const Description *description,
                               const Graph *graph) {
    ParamSource *source = NEW(session->work.arena, ParamSource);
    const char *path = session_weights(session, description);
    source->path = path ? path : "seeded values";
    if (path) {
        UsedParams *used = used_params(session->work.arena, graph);
        TensorFile *file = session_tensors(session, path);
        source->checkpoint = file ? checkpoint_open(session->work.arena, session->work.diag, file,
                                                    graph, param_used, used)
                                  : NULL;
        if (file && !source->checkpoint) {
            name_other_network(session, path, description);
        }
        return source->checkpoint ? source : NULL;
    }
    int64_t seed = session->options->seed;
    source->seeds =
        (SeedReader){session->work.arena, graph, seed < 0 ? SEED_DEFAULT : (uint64_t)seed};
    return source;
}

const double *param_source_read(void *context, const char *name, int64_t count) {
    ParamSource *source = context;
    return source->checkpoint ? checkpoint_read(source->checkpoint, name, count)
                              : seed_read(&source->seeds, name, count);
}

void param_source_forget(ParamSource *source) {
    if (source->checkpoint) {
        checkpoint_forget(source->checkpoint);
    }
}
