/* command_interp.c - xnc interp: a network run by the reference interpreter.
 *
 * Interpreted is the graph as described (with its outputs selected), or with --after=PASS what that
 * pass leaves: a graph, or from lower on a module, whose kernels are run statement by statement.
 * Comparing two of them shows which pass changes a result.
 */
#include "batches.h"
#include "blob_half.h"
#include "command.h"
#include "interpret.h"

/* What is interpreted. */
typedef struct Reference {
    Work work; /* shows no progress of its own, as images are counted */
    const Unit *unit;
    ParamSource *source;
    const unsigned char *weights; /* content of the module's blob; NULL without a module */
    int threads;                  /* of a graph; tasks of a module */
} Reference;

static bool compute_graph(const Reference *interp, const float *input, float *const outputs[]) {
    const Interpretation asked = {.graph = interp->unit->graph,
                                  .source = interp->source,
                                  .input = input,
                                  .outputs = outputs,
                                  .threads = interp->threads};
    return interpret(&interp->work, &asked);
}

/* The module comes from this compiler's passes, so a wrong access is a bug of them, not a mistake
 * in the user's files. */
static bool compute_module(const Reference *interp, const float *input, float *const outputs[]) {
    const Module *module = interp->unit->module;
    Arena *arena = arena_child(interp->work.arena);
    size_t bytes = (size_t)module_arena_bytes(module, interp->threads);
    const KBuffers buffers = {.input = input,
                              .outputs = outputs,
                              .arena = arena_alloc(arena, bytes),
                              .weights = interp->weights};
    if (!interp_module(stderr, module, &buffers, interp->threads)) {
        internal_error("interp", "the kernels do not run, see above");
    }
    arena_give_back(arena);
    return true;
}

/* Both free what they need for a batch, so that memory does not grow with the number of images. */
static bool compute(void *context, const float *input, float *const outputs[]) {
    const Reference *interp = context;
    return (interp->weights ? compute_module : compute_graph)(interp, input, outputs);
}

static bool weights_fit(const Reference *interp) {
    const BlobSource values = {
        .read = param_source_read, .context = interp->source, .forget = param_source_forget};
    return halves_fit(interp->work.arena, interp->work.diag, interp->source->path, &values,
                      interp->unit->graph);
}

/* Packs the constants of a module, once for all batches; false after a diagnostic. */
static bool take_weights(Reference *interp) {
    const Module *module = interp->unit->module;
    if (module) {
        interp->weights =
            module_weights(interp->work.arena, module, param_source_read, interp->source);
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
    if (!batches_can_write(work, unit.graph, options->output)) {
        return EXIT_MACHINE;
    }
    BoxRequest box = box_request(options);
    Batches *batches = batches_read(work, unit.graph, options->operands + 1, 1);
    bool good = batches && batches_cut(work, batches, &box);
    ParamSource *source = good ? param_source_open(work, &model, unit.graph) : NULL;
    Reference interp = {.work = {work->arena, work->diag, NULL},
                        .unit = &unit,
                        .source = source,
                        .threads = thread_request(options)};
    if (!source || !weights_fit(&interp) || !take_weights(&interp) ||
        !batches_run(work, batches, compute, &interp) || batches->unreadable) {
        return EXIT_MODEL;
    }
    return batches_write(work, batches, options->output) ? EXIT_DONE : EXIT_MACHINE;
}
