/* command_seed_weights.c - xnc seed-weights: a checkpoint of reproducible values with timm's keys.
 */
#include "command.h"

#include "seed.h"

ExitCode command_seed_weights(Session *session) {
    const Options *options = session->options;
    if (!options->output) {
        fprintf(stderr, "xnc seed-weights: -o FILE.safetensors is needed, what to write\n");
        return EXIT_USAGE;
    }
    const Description *description = session_description(session);
    const Graph *graph = description ? session_graph(session, description, 0, 0) : NULL;
    if (!graph) {
        return EXIT_MODEL;
    }
    uint64_t seed = options->seed < 0 ? SEED_DEFAULT : (uint64_t)options->seed;
    bool done =
        seed_weights_write(session->work.arena, session->work.diag, graph, seed, options->output);
    return done ? EXIT_DONE : EXIT_MACHINE;
}
