/* eval_state.h - what an evaluation has found so far, kept in a file so that it can go on after an
 * interruption.
 *
 * A JSON object with the digests of what is evaluated, a letter for each picture, and outputs. Each
 * save replaces the file as a whole, so that a kill at any moment leaves the old or the new one.
 */
#ifndef XNC_COMPILER_EVAL_STATE_H
#define XNC_COMPILER_EVAL_STATE_H

#include "diag.h"

/* The letters. */
enum {
    RESULT_PENDING = '.', /* not evaluated yet */
    RESULT_TOP1 = '1',
    RESULT_TOP5 = '5', /* the class is among the best five, but not the first */
    RESULT_WRONG = '0',
    RESULT_KEPT = 'k', /* its outputs are kept, to be judged with those of all others */
    RESULT_UNREADABLE = 'x'
};

/* Digests (XXH64) of what an evaluation depends on. A state file with any other one is refused: its
 * results would be another evaluation's. */
typedef struct EvalSubject {
    uint64_t network;       /* module_digest() */
    uint64_t weights;       /* bytes of the file of weights */
    uint64_t preprocessing; /* size, crop, mean, std, interpolation */
    uint64_t pictures;      /* names, classes and targets of the set, in order */
} EvalSubject;

/* What was found; the memory is the caller's. */
typedef struct EvalKept {
    char *results;  /* count letters and a NUL */
    int64_t count;  /* pictures */
    float *outputs; /* labels for each picture; NULL: none are kept */
    int64_t labels;
} EvalKept;

/* Reads what was found, or sets all letters to pending when there is no such file. False after a
 * diagnostic that says what does not fit. */
bool eval_state_read(Arena *arena, Diag *diag, const char *path, const EvalSubject *subject,
                     const EvalKept *kept);
/* Writes the file under another name and renames it (output.h). False after a diagnostic. */
bool eval_state_write(Arena *arena, Diag *diag, const char *path, const EvalSubject *subject,
                      const EvalKept *kept);

#endif
