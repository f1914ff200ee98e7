/* checkpoint_match.c - a file and a network -> the sets of tensors that may be it, in order: what
 * is no weight is passed over, names say where the network may be, numbers do where names do not.
 */
#include "match.h"

/* Whether names say where the network is, if not all of it. */
static bool any_likely(const Match *match) {
    for (int i = 0; i < match->set_count; i++) {
        if (2 * match->sets[i].hits >= match->network->needed_count) {
            return true;
        }
    }
    return false;
}

/* Honest copies are compared a few times; a file whose tensors overlap could ask for more. */
static int64_t most_compared(const Network *network) {
    int64_t bytes = (int64_t)LIMIT_SPARE_MEGABYTES << 20;
    for (int i = 0; i < network->count; i++) {
        const Shape *shape = &network->at[i].shape;
        int64_t elements = sizeof(double);
        for (int k = 0; k < shape->rank; k++) {
            elements *= shape->dim[k] > 0 ? shape->dim[k] : 1;
        }
        bytes += elements;
    }
    return bytes;
}

Match *match_file(const Reading *reading, const TensorFile *file, const CheckpointOptions *options,
                  const Network *network) {
    Match *match = NEW(reading->arena, Match);
    *match = (Match){.reading = *reading,
                     .file = file,
                     .options = options,
                     .network = network,
                     .prefixes = map_by_name(reading->arena),
                     .most_compared = most_compared(network)};
    mark_skipped(match);
    for (int i = 0; i < file->count; i++) {
        if (!match->is_skipped[i]) {
            find_hits(match, i);
        }
    }
    keep_likely(match);
    for (int i = 0; i < match->set_count; i++) {
        set_resolve(match, &match->sets[i]);
    }
    if (!any_likely(match)) {
        match_numbered(match);
    }
    return match;
}
