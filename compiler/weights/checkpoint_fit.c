/* checkpoint_fit.c - how much of a network a file holds, without a word about what is wrong.
 *
 *   w.pth, graph of xception41   ->   270 of its 276 tensors, under "model."
 *
 * Names and shapes are compared, values are not read, so that many networks can be tried on a file.
 */
#include "match.h"

CheckpointFit checkpoint_fit(Arena *arena, Diag *diag, const TensorFile *file,
                             const CheckpointOptions *options, const Graph *graph) {
    Reading reading = {.arena = arena, .diag = diag, .path = file->path};
    const Network *network = match_network(arena, options, graph, NULL, NULL);
    const Match *match = match_file(&reading, file, options, network);
    CheckpointFit fit = {.prefix = "", .needed = network->needed_count};
    for (int i = 0; i < match->set_count; i++) {
        const TensorSet *set = &match->sets[i];
        if (set->found > fit.found) {
            fit.found = set->found;
            fit.prefix = set->prefix;
        }
    }
    return fit;
}
