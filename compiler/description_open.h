/* description_open.h - what description.c and description_hub.c share. */
#ifndef XNC_COMPILER_DESCRIPTION_OPEN_H
#define XNC_COMPILER_DESCRIPTION_OPEN_H

#include "description_spec.h"

/* The embedded description of that name or alias, without a tag; NULL, without a diagnostic, when
 * there is none. */
Description *description_embedded(Arena *arena, Diag *diag, const char *name);
/* Chooses published weights and their preprocessing; false when there is no such tag. */
bool choose_weights(Description *description, const char *tag);
/* Says that no description has this name, with the nearest. Always NULL. */
Description *unknown_description(Arena *arena, Diag *diag, const char *path, const char *where,
                                 const char *name);

/* ---- description_hub.c ---- */
/* Reads the text of a config.json, which must outlive the result; NULL after diagnostics. */
Description *description_parse_hub(Arena *arena, Diag *diag, const Source *source);
/* Reads config.json of a folder as the hub lays it out and finds the weights in it. */
Description *description_open_hub(Arena *arena, Diag *diag, const char *folder);

#endif
