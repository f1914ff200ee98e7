/* work.h - what work needs of its surroundings, and how it ends.
 *
 * Functions that allocate, complain and take long are handed this instead of the command line: what
 * else they need to know is in parameters of their own.
 */
#ifndef XNC_COMPILER_WORK_H
#define XNC_COMPILER_WORK_H

#include "diag.h"
#include "progress.h"

typedef struct Work {
    Arena *arena;       /* everything that the work makes lives in it */
    Diag *diag;         /* hears of mistakes in what it reads */
    Progress *progress; /* shows how far it is; NULL: nothing is shown */
} Work;

/* How work ends: the exit codes of the tool. */
typedef enum ExitCode {
    EXIT_DONE = 0,
    EXIT_MACHINE = 1, /* memory, disk, the C compiler */
    EXIT_USAGE = 2,
    EXIT_MODEL = 3, /* a bad model, weights or input file */
    EXIT_DIFFERENT = 4
} ExitCode;

/* A part of the work, with an arena of its own: a child, which arena_destroy() ends. */
Work work_part(const Work *whole);

#endif
