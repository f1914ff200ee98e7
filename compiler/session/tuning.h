/* tuning.h - a machine's own numbers for a target: measured by compile --tune, kept in a file that
 * --tuning takes, and put in the place of the target's.
 *
 *     # Written by xnc compile --tune for xception41.
 *     cpu: "AMD EPYC 9V74 80-Core Processor"
 *     target: x86-64-v4
 *     pw_rows: 9
 *     ...                          all numbers of compiler/session/tuning.def
 *
 * The numbers choose how work is cut and in which order weights are packed, never what is computed:
 * results keep their bits.
 */
#ifndef XNC_COMPILER_TUNING_H
#define XNC_COMPILER_TUNING_H

#include "target.h"
#include "work.h"

/* Numbers for a target, and the CPU that they were measured on. */
typedef struct TuningFile {
    const char *cpu, *target;
    Tuning tuning;
} TuningFile;

/* The text of one. */
const char *tuning_text(Arena *arena, const char *model, const TuningFile *file);
/* Whether each number is within the bounds of tuning.def. */
bool tuning_is_valid(const Tuning *tuning);
/* A copy of the target with other numbers. */
const Target *target_tuned(Arena *arena, const Target *target, const Tuning *tuning);
/* Replaces the target that a file of --tuning (NULL: none) is for by one with its numbers. False
 * when the file is for none of the targets (a message on standard error: wrong use) or is bad (a
 * diagnostic). */
bool tuning_apply(const Work *work, const char *path, const Target *targets[], int count);

#endif
