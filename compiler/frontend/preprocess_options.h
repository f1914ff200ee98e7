/* preprocess_options.h - what a user changes about how pictures become the network's input.
 *
 *   --mean=imagenet --crop-mode=squash   ->   {mean 0.485 0.456 0.406, n_mean 3, "squash"}
 *
 * The members win over config.json, which wins over the description.
 */
#ifndef XNC_COMPILER_PREPROCESS_OPTIONS_H
#define XNC_COMPILER_PREPROCESS_OPTIONS_H

#include "ir.h"

/* Zeros and NULLs mean "as described". */
typedef struct PreprocessOptions {
    double mean[4], std[4]; /* of values in 0..1: one number for all channels, or one for each */
    int n_mean, n_std;      /* numbers that were given */
    bool multiplies;        /* with the given ones */
    double crop_pct;
    const char *crop_mode, *interpolation; /* words of the description's input section */
    double margin;                         /* of boxes */
    bool exif;
} PreprocessOptions;

/* Means, or deviations, of a name of statistics.def; false when there is none. */
bool statistics_mean(const char *name, double numbers[3]);
bool statistics_std(const char *name, double numbers[3]);
/* "imagenet, inception, ...": all names. */
const char *statistics_names(Arena *arena);
/* Changes what the options ask for. */
void preprocess_apply(const PreprocessOptions *options, Preprocess *preprocess);
/* "mean, crop_mode": what the options change, as the keys of config.json are called; NULL when they
 * change nothing. *whole becomes true when nothing of the rest is left. */
const char *preprocess_asked(Arena *arena, const PreprocessOptions *options, bool *whole);

#endif
