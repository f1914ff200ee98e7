/* put.h - writes words, numbers and constants, in the texts of both levels; scan.h and expr_text.h
 * read them back.
 */
#ifndef XNC_IR_PUT_H
#define XNC_IR_PUT_H

#include "internal.h"

/* Writes the first length bytes of any text in quotes, with escapes: "a \"word\"\x0a". */
void put_quoted_part(FILE *out, const char *text, size_t length);
/* Writes a keyword, a blank and a name in quotes: layer "conv1". */
void put_named(FILE *out, const char *word, const char *name);
/* Writes a word bare when it is a run of [A-Za-z0-9_.], else in quotes. */
void put_word(FILE *out, const char *text);
/* Writes a sigil and a word: %value, @parameter. */
void put_sigil(FILE *out, char sigil, const char *name);
/* Writes the shortest decimal that reads back as the same double, without a '+', which a kernel's
 * text would take for an operator; or inf, -inf. */
void put_number(FILE *out, double number);
/* Writes [1,64,32,32]. */
void put_shape(FILE *out, const Shape *shape);
/* Writes a constant expression. declared maps names to Params that the text has declared, or is
 * NULL: those of the same shape are written without their shape. */
void put_expr(FILE *out, const Expr *expr, const Map *declared);

#endif
