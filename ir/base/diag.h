/* diag.h - diagnostics: reports a mistake in the user's input with its place and a hint.
 *
 *   my.yaml:12:11: error: unknown key 'strid' in a block
 *      12 |   strid: 2
 *         |   ^~~~~
 *   hint: did you mean 'stride'?
 *
 * Up to DIAG_SHOWN errors of each kind are printed, then only counted; diag_finish() prints the
 * counts. The text goes to the stream given at creation (standard error, or a buffer in tests).
 * Errors never stop the work by themselves: functions return false, and the caller goes on as far
 * as it can, so that one run shows many mistakes. Not for use by several threads at once.
 */
#ifndef XNC_IR_DIAG_H
#define XNC_IR_DIAG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "arena.h"

enum { DIAG_SHOWN = 20 };

/* A text that locations point into. It must live as long as anything that holds a Loc in it. */
typedef struct Source {
    const char *path; /* as the user wrote it */
    const char *text; /* need not end with a NUL; NULL when only the path is known */
    size_t length;    /* of text, in bytes */
} Source;

/* A place in a source, counted in lines and bytes. */
typedef struct Loc {
    const Source *source; /* NULL: nothing known, the message starts with "xnc:" */
    int line, col;        /* from 1; 0 is unknown, and without a line col does not count */
    int span;             /* columns to underline, 0 for one */
} Loc;

/* Groups of errors; each has its own limit of DIAG_SHOWN and its own count in diag_finish(). */
typedef enum DiagKind {
    DIAG_SYNTAX,     /* a text does not parse */
    DIAG_SCHEMA,     /* a description parses, but its keys or values are not allowed */
    DIAG_SHAPE,      /* tensor shapes do not fit together */
    DIAG_FILE,       /* a file cannot be read, written or is not what it should be */
    DIAG_MISSING,    /* a tensor that the network needs is not in the checkpoint */
    DIAG_UNEXPECTED, /* the checkpoint has a tensor that the network does not use */
    DIAG_MISSHAPEN,  /* a tensor of the checkpoint has another shape than the network's */
    DIAG_VALUE,      /* a value is not usable: not finite, out of range, an unknown name */
    DIAG_KINDS       /* the number of kinds */
} DiagKind;

typedef struct Diag Diag;

/* Lives in the arena, which also keeps the formatted texts. The stream stays the caller's. */
Diag *diag_create(Arena *arena, FILE *stream);
/* Calls hide(context) before each text, so that it can erase a progress line from the terminal. */
void diag_before(Diag *diag, void (*hide)(void *context), void *context);
/* Reports a mistake at a place of a text. hint may be NULL. Always returns false, so that a parser
 * can write: return diag_at(...). */
bool diag_at(Diag *diag, DiagKind kind, Loc loc, const char *hint, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* Reports a mistake in a binary file; where is a tensor name, a key path or "byte 123", or NULL.
 * Always returns false. */
bool diag_in(Diag *diag, DiagKind kind, const char *path, const char *where, const char *hint,
             const char *format, ...) __attribute__((format(printf, 6, 7)));
/* Prints a remark that is no error and is not counted. */
void diag_note(Diag *diag, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Whether the next error of the kind is shown, not only counted: a hint is worth looking for. */
bool diag_shows(const Diag *diag, DiagKind kind);
/* Number of errors so far, of all kinds, with those that were only counted. */
int diag_errors(const Diag *diag);
/* The same of one kind. */
int diag_errors_of(const Diag *diag, DiagKind kind);
/* Prints "and 13 more missing tensors" for each kind beyond its limit, and flushes the stream. */
void diag_finish(Diag *diag);

/* The candidate nearest to word by edit distance, for "did you mean": the first of equally near
 * ones, NULL when none is near enough or the word is longer than LIMIT_NEAR_WORD. NULL candidates
 * are skipped. Takes the letters of all candidates of about the word's length: where the words are
 * from a file, ask only while the error is shown. */
const char *nearest_name(const char *word, const char *const *candidates, size_t count);
/* The same, and adds the letters that were compared to steps, for tests of that bound. */
const char *nearest_counted(const char *word, const char *const *candidates, size_t count,
                            int64_t *steps);

/* A broken invariant, which is a mistake in xnc: prints where and the text on standard error and
 * aborts. Never for mistakes in the user's input. */
_Noreturn void internal_error(const char *where, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
