/* target_choice.h - which targets code is written for. */
#ifndef XNC_COMPILER_TARGET_CHOICE_H
#define XNC_COMPILER_TARGET_CHOICE_H

#include "target.h"
#include "work.h"

typedef struct TargetRequest {
    const char *names;    /* of --target; NULL: native, the best that this CPU runs, or the plainest
                             of the machine of run_with */
    const char *run_with; /* command that runs the code; NULL: this machine does */
    const char *tuning;   /* path of a file of --tuning; NULL: none */
    Precision precision;  /* that native is to be fast in */
} TargetRequest;

/* The family of processors whose code a command runs, by the name of its program; NULL when that is
 * no known emulator, and without a command. */
const char *family_of_command(Arena *arena, const char *command);
/* The last row of the table of targets that this CPU runs and whose instructions serve the
 * precision: rows go from plain to fast. */
const Target *native_target(Precision precision);
/* The target that is asked for, with the numbers of its tuning; where that is 'native', or that of
 * a machine, the choice is printed on standard error. EXIT_DONE, or why not, after a message. */
ExitCode target_choose(const Work *work, const TargetRequest *request, const Target **target);
/* The same where a list is allowed, --target=T,...: the fastest first. */
ExitCode targets_choose(const Work *work, const TargetRequest *request, const Target *targets[],
                        int most, int *count);

#endif
