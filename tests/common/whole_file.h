/* whole_file.h - a file of a test as one string. */
#ifndef XNC_TESTS_WHOLE_FILE_H
#define XNC_TESTS_WHOLE_FILE_H

#include "arena.h"

/* The text of a file of less than 1 MB, in the arena. Ends the program, with a message, when it
 * cannot be read. */
char *whole_file(Arena *arena, const char *path);

#endif
