/* process.h - running other programs without a shell.
 */
#ifndef XNC_COMPILER_PROCESS_H
#define XNC_COMPILER_PROCESS_H

#include "arena.h"

enum { PROCESS_NOT_STARTED = -1 };

/* Runs argv[0] (found through PATH) with the NULL-terminated arguments and waits for it. Its exit
 * code, 128 + the signal that ended it, or PROCESS_NOT_STARTED. What it prints to standard output
 * goes to *output (as a string in the arena, cut at 64 KB) unless output is NULL; standard error is
 * shared, or thrown away when quiet. */
int process_run(Arena *arena, const char *const argv[], char **output, int quiet);

#endif
