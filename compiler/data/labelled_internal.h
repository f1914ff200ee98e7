/* labelled_internal.h - what the readers of folders and of lists share. */
#ifndef XNC_COMPILER_LABELLED_INTERNAL_H
#define XNC_COMPILER_LABELLED_INTERNAL_H

#include "labelled.h"

/* A set that grows. */
typedef struct Labelling {
    Arena *arena;
    Diag *diag;
    const char *path; /* of the folder or the list */
    const Labels *labels;
    int64_t classes;
    LabelledSet *set;
    int64_t room;
} Labelling;

void labelled_add(Labelling *labelling, LabelledPicture picture);
/* Reads a list. False after diagnostics. */
bool labelled_list(Labelling *labelling);

#endif
