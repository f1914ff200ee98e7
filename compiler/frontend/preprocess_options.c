/* preprocess_options.c - options about pictures -> the preprocessing that a graph carries.
 *
 *   described {mean 0.5, crop 0.903}, --mean=imagenet   ->   {mean 0.485 0.456 0.406, crop 0.903}
 *
 * Each option replaces one member and leaves the others, so that what comes from config.json or
 * from the description stays where nobody asked for something else.
 */
#include "preprocess_options.h"

#include <string.h>

#define THREE(a, b, c)                                                                             \
    { a, b, c }

static const struct StatisticsRow {
    const char *name;
    double mean[3], std[3];
} statistics_rows[] = {
#define STATISTICS(name, means, deviations) {#name, THREE means, THREE deviations},
#include "statistics.def"
#undef STATISTICS
};
enum { STATISTICS_ROWS = sizeof statistics_rows / sizeof *statistics_rows };

static const struct StatisticsRow *find_row(const char *name) {
    for (int i = 0; i < STATISTICS_ROWS; i++) {
        if (strcmp(statistics_rows[i].name, name) == 0) {
            return &statistics_rows[i];
        }
    }
    return NULL;
}

bool statistics_mean(const char *name, double numbers[3]) {
    const struct StatisticsRow *row = find_row(name);
    if (row) {
        memcpy(numbers, row->mean, sizeof row->mean);
    }
    return row != NULL;
}

bool statistics_std(const char *name, double numbers[3]) {
    const struct StatisticsRow *row = find_row(name);
    if (row) {
        memcpy(numbers, row->std, sizeof row->std);
    }
    return row != NULL;
}

const char *statistics_names(Arena *arena) {
    const char *names = "";
    for (int i = 0; i < STATISTICS_ROWS; i++) {
        names = arena_printf(arena, "%s%s%s", names, i ? ", " : "", statistics_rows[i].name);
    }
    return names;
}

/* Channels beyond those given have the number of the last one, as in descriptions. */
static void set_numbers(const double *from, int count, double to[4]) {
    for (int i = 0; i < 4 && count > 0; i++) {
        to[i] = from[i < count ? i : count - 1];
    }
}

void preprocess_apply(const PreprocessOptions *options, Preprocess *preprocess) {
    set_numbers(options->mean, options->n_mean, preprocess->mean);
    set_numbers(options->std, options->n_std, preprocess->std);
    if (options->n_mean > 0 || options->n_std > 0) {
        preprocess->multiplies = options->multiplies;
    }
    if (options->crop_pct > 0) {
        preprocess->crop_pct = options->crop_pct;
    }
    if (options->crop_mode) {
        preprocess->crop_mode = options->crop_mode;
    }
    if (options->interpolation) {
        preprocess->interpolation = options->interpolation;
    }
    if (options->margin > 0) {
        preprocess->margin = options->margin;
    }
    preprocess->exif = preprocess->exif || options->exif;
}

/* Boxes and EXIF are no part of what config.json and descriptions say: they do not count. */
const char *preprocess_asked(Arena *arena, const PreprocessOptions *options, bool *whole) {
    const struct Asked {
        const char *key;
        bool given;
    } asked[] = {{"interpolation", options->interpolation != NULL},
                 {"crop_pct", options->crop_pct > 0},
                 {"crop_mode", options->crop_mode != NULL},
                 {"mean", options->n_mean > 0},
                 {"std", options->n_std > 0}};
    const char *keys = NULL;
    *whole = true;
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        if (asked[i].given) {
            keys = keys ? arena_printf(arena, "%s, %s", keys, asked[i].key) : asked[i].key;
        }
        *whole = *whole && asked[i].given;
    }
    return keys;
}
