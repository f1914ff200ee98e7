/* published.h - is it a file of Keras that many have? Private to compiler/weights, but for the
 * rows. */
#ifndef XNC_COMPILER_WEIGHTS_PUBLISHED_H
#define XNC_COMPILER_WEIGHTS_PUBLISHED_H

#include "weights.h"

/* The row with this content; NULL: there is none. What is odd about the name becomes a text for
 * people, or NULL: it is a published one, and this another file; or the content is, under another
 * name. */
const PublishedFile *published_find(Arena *arena, const char *name, int64_t bytes, const char *md5,
                                    const char **odd);
/* The same of a file's bytes; what is odd is told as a note. */
const PublishedFile *published_file(Arena *arena, Diag *diag, const char *path, const uint8_t *data,
                                    size_t size);

#endif
