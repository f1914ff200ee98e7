/* progress.h - one line on a terminal that says how far a long command is.
 *
 *   xnc check: interpreting the fused graph: 37 of 214, 17 %, 12 s left
 *
 * The line is on standard error while the command works; it is erased before something else is
 * printed and at the end. In a pipe, a file or a terminal that cannot erase (TERM unset or dumb)
 * nothing is ever shown. It has no colour, so NO_COLOR changes nothing.
 *
 *   progress_step(progress, "reading %s", path);   what is being done
 *   progress_count(progress, done, total);         how far that is, any number of times
 *   progress_hide(progress);                       before results go to stdout
 *
 * Diagnostics hide the line by themselves. Each function takes NULL, which shows nothing. One
 * thread at a time: a command with threads calls it under its lock.
 */
#ifndef XNC_COMPILER_PROGRESS_H
#define XNC_COMPILER_PROGRESS_H

#include <stdint.h>
#include <stdio.h>

#include "arena.h"

typedef struct Progress Progress;

/* Progress of the command of that name, hidden when the arena ends. */
Progress *progress_create(Arena *arena, FILE *stream, const char *command);
/* Begins a step, described by a few words; drawn at once. What was counted is forgotten. */
void progress_step(Progress *progress, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* How many of total are done in this step; total 0: not known. Drawn at most ten times a second, so
 * it may be called for each element of a loop. */
void progress_count(Progress *progress, int64_t done, int64_t total);
/* Takes the line off the terminal; the next step or count shows it again. Takes a void *, as it is
 * also a callback of diag_before() and arena_defer(). */
void progress_hide(void *progress);

#endif
