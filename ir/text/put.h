/* put.h - words, numbers and constants as both texts write them; what scan.h reads back. */
#ifndef XNC_IR_PUT_H
#define XNC_IR_PUT_H

#include "internal.h"

/* Any text, in quotes. */
void put_quoted(FILE *out, const char *text);
/* Its first bytes. */
void put_quoted_part(FILE *out, const char *text, size_t length);
/* A word of ours and, in quotes, the name behind it. */
void put_named(FILE *out, const char *word, const char *name);
/* A word: bare when it is a run of [A-Za-z0-9_.], else in quotes. */
void put_word(FILE *out, const char *text);
/* A sigil and a word: %value, @parameter. */
void put_sigil(FILE *out, char sigil, const char *name);
/* The shortest decimal that reads back as the same double, without a '+'; inf and -inf. */
void put_number(FILE *out, double number);
void put_shape(FILE *out, const Shape *shape);
/* A constant expression. Parameters that "declared" holds by name (and by the same shape) are
 * written without their shape; declared may be NULL. */
void put_expr(FILE *out, const Expr *expr, const Map *declared);

#endif
