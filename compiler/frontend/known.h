/* known.h - the descriptions inside the tool, for the two ways that lead to one: a name or a text
 * (description_open.c), a folder of the hub (description_hub_open.c). */
#ifndef XNC_COMPILER_KNOWN_H
#define XNC_COMPILER_KNOWN_H

#include "description_spec.h"

/* The embedded description of that name or alias, without a tag; NULL, without a diagnostic, when
 * there is none. */
Description *description_embedded(Arena *arena, Diag *diag, const char *name);
/* Chooses published weights and their preprocessing; false when there is no such tag. */
bool choose_weights(Description *description, const char *tag);
/* Says that no description has this name, with the nearest. Always NULL. */
Description *unknown_description(Arena *arena, Diag *diag, const char *path, const char *where,
                                 const char *name);
/* "its tags are tf_in1k and in1k": a hint. */
const char *known_tags(Arena *arena, const Description *description);

#endif
