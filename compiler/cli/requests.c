/* requests.c - Options -> requests: the one place where options are matched with what they ask for.
 *
 * An option that was not given (NULL, -1, an empty list) leaves the default of the request: what
 * the description says. Values have been checked by the rows of options.def, so nothing can fail.
 */
#include "requests.h"

#include <stdlib.h>
#include <string.h>

#include "seed.h"

/* --features alone asks for all maps: given, with no indexes. */
static void set_features(ModelOptions *asked, const IndexList *features) {
    asked->features_only = features->given;
    asked->n_out_indices = features->count;
    memcpy(asked->out_indices, features->at, (size_t)features->count * sizeof *features->at);
}

/* Starts from model_options(), in which nothing is asked for. --classes=0 is a value of its own: no
 * classifier. */
static ModelOptions asked_of_network(const Options *options, int size_at, int batch_at) {
    ModelOptions asked = model_options();
    if (options->sizes.count) {
        asked.size[0] = options->sizes.at[size_at][0];
        asked.size[1] = options->sizes.at[size_at][1];
    }
    if (options->batches.count) {
        asked.batch = options->batches.at[batch_at];
    }
    if (options->classes >= 0) {
        asked.classes = options->classes;
    }
    if (options->in_chans > 0) {
        asked.in_chans = options->in_chans;
    }
    if (options->output_stride) {
        asked.output_stride = strtoll(options->output_stride, NULL, 10);
    }
    if (options->pool) {
        asked.pool = pool_by_name(options->pool);
    }
    asked.head = options->head;
    if (options->scores) {
        asked.scores = scores_by_name(options->scores);
    }
    set_features(&asked, &options->features);
    return asked;
}

/* Without --seed the seed is SEED_DEFAULT, so that all commands make the same values. */
ModelRequest model_request(const Options *options, int size_at, int batch_at) {
    return (ModelRequest){.name = options->operands[0],
                          .weights = options->weights,
                          .asked = asked_of_network(options, size_at, batch_at),
                          .seed = options->seed < 0 ? SEED_DEFAULT : (uint64_t)options->seed};
}

TargetRequest target_request(const Options *options) {
    return (TargetRequest){.names = options->target, .tuning = options->tuning};
}

/* Dumps and times go to standard error, as standard output may be a result. */
PassOptions pass_request(const Options *options, const char *stop_after) {
    return (PassOptions){.dump_after = options->dump_after,
                         .dump_changed = options->dump_changed,
                         .time_passes = options->time_passes,
                         .verify_each = options->verify != NULL,
                         .stop_after = stop_after,
                         .dump = stderr};
}

UnitRequest unit_request(const Options *options, const char *stop_after) {
    return (UnitRequest){.model = model_request(options, 0, 0),
                         .target = target_request(options),
                         .passes = pass_request(options, stop_after)};
}

BuildOptions build_request(const Options *options) {
    return (BuildOptions){.cc = options->cc, .no_cache = options->no_cache};
}

/* All commands but bench take one number (check_lists() of options.c). */
int thread_request(const Options *options) {
    return (int)first_or(&options->threads, 1);
}

CheckRequest check_request(const Options *options) {
    return (CheckRequest){.input = options->input,
                          .golden = options->golden,
                          .threads = thread_request(options),
                          .build = build_request(options)};
}

LoadRequest load_request(const Options *options, int size_at, int batch_at) {
    return (LoadRequest){.model = model_request(options, size_at, batch_at),
                         .passes = pass_request(options, NULL),
                         .build = build_request(options)};
}
