/* labels.h - names of classes: those of --labels, of config.json, of a checkpoint, or of the set of
 * classes that a description was trained for.
 *
 * A text of labels has one line for each class, in their order: a name and, if the name is an id, a
 * tab and words for people.
 *
 *   n01440764<tab>tench, Tinca tinca
 */
#ifndef XNC_COMPILER_LABELS_H
#define XNC_COMPILER_LABELS_H

#include "diag.h"
#include "limit.h"
#include "map.h"

typedef struct Labels {
    const char *const *names; /* by class; as folders of pictures are called: "n01440764" */
    const char *const *words; /* by class, for people; an element is NULL when there are no words */
    int64_t count;            /* classes */
    const char *origin;       /* path of the file that they come from, for messages */
} Labels;

/* Reads a text of 1 to 1048576 lines; NULL after diagnostics, one for each bad line. */
const Labels *labels_parse(Arena *arena, Diag *diag, const Source *source);
/* Reads a file; NULL after diagnostics. */
const Labels *labels_read(Arena *arena, Diag *diag, const char *path);
/* The labels of a set of classes that the tool carries: "imagenet1k". */
const Labels *labels_embedded(Arena *arena, Diag *diag, const char *set);
/* What is shown for a class: its words, else its name; "" when labels is NULL or has no such
 * class. */
const char *label_text(const Labels *labels, int64_t index);
/* The name of a class; "" in the same cases. */
const char *label_name(const Labels *labels, int64_t index);
/* Finds labels by their names, for label_index(); labels may be NULL. */
Map *label_map(Arena *arena, const Labels *labels);
/* The first class of that name; -1 when there is none. */
int64_t label_index(const Labels *labels, const Map *map, const char *name);
/* True when a text can be shown as a label: 1 to LIMIT_LABEL_BYTES bytes of characters that are
 * harmless (clean.h). */
bool label_fits(const char *text, size_t length);

#endif
