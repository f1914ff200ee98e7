/* labelled.h - pictures whose classes are known: a folder for each class, as ImageNet's validation
 * set is laid out, or a list.
 *
 *   val/n01440764/ILSVRC2012_val_00000293.JPEG        the folder's name says the class
 *   cats/one.jpg 281                                  a line of a list; the path is relative to it
 */
#ifndef XNC_COMPILER_LABELLED_H
#define XNC_COMPILER_LABELLED_H

#include "diag.h"
#include "labels.h"

typedef struct LabelledPicture {
    const char *path;
    const char *folder; /* name of the folder that it is in; NULL in a list */
    int64_t class;      /* index, from 0; -1 while folders are still being read */
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

#endif
