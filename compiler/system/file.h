/* file.h - reading whole files, and their names. Writing is output.h. */
#ifndef XNC_COMPILER_FILE_H
#define XNC_COMPILER_FILE_H

#include "diag.h"
#include "limit.h"

/* Reads a file whole, of at most so many bytes, into the arena; NULL after a diagnostic. The path
 * may be a pipe or a device (/dev/stdin); a named pipe that nobody writes to is an error, not
 * something to wait for. */
const Source *read_source(Arena *arena, Diag *diag, const char *path, size_t most);

/* Opens a regular file, which has a size and waits for nobody, until the arena ends; NULL after a
 * diagnostic. */
FILE *open_regular(Arena *arena, Diag *diag, const char *path);
/* What stands behind the last slash of a path. */
const char *base_name(const char *path);
/* Whether a text, such as a path, has that end. */
bool ends_with(const char *text, const char *end);

#endif
