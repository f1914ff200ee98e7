/* file.h - reading whole files, and their names. Writing is output.h. */
#ifndef XNC_COMPILER_FILE_H
#define XNC_COMPILER_FILE_H

#include "diag.h"

/* Reads a text file whole (at most 64 MB) into the arena; NULL after a diagnostic. */
const Source *read_source(Arena *arena, Diag *diag, const char *path);
/* What stands behind the last slash of a path. */
const char *base_name(const char *path);

#endif
