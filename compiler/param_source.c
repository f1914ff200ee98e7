/* param_source.c - see param_source.h. */
#include "param_source.h"

#include "used_params.h"

ParamSource *param_source_open(Session *session, const Description *description,
                               const Graph *graph) {
    ParamSource *source = NEW(session->arena, ParamSource);
    const char *path = session_weights(session, description);
    if (path) {
        UsedParams *used = used_params(session->arena, graph);
        source->checkpoint =
            checkpoint_open(session->arena, session->diag, path, graph, param_used, used);
        return source->checkpoint ? source : NULL;
    }
    int64_t seed = session->options->seed;
    source->seeds = (SeedReader){session->arena, graph, seed < 0 ? SEED_DEFAULT : (uint64_t)seed};
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
