/* diag.h - what a person is told about a mistake of theirs.
 *
 *   my.yaml:12:11: error: unknown key 'strid' in a block
 *      12 |   strid: 2
 *         |   ^~~~~
 *   hint: did you mean 'stride'?
 *
 * Up to DIAG_SHOWN errors of each kind are printed, then only counted; diag_finish() prints the
 * counts. The text goes to the stream given at creation (standard error, or a buffer in tests).
 */
#ifndef XNC_IR_DIAG_H
#define XNC_IR_DIAG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "arena.h"

enum { DIAG_SHOWN = 20 };

/* A text that locations point into. The text need not end with a NUL. */
typedef struct Source {
    const char *path; /* as the person wrote it */
    const char *text;
    size_t length;
} Source;

/* A place in a source; line and col count from 1; line 0 means "no place known". */
typedef struct Loc {
    const Source *source;
    int line, col;
    int span; /* columns to underline, 0 for one */
} Loc;

/* What the limit of DIAG_SHOWN applies to. */
typedef enum DiagKind {
    DIAG_SYNTAX,
    DIAG_SCHEMA,
    DIAG_SHAPE,
    DIAG_FILE,
    DIAG_MISSING,
    DIAG_UNEXPECTED,
    DIAG_MISSHAPEN,
    DIAG_VALUE,
    DIAG_KINDS
} DiagKind;

typedef struct Diag Diag;

Diag *diag_create(Arena *arena, FILE *stream);
/* Calls hide(context) before each text, so that a line of progress does not stand beside it. */
void diag_before(Diag *diag, void (*hide)(void *context), void *context);
/* A mistake at a place of a text. hint may be NULL. Always returns false, so that a parser can
 * write: return diag_at(...). */
bool diag_at(Diag *diag, DiagKind kind, Loc loc, const char *hint, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* A mistake in a binary file: where is a tensor name, a key path or "byte 123"; may be NULL. */
bool diag_in(Diag *diag, DiagKind kind, const char *path, const char *where, const char *hint,
             const char *format, ...) __attribute__((format(printf, 6, 7)));
/* A fact worth knowing that stops nothing. */
void diag_note(Diag *diag, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Whether the next error of the kind is shown, not only counted: looking for its hint is worth it.
 */
bool diag_shows(const Diag *diag, DiagKind kind);
/* Number of errors so far, of all kinds and of one. */
int diag_errors(const Diag *diag);
int diag_errors_of(const Diag *diag, DiagKind kind);
/* Prints "and 13 more missing tensors" for the kinds that were cut. */
void diag_finish(Diag *diag);

/* The candidate nearest to word by edit distance, or NULL when none is near or the word is longer
 * than LIMIT_NEAR_WORD. Takes the letters of all candidates of about the word's length; where the
 * words are from a file, ask only while the error is shown. */
const char *nearest_name(const char *word, const char *const *candidates, size_t count);
/* The same, and adds the letters that were compared to steps, for tests of that bound. */
const char *nearest_counted(const char *word, const char *const *candidates, size_t count,
                            int64_t *steps);

/* A broken invariant of ours: prints where and the text, aborts. */
_Noreturn void internal_error(const char *where, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
