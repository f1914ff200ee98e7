/* labelled_internal.h - what the readers of folders and of lists share. */
#ifndef XNC_COMPILER_LABELLED_INTERNAL_H
#define XNC_COMPILER_LABELLED_INTERNAL_H

#include "labelled.h"
#include "limit.h"

/* A set that grows. */
typedef struct Labelling {
    Arena *arena;
    Diag *diag;
    const char *path; /* of the folder or the list */
    const Labels *labels;
    int64_t classes;
    LabelledSet *set;
    int64_t room;
    Map *by_name;    /* of labels; NULL before the first is looked for */
    int64_t folders; /* that were walked through */
    bool classless;  /* nobody asks for classes: pictures may lie in the first folder, and the
                        classes of a list may be any words */
} Labelling;

/* False after a diagnostic, when there are too many; the count is above the limit then. */
bool labelled_add(Labelling *labelling, LabelledPicture picture);
/* The class of that name; -1 when there is none. */
int64_t labelled_class(Labelling *labelling, const char *name);
/* A path of a list or table, relative to its folder unless it begins with a slash. */
const char *labelled_path(const Labelling *labelling, const char *path, size_t length);
/* Whether the set has a picture; else false after a diagnostic. */
bool labelled_some(const Labelling *labelling);
/* Reads a list. False after diagnostics. */
bool labelled_list(Labelling *labelling);

#endif
