/* labelled.h - pictures whose classes are known: a folder for each class, as ImageNet's validation
 * set is laid out, or a list; or pictures of which is known what is to be seen in them, in a table.
 *
 *   val/n01440764/ILSVRC2012_val_00000293.JPEG        the folder's name says the class
 *   cats/one.jpg 281                                  a line of a list; the path is relative to it
 *   cats/one.jpg,1,0,1                                a line of a table: a target for each output
 */
#ifndef XNC_COMPILER_LABELLED_H
#define XNC_COMPILER_LABELLED_H

#include "diag.h"
#include "labels.h"

typedef struct LabelledPicture {
    const char *path;
    const char *folder; /* name of the folder that it is in; NULL in a list */
    int64_t class;      /* index, from 0; -1 while folders are still being read */
    /* Of a table, by output: 1 is there, 0 is not, -1 is not known. NULL: the class counts. */
    const signed char *targets;
} LabelledPicture;

typedef struct LabelledSet {
    LabelledPicture *at; /* ordered as timm orders files */
    int64_t count;
} LabelledSet;

/* Reads a folder or a list for a network of so many classes; pictures are not opened. A folder's
 * class is the label of its name. If not all names are labels (or labels is NULL), the folders are
 * numbered in the order of timm's reader of folders, and there must be one for each class. NULL
 * after a diagnostic. */
const LabelledSet *labelled_open(Arena *arena, Diag *diag, const char *path, const Labels *labels,
                                 int64_t classes);
/* The pictures below a folder, or of a list, or the one that the path is, by its ending; whatever
 * their classes: class is -1. NULL after a diagnostic, also where there are none. */
const LabelledSet *pictures_below(Arena *arena, Diag *diag, const char *path);
/* What is known of a label, an output of the network, in a picture: 1 it is there, 0 it is not, -1
 * nothing. Where pictures have classes the one label is class 1 of two. */
int labelled_target(const LabelledPicture *picture, int64_t label);
/* Whether the path names a table: it ends in .csv. */
bool labelled_is_table(const char *path);
/* Reads a table for a network of so many outputs; pictures are not opened. Its columns are named as
 * labels, or stand in the order of the outputs. NULL after a diagnostic. */
const LabelledSet *labelled_table(Arena *arena, Diag *diag, const char *path, const Labels *labels,
                                  int64_t outputs);

#endif
