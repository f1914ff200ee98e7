/* scan.h - cuts a text into words, marks and numbers, for the parsers of both levels.
 *
 *   %c = conv2d(%x) pad=1x1        ->   %  c  =  conv2d  (  %  x  )  pad  =  1x1  end of the line
 *   store out[p * 736] = acc[r]    ->   store  out  [  p  *  736  ]  =  acc  [  r  ]
 *
 * A word is a run of [A-Za-z0-9_.] or anything in quotes, where \" \\ and \x0a (two hexadecimal
 * digits) are escapes. '#' begins a comment that is skipped, '//' one that is a token.
 *
 * The two levels differ in what a line's end and a '-' mean; the scanner's "lines" says which level
 * it is. In a graph's text (lines) the end of a line is a token, unless a backslash in front of it
 * joins two lines, and a word may contain '-'. In a kernel's text a line's end is a blank, and '-'
 * subtracts. Printers put words with a '-' in quotes, which both levels read.
 *
 * A text may be hostile and need not end with a NUL: nothing is read beyond source->length, and
 * each token but the end is at least one byte long, so a parser that takes tokens comes to the end.
 */
#ifndef XNC_IR_SCAN_H
#define XNC_IR_SCAN_H

#include "internal.h"

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
    const char *text; /* without quotes and with escapes resolved; need not end with a NUL */
    size_t length;    /* of text, in bytes */
    Loc loc;          /* where it begins */
} Token;

/* The state of a scanner with one token of look-ahead. A copy of it scans ahead without moving the
 * original, which parsers use where one token does not decide. */
typedef struct Scanner {
    Arena *arena; /* of words that are handed out */
    Diag *diag;
    const Source *source;
    bool lines;        /* a graph's text: see above */
    size_t at;         /* byte after the current token */
    int line;          /* that byte's line, from 1 */
    size_t line_start; /* byte where that line begins */
    Token now;         /* the current token, not yet taken */
    int depth;         /* nesting of what is being parsed; recursive parsers count and limit it */
    int statements[2]; /* of the text and of the function at hand; kparse_stmt.c limits them */
    int operators[2];  /* of the text and of the statement at hand; kparse_int.c limits them */
    /* The graph being parsed, and its Params by name, so that @NAME needs no shape; both NULL in a
     * kernel's text. */
    const Graph *graph;
    Map *params;
} Scanner;

/* A scanner whose current token is the first of the source. */
Scanner scan_start(Arena *arena, Diag *diag, const Source *source, bool lines);
/* Goes to the next token; at the end of the text it stays there. */
void scan_next(Scanner *scan);
/* Whether the current token is this bare word or mark. */
bool scan_at(const Scanner *scan, const char *word);
/* Takes the token if it is this bare word or mark; false and no diagnostic otherwise. */
bool scan_accept(Scanner *scan, const char *word);

/* The functions below take a token of some kind. When another stands here they report what was
 * expected and return false. */
bool scan_expect(Scanner *scan, const char *word);
/* A word, bare or in quotes, copied into the arena. "what" names it in a diagnostic. */
bool scan_word(Scanner *scan, const char *what, const char **word);
/* A decimal integer from lo to hi, with a '-' in front if it is negative. */
bool scan_integer(Scanner *scan, const char *what, int64_t lo, int64_t hi, int64_t *number);
/* A decimal number; inf and -inf are numbers too, unless it must be finite. */
bool scan_number(Scanner *scan, bool finite, double *number);
/* The name of a type of elements: f32. */
bool scan_element(Scanner *scan, Element *element);
/* The name of a precision: bf16. */
bool scan_precision(Scanner *scan, Precision *precision);
/* The end of a line or of the text. */
bool scan_newline(Scanner *scan);

/* Reads a decimal integer that is the whole string; false when it is none or not in lo .. hi. */
bool read_integer(const char *string, int64_t lo, int64_t hi, int64_t *number);
/* Describes the current token, for "expected X, found Y". */
const char *scan_found(const Scanner *scan);
/* "did you mean 'X'?", or NULL when no candidate is near. Searches only while errors are still
 * shown, so a text with a million mistakes does not take long. */
const char *hint_name(const Scanner *scan, const char *word, const char *const *candidates,
                      size_t count);

/* Report a syntax error at the current token, or at a place, and are false. hint may be NULL. */
#define FAIL(scan, hint, ...) FAIL_AT(scan, (scan)->now.loc, hint, __VA_ARGS__)
#define FAIL_AT(scan, loc, hint, ...) diag_at((scan)->diag, DIAG_SYNTAX, loc, hint, __VA_ARGS__)

#endif
