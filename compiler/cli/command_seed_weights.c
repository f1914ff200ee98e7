/* command_seed_weights.c - xnc seed-weights: a checkpoint of reproducible values with timm's keys.
 *
 *   xception_mini, --seed=1   ->   a .safetensors file with every tensor of the network's
 * state_dict
 */
#include "command.h"

#include "model_graph.h"
#include "seed.h"

/* Nothing is compiled: the graph's list of parameters is enough. */
ExitCode command_seed_weights(const Work *work, const Options *options) {
    if (!options->output) {
        fprintf(stderr, "xnc seed-weights: -o FILE.safetensors is needed, what to write\n");
        return EXIT_USAGE;
    }
    ModelRequest request = model_request(options, 0, 0);
    Model model;
    const Graph *graph = model_open(work, &request, &model) ? model_graph(work, &model) : NULL;
    if (!graph) {
        return EXIT_MODEL;
    }
    bool done = seed_weights_write(work->arena, work->diag, graph, model.seed, options->output);
    return done ? EXIT_DONE : EXIT_MACHINE;
}
