/* work.h - what work needs of its surroundings, and how it ends.
 *
 * Functions that allocate, report mistakes and take long get this as an argument; what else they
 * need to know is in parameters of their own, never in the command line.
 */
#ifndef XNC_COMPILER_WORK_H
#define XNC_COMPILER_WORK_H

#include "diag.h"
#include "progress.h"

typedef struct Work {
    Arena *arena;       /* everything that the work makes lives in it */
    Diag *diag;         /* mistakes in files that it reads are reported to it */
    Progress *progress; /* shows how far it is; NULL: nothing is shown */
} Work;

/* How work ends: the exit codes of the tool. */
typedef enum ExitCode {
    EXIT_DONE = 0,     /* also when there was nothing to do */
    EXIT_MACHINE = 1,  /* memory, disk, the C compiler */
    EXIT_USAGE = 2,    /* wrong use of the command line; a message says how */
    EXIT_MODEL = 3,    /* a bad model, weights or input file */
    EXIT_DIFFERENT = 4 /* results differ from what they should be */
} ExitCode;

/* A part of the work, with an arena of its own: a child, which arena_destroy() ends. */
Work work_part(const Work *whole);
/* A part whose diagnostics nobody sees. */
Work work_silent_part(const Work *whole);

#endif
