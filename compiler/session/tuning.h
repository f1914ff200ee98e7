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
/* Whether each number is one that a file may hold. */
bool tuning_is_valid(const Tuning *tuning);
/* The target with other numbers. */
const Target *target_tuned(Arena *arena, const Target *target, const Tuning *tuning);
/* The targets that a file of --tuning (NULL: none) speaks of get its numbers. False after a
 * message: wrong use when it is for none of them, a diagnostic when it is a bad file. */
bool tuning_apply(const Work *work, const char *path, const Target *targets[], int count);

#endif
