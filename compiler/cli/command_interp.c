/* command_interp.c - xnc interp: a network run by the reference interpreter.
 *
 * Interpreted is the graph as described (with its outputs selected), or with --after=PASS what that
 * pass leaves: a graph, or from lower on a module, whose kernels are run statement by statement.
 * Comparing two of them shows which pass changes a result.
 */
#include "batches.h"
#include "command.h"
#include "interpret.h"

/* What is interpreted. */
typedef struct Reference {
    Arena *arena;
    const Unit *unit;
    ParamSource *source;
    const unsigned char *weights; /* content of the module's blob; NULL without a module */
} Reference;

static bool compute_graph(const Reference *interp, Arena *arena, const float *input,
                          float *const outputs[]) {
    const Interpretation asked = {
        .graph = interp->unit->graph, .source = interp->source, .input = input, .outputs = outputs};
    return interpret(arena, &asked);
}

/* In one task. The module comes from this compiler's passes, so a wrong access is a bug of them,
 * not a mistake in the user's files. */
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

/* Packs the constants of a module, once for all batches; false after a diagnostic. */
static bool take_weights(Reference *interp) {
    const Module *module = interp->unit->module;
    if (module) {
        interp->weights = module_weights(interp->arena, module, param_source_read, interp->source);
    }
    return !module || interp->weights;
}

/* After all passes that were asked for, the interpreter needs what run needs, except a compiler. */
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
