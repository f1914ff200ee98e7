/* command_interp.c - xnc interp: the meaning of a network, computed the naive way.
 *
 * The graph is the one as described (with its outputs selected), or what --after=PASS leaves.
 */
#include <string.h>

#include "batches.h"
#include "command.h"
#include "param_source.h"

typedef struct Reference {
    Arena *arena;
    const Graph *graph;
    ParamSource *source;
} Reference;

/* Each batch has an arena of its own, so that memory does not grow with the number of images. */
static bool compute(void *context, const float *input, float *const outputs[]) {
    Reference *interp = context;
    Arena *arena = arena_child(interp->arena);
    InterpResult *results = NEW_ARRAY(arena, InterpResult, interp->graph->n_outputs);
    bool good = interp_graph(arena, interp->graph, input, results, param_source_read,
                             interp->source, NULL, NULL);
    for (int i = 0; good && i < interp->graph->n_outputs; i++) {
        memcpy(outputs[i], results[i].data, (size_t)shape_elements(&results[i].shape) * 4);
    }
    arena_give_back(arena);
    return good;
}

ExitCode command_interp(const Work *work, const Options *options) {
    if (!options->output) {
        fprintf(stderr, "xnc interp: -o Y.npy is needed, the file for the result\n");
        return EXIT_USAGE;
    }
    UnitRequest request =
        unit_request(options, options->after ? options->after : "select_features");
    Model model;
    Unit unit;
    ExitCode code = unit_open(work, &request, &model, &unit);
    if (code != EXIT_DONE) {
        return code;
    }
    Batches *batches = batches_read(work, unit.graph, options->operands + 1, 1);
    ParamSource *source = batches ? param_source_open(work, &model, unit.graph) : NULL;
    Reference interp = {work->arena, unit.graph, source};
    if (!source || !batches_run(work, batches, compute, &interp) || batches->unreadable) {
        return EXIT_MODEL;
    }
    return batches_write(work, batches, options->output) ? EXIT_DONE : EXIT_MACHINE;
}
