/* labels.h - names of classes from a file: one line for each class, in their order.
 *
 * A line is a name, or an id and, behind a tab, the name for people:
 *
 *     n01440764<tab>tench, Tinca tinca
 */
#ifndef EXAMPLES_LABELS_H
#define EXAMPLES_LABELS_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct labels {
    char *text;   /* of the file, cut into lines */
    char **names; /* count of them, inside text */
    int count;
} labels;

/* Reads names for so many classes. Returns NULL, or what is wrong with the file; then there is
 * nothing to free. */
const char *labels_read(labels *read, const char *path, int classes);
void labels_free(labels *read);

#ifdef __cplusplus
}
#endif

#endif
