/* lex.h - the words of a graph's text, and what all parts of its parser share. */
#ifndef XNC_IR_LEX_H
#define XNC_IR_LEX_H

#include "attributes.h"

enum {
    LONGEST_TEXT = 16 << 20, /* bytes of a graph's text */
    LONGEST_WORD = 512,
    MOST_NODES = 20000, /* also of values, parameters, outputs and taps each */
    MOST_RULES = 4096
};

typedef enum TokenKind { TOKEN_WORD, TOKEN_MARK, TOKEN_NEWLINE, TOKEN_END, TOKEN_BAD } TokenKind;

typedef struct Token {
    TokenKind kind;
    char mark;        /* of TOKEN_MARK: one of ()[]{}=,:!%@+ */
    const char *word; /* of TOKEN_WORD; of TOKEN_BAD: what is wrong */
    Loc loc;
} Token;

typedef struct Parser {
    Arena *arena;
    Diag *diag;
    const Source *source;
    size_t at; /* next byte to read */
    int line;
    size_t line_start;
    Token now;
    Graph *graph;
    const Source *described; /* the description's source, NULL when the text names none */
    Map *values, *params;    /* by name */
    Value **value_list;      /* for hints; in order of definition */
    int n_values, n_nodes, depth;
} Parser;

/* ---- lex.c ---- */
/* Reads the next token into parser->now. */
void lex(Parser *parser);
/* True (and past it) when the token at hand is this mark. */
bool accept_mark(Parser *parser, char mark);
/* The same, else a diagnostic. */
bool expect_mark(Parser *parser, char mark);
/* Takes a word; NULL after a diagnostic that names what was expected. */
const char *expect_word(Parser *parser, const char *what);
/* A checked integer from text. */
bool read_integer(const char *text, int64_t lo, int64_t hi, int64_t *result);
bool expect_integer(Parser *parser, const char *what, int64_t lo, int64_t hi, int64_t *result);
bool expect_newline(Parser *parser);
#define FAIL(parser, hint, ...)                                                                    \
    diag_at((parser)->diag, DIAG_SYNTAX, (parser)->now.loc, hint, __VA_ARGS__)
#define FAIL_AT(parser, loc, hint, ...) diag_at((parser)->diag, DIAG_SYNTAX, loc, hint, __VA_ARGS__)
/* "did you mean 'X'?" or NULL; candidates are only searched while errors are still shown. */
const char *hint_name(Parser *parser, const char *word, const char *const *candidates,
                      size_t count);

/* ---- parse_parts.c ---- */
/* Reads attributes of the table into object until something else comes. */
bool parse_attributes(Parser *parser, const AttributeTable *table, void *object);
/* Reads [1,2,3] with dimensions from 1 to 2^40; at least lo of them. */
bool parse_shape(Parser *parser, int lo, Shape *shape);
/* Reads ": f32[...] nhwc pitch=..." if there is one. */
bool parse_type(Parser *parser, Value *value);
/* Reads "!line:col+span" if there is one. */
bool parse_loc(Parser *parser, Loc *loc);
/* The value of %name. */
Value *parse_operand(Parser *parser);

/* ---- parse_expr.c ---- */
const Expr *parse_expr(Parser *parser);
bool parse_number(Parser *parser, double *number);

#endif
