/* labels_folder.h - names of classes from a path that a user gives. */
#ifndef XNC_COMPILER_LABELS_FOLDER_H
#define XNC_COMPILER_LABELS_FOLDER_H

#include "labels.h"

/* Reads a file of labels, or the folder of a data set: the names of its folders in timm's order.
 * NULL after diagnostics. */
const Labels *labels_open(Arena *arena, Diag *diag, const char *path);

#endif
