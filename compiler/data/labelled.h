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
    const char *folder; /* the name of the one it lies in; NULL in a list */
    int64_t class;
} LabelledPicture;

typedef struct LabelledSet {
    LabelledPicture *at; /* ordered as timm orders files */
    int64_t count;
} LabelledSet;

/* Opens a folder or a list for a network of so many classes. Folders are the classes that their
 * names label; where they are no labels, there must be as many as classes, which then take the
 * order of timm's ImageFolder. labels may be NULL. NULL after a diagnostic. */
const LabelledSet *labelled_open(Arena *arena, Diag *diag, const char *path, const Labels *labels,
                                 int64_t classes);

#endif
