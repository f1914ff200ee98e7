/* command_interp.c - xnc interp: the meaning of a network, computed the naive way.
 *
 * The graph is the one as described (with its outputs selected), or what --after=PASS leaves.
 */
#include <string.h>

#include "batches.h"
#include "param_source.h"

typedef struct Reference {
    Session *session;
    const Graph *graph;
    ParamSource *source;
} Reference;

/* Each batch has an arena of its own, so that memory does not grow with the number of images. */
static bool compute(void *context, const float *input, float *const outputs[]) {
    Reference *interp = context;
    Arena *arena = arena_child(interp->session->work.arena);
    InterpResult *results = NEW_ARRAY(arena, InterpResult, interp->graph->n_outputs);
    bool good = interp_graph(arena, interp->graph, input, results, param_source_read,
                             interp->source, NULL, NULL);
    for (int i = 0; good && i < interp->graph->n_outputs; i++) {
        memcpy(outputs[i], results[i].data, (size_t)shape_elements(&results[i].shape) * 4);
    }
    arena_give_back(arena);
    return good;
}

ExitCode command_interp(Session *session) {
    const Options *options = session->options;
    if (!options->output) {
        fprintf(stderr, "xnc interp: -o Y.npy is needed, the file for the result\n");
        return EXIT_USAGE;
    }
    Unit unit;
    ExitCode code =
        session_unit(session, &unit, options->after ? options->after : "select_features");
    if (code != EXIT_DONE) {
        return code;
    }
    const Description *description = session_description(session);
    Batches *batches =
        description ? batches_read(&session->work, unit.graph, options->operands + 1, 1) : NULL;
    ParamSource *source = batches ? param_source_open(session, description, unit.graph) : NULL;
    Reference interp = {session, unit.graph, source};
    if (!source || !batches_run(&session->work, batches, compute, &interp) || batches->unreadable) {
        return EXIT_MODEL;
    }
    return batches_write(&session->work, batches, options->output) ? EXIT_DONE : EXIT_MACHINE;
}
