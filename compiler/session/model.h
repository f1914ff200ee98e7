/* model.h - MODEL and the file of its weights, as a command was given them.
 *
 *   "xception41.tf_in1k", --weights=w.pth   ->   description of xception41, "w.pth"
 */
#ifndef XNC_COMPILER_MODEL_H
#define XNC_COMPILER_MODEL_H

#include "description.h"
#include "quant.h"
#include "weights.h"
#include "work.h"

/* What is asked for. */
typedef struct ModelRequest {
    const char *name;          /* MODEL: a name, a description or a folder */
    const char *weights;       /* path of a file; NULL: the one in the folder, if there is one */
    ModelOptions asked;        /* what the user changes about the network */
    TensorFile *tensors;       /* what was read from there; NULL: nothing yet */
    CheckpointOptions reading; /* which of the tensors are meant */
    const char *names;         /* path of a file of --names; NULL: none */
    const char *quant;         /* path of a file of --quant; NULL: none */
    uint64_t seed;             /* of the values of parameters where there are no weights */
} ModelRequest;

typedef struct Model {
    const Description *description;
    const char *weights; /* NULL: there are none */
    TensorFile *file;    /* of the weights, read once for all that asks for them */
    TensorFile *tensors; /* the same under names that the network may have */
    CheckpointOptions reading;
    int asked_rules; /* the first of its rules are a person's, the others the description's */
    ModelOptions asked;
    uint64_t seed;
    const Quant *quant; /* with precision int8, else NULL */
} Model;

/* Opens the description and reads the file of weights; false after a diagnostic. */
bool model_open(const Work *work, const ModelRequest *request, Model *model);
/* Whether a model has the weights that its folder should have. A folder of the hub without any is
 * half a download, unless weights were given; false after a diagnostic. */
bool model_not_forgotten(const Work *work, const Model *model);
/* Notes on standard error which preprocessing the weights are assumed to need, and why; nothing
 * without weights. */
void model_tell_preprocess(const Work *work, const Model *model, const Graph *graph);
/* Notes on standard error what a precision or a type of weights other than f32 means. */
void model_tell_precision(const Work *work, const Graph *graph);
/* Notes on standard error what makes probabilities of a classifier's output; nothing for features.
 */
void model_tell_scores(const Work *work, const Model *model, const Graph *graph);
/* Whether MODEL is a file or folder of Keras, by its name or what is in it. */
bool model_is_keras(Arena *arena, const char *name);
/* Whether the one output is that of a classifier (a linear layer or convolution, and perhaps an
 * activation), not a pooled vector or maps. */
bool ranks_classes(const Graph *graph);
/* Names of the classes, for a network with so many; a network with one output may have two, of
 * which it tells the second. With a path those of that file or folder, whose number must agree;
 * without one (NULL) those of config.json, else of the weights, else of the description, if their
 * number agrees; else *labels is NULL. False after a diagnostic. */
bool model_labels(const Work *work, const Model *model, const char *path, int64_t classes,
                  const Labels **labels);
/* Names for the outputs of the network: of two names for one output the second alone. labels may be
 * NULL. */
const Labels *output_labels(Arena *arena, const Labels *labels, int64_t outputs);
/* The name of a class; "" when none is known. Where there is one label for one output it names
 * class 1, whose probability that is. */
const char *answer_label(const Labels *labels, int class);

#endif
