/* folder.h - questions about folders and what is in them. */
#ifndef XNC_COMPILER_FOLDER_H
#define XNC_COMPILER_FOLDER_H

#include <stdbool.h>

#include "arena.h"

/* Whether a path is a folder, or leads to one. */
bool is_folder(const char *path);
/* The path of a file in a folder, whose own path may end with a slash. */
const char *folder_file(Arena *arena, const char *folder, const char *name);
/* The path of what has that name, whatever it is: a link that leads nowhere, or a folder, is a
 * mistake that is told when it is opened. NULL when there is nothing. */
const char *folder_entry(Arena *arena, const char *folder, const char *name);

#endif
