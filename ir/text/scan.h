/* scan.h - the words, marks and numbers of a text: what the parsers of both levels share.
 *
 *   %c = conv2d(%x) pad=1x1        ->   %  c  =  conv2d  (  %  x  )  pad  =  1x1  end of the line
 *   store out[p * 736] = acc[r]    ->   store  out  [  p  *  736  ]  =  acc  [  r  ]
 *
 * A word is a run of [A-Za-z0-9_.] or anything in quotes, where \" \\ and \x0a stand for letters
 * that quotes cannot hold. '#' begins a comment that nobody sees, '//' one that is a token. The
 * levels differ in two things, both set by "lines": in a graph's text the end of a line is a token
 * (a backslash in front of it joins two lines), and a word may go on with '-', which in a kernel's
 * text subtracts; so words with a '-' are written in quotes, and read in both.
 *
 * A text may be hostile and need not end with a NUL: nothing is read behind source->length, and
 * each token but the end is at least one byte long, so a parser that takes tokens comes to the end.
 */
#ifndef XNC_IR_SCAN_H
#define XNC_IR_SCAN_H

#include "internal.h"

enum {
    LONGEST_TEXT = 16 << 20, /* bytes of a text */
    LONGEST_WORD = 512
};

typedef enum TokenKind {
    TOKEN_WORD,
    TOKEN_QUOTED,  /* a word in quotes: never a keyword */
    TOKEN_MARK,    /* one character, or one of <= >= == != && || */
    TOKEN_COMMENT, /* from // to the end of the line */
    TOKEN_NEWLINE, /* only with lines */
    TOKEN_END,
    TOKEN_BAD /* its text says what is wrong */
} TokenKind;

typedef struct Token {
    TokenKind kind;
    const char *text; /* without quotes and with escapes resolved; not ended by a NUL */
    size_t length;
    Loc loc;
} Token;

typedef struct Scanner {
    Arena *arena;
    Diag *diag;
    const Source *source;
    bool lines; /* a graph's text: see above */
    size_t at;  /* next byte to read */
    int line;
    size_t line_start;
    Token now;     /* the token not yet taken */
    int depth;     /* of what is being parsed: each parser that calls itself limits it */
    int operators; /* of the kernel's statement that is being parsed, limited as well */
    /* The graph whose parameters are known, also by name, so that @NAME needs no shape; NULL in a
     * kernel's text. */
    const Graph *graph;
    Map *params;
} Scanner;

/* Stands at the first token of the source. */
Scanner scan_start(Arena *arena, Diag *diag, const Source *source, bool lines);
void scan_next(Scanner *scan);
/* Whether this word or mark stands here. */
bool scan_at(const Scanner *scan, const char *word);
/* Takes it when it stands here. */
bool scan_accept(Scanner *scan, const char *word);
/* Takes it or reports that it is missing, as all functions below do. */
bool scan_expect(Scanner *scan, const char *word);
/* A word, bare or in quotes. "what" names it in a diagnostic. */
bool scan_word(Scanner *scan, const char *what, const char **word);
bool scan_integer(Scanner *scan, const char *what, int64_t lo, int64_t hi, int64_t *number);
/* A decimal number; inf is one unless it must be finite. */
bool scan_number(Scanner *scan, bool finite, double *number);
/* The end of a line or of the text. */
bool scan_newline(Scanner *scan);

/* An integer from lo to hi that is the whole string. */
bool read_integer(const char *string, int64_t lo, int64_t hi, int64_t *number);
/* What stands here, for "expected X, found Y". */
const char *scan_found(const Scanner *scan);
/* "did you mean 'X'?" or NULL; candidates are only searched while errors are still shown. */
const char *hint_name(const Scanner *scan, const char *word, const char *const *candidates,
                      size_t count);

#define FAIL(scan, hint, ...) FAIL_AT(scan, (scan)->now.loc, hint, __VA_ARGS__)
#define FAIL_AT(scan, loc, hint, ...) diag_at((scan)->diag, DIAG_SYNTAX, loc, hint, __VA_ARGS__)

#endif
