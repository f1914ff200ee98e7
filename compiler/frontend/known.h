/* known.h - the descriptions that are linked into the tool (models/NAME.yaml), for the two readers
 * that start from one: names and files (description_open.c), and folders of the hub, whose
 * config.json names an architecture (description_hub_open.c).
 */
#ifndef XNC_COMPILER_KNOWN_H
#define XNC_COMPILER_KNOWN_H

#include "description_spec.h"

/* The embedded description of that name or alias, without a tag; NULL, without a diagnostic, when
 * there is none. */
Description *description_embedded(Arena *arena, Diag *diag, const char *name);
/* Sets the published weights of that tag (NULL: the first, if there are any) and the crop that goes
 * with them; false when there is no such tag. */
bool choose_weights(Description *description, const char *tag);
/* Reports that no description has this name, with the nearest as a hint. path is the file or MODEL
 * that names it, where the key in it or NULL. Always NULL. */
Description *unknown_description(Arena *arena, Diag *diag, const char *path, const char *where,
                                 const char *name);
/* "tags are tf_in1k, in1k": a hint. */
const char *known_tags(Arena *arena, const Description *description);

#endif
