/* command_interp.c - xnc interp: the meaning of a network, computed the naive way.
 *
 * It is the graph's as described (with its outputs selected), or of what --after=PASS leaves: a
 * graph, or from lower on a module, whose kernels are run statement by statement.
 */
#include <string.h>

#include "batches.h"
#include "command.h"
#include "param_source.h"

typedef struct Reference {
    Arena *arena;
    const Unit *unit;
    ParamSource *source;
    const unsigned char *weights; /* of the module; NULL without one */
} Reference;

static bool compute_graph(const Reference *interp, Arena *arena, const float *input,
                          float *const outputs[]) {
    const Graph *graph = interp->unit->graph;
    InterpResult *results = NEW_ARRAY(arena, InterpResult, graph->n_outputs);
    bool good =
        interp_graph(arena, graph, input, results, param_source_read, interp->source, NULL, NULL);
    for (int i = 0; good && i < graph->n_outputs; i++) {
        memcpy(outputs[i], results[i].data, (size_t)shape_elements(&results[i].shape) * 4);
    }
    return good;
}

/* The module comes from our own passes, so an access that strays is no mistake of the person. */
static bool compute_module(const Reference *interp, Arena *arena, const float *input,
                           float *const outputs[]) {
    const Module *module = interp->unit->module;
    const KBuffers buffers = {.input = input,
                              .outputs = outputs,
                              .arena = arena_alloc(arena, (size_t)module_arena_bytes(module, 1)),
                              .weights = interp->weights};
    if (!interp_module(stderr, module, &buffers, 1)) {
        internal_error("interp", "the kernels do not run, see above");
    }
    return true;
}

/* Each batch has an arena of its own, so that memory does not grow with the number of images. */
static bool compute(void *context, const float *input, float *const outputs[]) {
    const Reference *interp = context;
    Arena *arena = arena_child(interp->arena);
    bool good = (interp->weights ? compute_module : compute_graph)(interp, arena, input, outputs);
    arena_give_back(arena);
    return good;
}

/* The values that the module reads, before the first batch; false after a diagnostic. */
static bool take_weights(Reference *interp) {
    const Module *module = interp->unit->module;
    if (module) {
        interp->weights = module_weights(interp->arena, module, param_source_read, interp->source);
    }
    return !module || interp->weights;
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
    Reference interp = {work->arena, &unit, source, NULL};
    if (!source || !take_weights(&interp) || !batches_run(work, batches, compute, &interp) ||
        batches->unreadable) {
        return EXIT_MODEL;
    }
    return batches_write(work, batches, options->output) ? EXIT_DONE : EXIT_MACHINE;
}
