/* ktext.h - the scanner and the parser state that the files of the kernel text form share.
 *
 * Not for users of the IR: kernel.h has parse_module() and stmts_text().
 */
#ifndef XNC_IR_KTEXT_H
#define XNC_IR_KTEXT_H

#include "kernel.h"

typedef enum KTokenKind {
    KTOKEN_END,
    KTOKEN_NAME,
    KTOKEN_CALLEE, /* $name */
    KTOKEN_PARAM,  /* @name, dots included */
    KTOKEN_NUMBER,
    KTOKEN_STRING,
    KTOKEN_COMMENT, /* from // to the end of the line */
    KTOKEN_PUNCT    /* one or two characters */
} KTokenKind;

typedef struct KToken {
    KTokenKind kind;
    const char *text; /* in the source; a string's with its quotes */
    size_t length;
} KToken;

enum {
    KTEXT_DEPTH = 100, /* how deep bodies and parentheses may nest */
};

typedef struct KText {
    Arena *arena;
    Diag *diag;
    const Source *source;
    KToken token; /* the one not yet taken */
    int depth;
} KText;

/* ---- ktext.c ---- */
/* Starts at the beginning of the source. */
KText ktext_start(Arena *arena, Diag *diag, const Source *source);
void ktext_next(KText *text);
/* Reports a mistake at the token that stands there; always false. */
bool ktext_error(KText *text, const char *hint, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Whether the next token is this word or punctuation. */
bool ktext_at(const KText *text, const char *word);
/* Takes it if it is there. */
bool ktext_accept(KText *text, const char *word);
/* Takes it or reports that it is missing. */
bool ktext_expect(KText *text, const char *word);
/* A name that is none of the text form's own words. */
bool ktext_name(KText *text, const char *what, const char **name);
bool ktext_callee(KText *text, const char **name);
bool ktext_int(KText *text, int64_t *number);
/* A float; inf is one. */
bool ktext_number(KText *text, double *number);
bool ktext_string(KText *text, const char **string);
/* The operation of this name, or -1. */
int kop_by_name(const char *text, size_t length);
/* Whether c stands between here and the end of the line. */
bool ktext_line_has(const KText *text, char c);

/* ---- ktext_expr.c ---- */
bool kparse_expr(KText *text, const Expr **expr);
void print_kernel_expr(FILE *out, const Expr *expr);

/* ---- kparse_int.c ---- */
bool kparse_int(KText *text, const IntExpr **expr);
/* NAME, NAME[E] or NAME[E][E] */
bool kparse_reg(KText *text, Reg *reg);
/* NAME[E], NAME[E][E] or NAME[E][E][E]: the last is the offset */
bool kparse_access(KText *text, Reg *base, const IntExpr **offset);
/* NAME or NAME + E */
bool kparse_pointer(KText *text, Reg *base, const IntExpr **offset);

/* ---- kparse_stmt.c ---- */
/* Statements up to the end or a closing brace. */
bool kparse_stmts(KText *text, StmtList *list);
/* The same in braces. */
bool kparse_body(KText *text, StmtList *list);

/* ---- kparse.c ---- */
/* "function ..." or "kernel ...": appended to the module. */
bool kparse_function(KText *text, Module *module);

/* ---- kparse_layer.c ---- */
bool kparse_layer(KText *text, Module *module);
bool kparse_constant(KText *text, Module *module);

#endif
