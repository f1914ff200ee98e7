/* map_file.h - a path becomes bytes. */
#ifndef XNC_COMPILER_MAP_FILE_H
#define XNC_COMPILER_MAP_FILE_H

#include "diag.h"

/* Maps a regular file read-only until the arena ends; false after a diagnostic. */
bool map_file(Arena *arena, Diag *diag, const char *path, const uint8_t **data, size_t *size);

#endif
