/* calibrate.h - pictures through a network in f32 -> the integers of its products (quant.h).
 *
 * The network runs as compiled code in which each product finds its operand in memory: depthwise
 * stages and products are nodes of their own, and there are no regions. That changes no bit. Then
 *
 *   1. observe   all pictures: how the values of each channel are distributed, and some rows
 *   2. scale     each product alone: ranges, the split between inputs and weights, its error
 *   3. round     on request, all pictures again: weights in view of how their inputs go together
 *   4. correct   one product after the other: what its integers shift its results by, on average
 *   5. agree     on request: which products return to f32, for answers as in f32
 *
 * What is counted are whole numbers, and all else is computed in double, in one order and with
 * + - * / and sqrt alone: so every machine, target and number of threads finds the same file.
 */
#ifndef XNC_COMPILER_CALIBRATE_H
#define XNC_COMPILER_CALIBRATE_H

#include "batches.h"
#include "integers.h"
#include "moments.h"
#include "product.h"
#include "quant.h"
#include "quant_curve.h"
#include "quant_maps.h"
#include "tally.h"
#include "unit.h"

enum { SAMPLED_ROWS = 256 /* of each operand */ };

/* What is known of one product. */
typedef struct Observed {
    Operand operand;
    Precision precision; /* int8, or f32 where the plan leaves it so */
    Tally *tallies;      /* of each channel */
    /* Of each channel, by calibrate_norms(); NULL: what loses least by the tallies. */
    ValueRange *ranges;
    float *rows; /* of SAMPLED_ROWS rows, those of the pictures that were run */
    int64_t n_rows;
    Integers *integers; /* after calibrate_scale() */
    double error;       /* likewise: of quant.h */
    Moments *moments;   /* of the integers, after calibrate_round(); NULL: not wanted */
    const char **delta; /* of each output, after calibrate_round(): quant.h; NULL: none */
    float *correction;  /* of each output, after calibrate_correct() */
} Observed;

/* What is known of such a map. */
typedef struct ObservedMap {
    const Node *node; /* whose result it is */
    int layer;        /* index in the module */
    int64_t channels;
    Tally *tallies; /* of each channel */
    float *scale;   /* after calibrate_scale() */
    int *zero;
} ObservedMap;

/* The images that are taken. */
typedef struct ImageChoice {
    Batches *batches;     /* NULL: they are made up */
    const int64_t *index; /* of each in the sequence of the files */
    int64_t count;
} ImageChoice;

typedef struct Calibration {
    const Work *work;
    Graph *described; /* before any pass; needed where images are made up */
    Unit unit;        /* planned and lowered, for a batch */
    ParamSource *source;
    Product *product;
    xnc_pool *pool; /* for what is done between layers; NULL: one thread */
    int threads;
    int together;      /* weights that are restricted together, as in quant.h */
    bool second_order; /* calibrate_round() is wanted */
    ImageChoice taken;
    const char *state; /* path of the file that keeps what the images have left; NULL: none */
    bool stateless;    /* it could not be written, which was told */
    uint64_t subject;  /* a digest of all that this depends on */
    double next_save;  /* of the state, in seconds of a clock */
    int64_t gathered;  /* images that calibrate_round() has run before, by the state */
    Observed *at;      /* in order of execution */
    int count;
    MapsKept maps_kept;
    ObservedMap *maps; /* in order of execution */
    int n_maps;
    double moved; /* after calibrate_correct(): how far integers move the outputs of a batch, as a
                     part of their spread, both root mean squares */
} Calibration;

/* ---- calibrate_open.c ---- */
/* The passes that are left out, for PassOptions.without. */
extern const char *const calibrate_without[];
/* Of the images of all paths, as batches_find() takes them, at most so many, evenly from the first
 * to the last. False after a diagnostic. */
bool calibrate_take(const Work *work, const Graph *graph, const char *const paths[], int count,
                    int64_t most, ImageChoice *taken);
/* So many images that are made up. */
ImageChoice calibrate_made_up(Arena *arena, int64_t count);
/* Of the contents of the files, and of the images of arrays; 0 of images that are made up. False
 * after a diagnostic. */
bool calibrate_digest(const Work *work, const ImageChoice *taken, uint64_t *digest);
/* Finds the operands, and starts the pool; the unit, the product and the taken images are set. */
void calibrate_open(Calibration *calibration);
/* The product that a layer computes; NULL when it is none that is quantized. */
Observed *calibrate_observed(const Calibration *calibration, int layer);
/* Does the tasks 0 to count - 1 on the threads of the calibration. */
void calibrate_parallel(const Calibration *calibration, int count, xnc_task *task, void *arg);
/* Images from first on become the input of a run. Those behind the last are zeros. How many there
 * are; -1 after a diagnostic. */
int64_t calibrate_fill(Calibration *calibration, const int64_t *index, int64_t count, float *input);
/* Runs the network on an input; the profile is told each layer. The outputs, which live in the
 * arena; NULL after a diagnostic. */
float **calibrate_run(Arena *arena, Calibration *calibration, const float *input,
                      xnc_profile *profile, void *context);

/* Whether the moments do not see an image of those taken, so that it can be judged by. */
bool calibrate_holds_out(int64_t image);
/* How many rows of its moments are of the first so many images; of which image a row is. */
int64_t calibrate_moment_rows(const Calibration *calibration, const Observed *observed,
                              int64_t images);
int64_t calibrate_moment_image(const Calibration *calibration, const Observed *observed,
                               int64_t row);

/* ---- calibrate_maps.c ---- */
/* Finds those in the unit that are planned. */
void calibrate_open_maps(Calibration *calibration);
/* The map that a layer computes, and that an operand is, or maxima of; NULL when it is none of
 * them.
 */
ObservedMap *calibrate_observed_map(const Calibration *calibration, int layer);
const ObservedMap *calibrate_map_of(const Calibration *calibration, const Operand *operand);
/* Whether all convolutions that read it as it is are in integers, as planned. */
bool calibrate_map_is_kept(const Calibration *calibration, const ObservedMap *map);
/* False after a diagnostic. */
bool calibrate_scale_maps(Calibration *calibration);
/* Replaces the values of a map, of so many images in the arena of a run, by those that its integers
 * stand for. */
void calibrate_round_map(const ObservedMap *map, void *arena, int64_t images);

/* ---- calibrate_bounds.c: whether the numbers of a product or a map are within the bounds that a
 * file has; false after a diagnostic ---- */
bool calibrate_product_fits(const Calibration *calibration, const Observed *observed,
                            const double *weights);
bool calibrate_map_fits(const Calibration *calibration, const ObservedMap *map);

/* ---- calibrate_made.c ---- */
/* A generator's step: every bit of the number counts (splitmix64). */
uint64_t calibrate_mixed(uint64_t number);
/* Makes up image number index, normalized as a picture is, of the size of the graph's input. */
void calibrate_make(const Graph *graph, int64_t index, float *to);

/* ---- calibrate_norms.c ---- */
/* Sets the ranges of the products whose operand is a norm's result, and notes how many they are.
 * False after a diagnostic. */
bool calibrate_norms(Calibration *calibration);

/* ---- calibrate_state.c ---- */
/* Takes what an interrupted calibration has left, gathered too. How many images calibrate_observe()
 * has run; 0 where there is nothing, or nothing of this calibration. */
int64_t calibrate_state_read(Calibration *calibration);
/* Keeps what so many runs of images have left, those of calibrate_round() behind all others; unless
 * it was just done, and more follow. A disk that is full ends no calibration: a note says so. */
void calibrate_state_keep(Calibration *calibration, int64_t done);
/* The result is there, or there will be none: the file is not needed any more. */
void calibrate_state_remove(const Calibration *calibration);

/* ---- the steps, in their order; false after a diagnostic ---- */
bool calibrate_observe(Calibration *calibration);
/* The scales of one product, whose weights operand_weights() gives, by its tallies and rows. */
void calibrate_product(const Calibration *calibration, Observed *observed, const double *weights);
bool calibrate_scale(Calibration *calibration);
/* Rounds the weights by the moments, in the same scales, if that makes the product's error smaller
 * in images that are held out; whether it does. The integers before stay as they were. */
bool calibrate_product_again(const Calibration *calibration, Observed *observed,
                             const double *weights);
/* Does so with all products, once all images have left their moments. */
bool calibrate_round(Calibration *calibration);
bool calibrate_correct(Calibration *calibration);
/* Fills in what was found: nodes, which quant_node() finds, pairs and the number of images. */
void calibrate_result(const Calibration *calibration, Quant *quant);

/* ---- calibrate_agree.c ---- */
typedef struct AgreeRequest {
    double agreement;   /* the part of all images whose class is to be that of f32 */
    const Model *model; /* for the weights of what is built */
    const Target *target;
    BuildOptions build;
    Quant *quant; /* its head is known; gets what calibrate_result() fills in, and the points */
} AgreeRequest;
/* In place of calibrate_correct() and calibrate_result(); the outputs are scores of classes. False
 * after a diagnostic. */
bool calibrate_agree(Calibration *calibration, const AgreeRequest *request);

#endif
