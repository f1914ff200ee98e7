/* batches.h - inputs from .npy files and pictures, run in batches, outputs collected.
 *
 * Arrays are read at once, as their number of images must be known. Pictures are decoded when their
 * batch is run, so that many of them take the memory of one; one that cannot be read is reported
 * then and runs as zeros.
 */
#ifndef XNC_COMPILER_BATCHES_H
#define XNC_COMPILER_BATCHES_H

#include "boxes.h"
#include "ir.h"
#include "work.h"

typedef struct InputFile {
    const char *path;
    const float *values; /* dense, as the caller of the graph has it; NULL for a picture */
    int64_t images;      /* the array's first dimension; 1 for a picture */
    bool unreadable;     /* a picture that could not be decoded; set by batches_run() */
} InputFile;

/* All inputs of a command, and after batches_run() all outputs. */
typedef struct Batches {
    const Graph *graph; /* whose input's shape the files fit but for the number of images */
    InputFile *files;
    int n_files;
    const Boxes *boxes; /* of the pictures, by batches_cut(); NULL: they are whole */
    int64_t images;     /* of all files */
    int64_t unreadable; /* pictures, after batches_run() */
    float **outputs;    /* for each output of the graph, the results of all images, dense */
    Shape *shapes;      /* of each output, for all images */
    int n_outputs;
} Batches;

/* Computes one batch of the graph's size: input and outputs are dense, NCHW (with the graph's
 * channels_last NHWC) or NC. False after a diagnostic. */
typedef bool BatchFunction(void *context, const float *input, float *const outputs[]);

/* Reads the files; NULL after a diagnostic. An array in NHWC whose shape fits in no other way is
 * taken as such, with a note. */
Batches *batches_read(const Work *work, const Graph *graph, const char *const paths[], int count);
/* The same of arrays, pictures, and those below folders or in lists (pictures_below()), to measure
 * a network with. NULL after a diagnostic, also where there is no image, or an array has values
 * that are not finite, which batches_read() takes. */
Batches *batches_find(const Work *work, const Graph *graph, const char *const paths[], int count);
/* Takes the boxes of the pictures, of which all files have to be some. False after a diagnostic. */
bool batches_cut(const Work *work, Batches *batches, const BoxRequest *request);
/* Runs all images in the order of the files, the last batch filled up with zeros, whose results are
 * dropped. False when the function failed. */
bool batches_run(const Work *work, Batches *batches, BatchFunction *compute, void *context);
/* Writes one image of the sequence, dense. False after a diagnostic: it cannot be decoded. */
bool batches_image(const Work *work, Batches *batches, int64_t index, float *to);
/* Fills one input of the graph with the images of all files, and with zeros what they leave. False
 * after a diagnostic: a picture that cannot be decoded, or more images than a run takes. */
bool batches_fill(const Work *work, Batches *batches, float *input);
/* Whether the files of batches_write() may be started, asked before the network runs. False after a
 * diagnostic. */
bool batches_can_write(const Work *work, const Graph *graph, const char *path);
/* Writes the outputs to PATH, or several of them to PATH with .0, .1 ... before its ending. False
 * after a diagnostic. */
bool batches_write(const Work *work, const Batches *batches, const char *path);
/* Reproducible values between -1 and 1, used when no input is given. The same on every machine. */
const float *batches_seeded_input(Arena *arena, const Shape *shape);
/* The path of output number index of several: "y.npy" and 2 -> "y.2.npy". */
const char *batches_numbered(Arena *arena, const char *path, int index);

#endif
