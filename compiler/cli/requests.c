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

/* The words of the option are names of rows. */
static Precision asked_precision(const Options *options) {
    return options->precision ? (Precision)precision_by_name(options->precision) : PRECISION_f32;
}

/* --values: what values of 0..1 become by one mean and one deviation for all channels. As Keras
 * does it: preprocess_input divides, rescale=1/255 multiplies. */
static void set_values(PreprocessOptions *asked, const char *values) {
    static const struct ValuesRow {
        const char *word;
        double mean, std;
        bool multiplies;
    } rows[] = {{"0..1", 0, 1, true}, {"-1..1", 0.5, 0.5, false}, {"0..255", 0, 1.0 / 255, true}};
    for (size_t i = 0; values && i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(rows[i].word, values) == 0) {
            asked->mean[0] = rows[i].mean;
            asked->std[0] = rows[i].std;
            asked->multiplies = rows[i].multiplies;
            asked->n_mean = asked->n_std = 1;
        }
    }
}

/* Statistics, crop and what belongs to boxes and cameras. */
static PreprocessOptions asked_of_pictures(const Options *options) {
    PreprocessOptions asked = {.n_mean = options->mean.count,
                               .n_std = options->std.count,
                               .crop_pct = options->crop_pct,
                               .crop_mode = options->crop_mode,
                               .interpolation = options->interpolation,
                               .margin = options->margin,
                               .exif = options->exif};
    memcpy(asked.mean, options->mean.at, sizeof asked.mean);
    memcpy(asked.std, options->std.at, sizeof asked.std);
    set_values(&asked, options->values);
    return asked;
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
    asked.precision = asked_precision(options);
    if (options->weights_type) {
        asked.weights_type = (Element)element_by_name(options->weights_type);
    }
    asked.channels_last = options->layout && strcmp(options->layout, "nhwc") == 0;
    asked.head = options->head;
    if (options->scores) {
        asked.scores = scores_by_name(options->scores);
    }
    set_features(&asked, &options->features);
    asked.preprocess = asked_of_pictures(options);
    return asked;
}

static CheckpointOptions reading_request(const Options *options) {
    return (CheckpointOptions){.dict = options->dict,
                               .under = options->under,
                               .ignore = options->ignore.at,
                               .ignore_count = options->ignore.count,
                               .strict = options->strict};
}

/* Without --seed the seed is SEED_DEFAULT, so that all commands make the same values. */
ModelRequest model_request(const Options *options, int size_at, int batch_at) {
    return (ModelRequest){.name = options->operands[0],
                          .weights = options->weights,
                          .asked = asked_of_network(options, size_at, batch_at),
                          .reading = reading_request(options),
                          .names = options->names,
                          .quant = options->quant,
                          .seed = options->seed < 0 ? SEED_DEFAULT : (uint64_t)options->seed};
}

TargetRequest target_request(const Options *options) {
    return (TargetRequest){.names = options->target,
                           .tuning = options->tuning,
                           .precision = asked_precision(options),
                           .run_with = options->run_with};
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

BoxRequest box_request(const Options *options) {
    const BoxOption *box = &options->box;
    return (BoxRequest){.given = box->given,
                        .box = {box->at[0], box->at[1], box->at[2], box->at[3]},
                        .file = box->file};
}

BuildOptions build_request(const Options *options) {
    return (BuildOptions){
        .cc = options->cc, .no_cache = options->no_cache, .run_with = options->run_with};
}

/* All commands but bench take one number (check_lists() of options_parse.c). */
int thread_request(const Options *options) {
    return (int)first_or(&options->threads, 1);
}

CheckRequest check_request(const Options *options) {
    return (CheckRequest){.input = options->input,
                          .golden = options->golden,
                          .threads = thread_request(options),
                          .build = build_request(options)};
}

const char *const *golden_words(Arena *arena, const Options *options, int *count) {
    *count = options->n_operands - 1;
    if (!options->with_golden) {
        return options->operands + 1;
    }
    char *text = arena_strdup(arena, options->with_golden), *rest = NULL;
    const char **words = NEW_ARRAY(arena, const char *, strlen(text));
    *count = 0;
    for (char *word = strtok_r(text, ",", &rest); word; word = strtok_r(NULL, ",", &rest)) {
        words[(*count)++] = word;
    }
    return words;
}

LoadRequest load_request(const Options *options, int size_at, int batch_at) {
    return (LoadRequest){.model = model_request(options, size_at, batch_at),
                         .passes = pass_request(options, NULL),
                         .build = build_request(options)};
}
