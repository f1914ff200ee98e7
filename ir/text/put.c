/* put.c - turns words, numbers and constant expressions into text.
 *
 *   EXPR_pad of EXPR_param "conv1.bias", shape [32], to 48   ->   pad(@conv1.bias[32], 48)
 *
 * Whatever is written is one token for the scanner, or several that the parsers put together again.
 */
#include "put.h"

#include "clean.h"
#include "decimal.h"

#include <ctype.h>
#include <string.h>

static bool is_bare(const char *text) {
    for (const char *at = text; *at; at++) {
        if (!isalnum((unsigned char)*at) && !strchr("_.", *at)) {
            return false;
        }
    }
    return *text != '\0';
}

/* Bytes below ' ' would end a quoted word for the scanner, so they are escaped. */
void put_quoted_part(FILE *out, const char *text, size_t length) {
    fputc('"', out);
    for (size_t i = 0, bytes; i < length; i += bytes) {
        bytes = clean_bytes((const uint8_t *)text + i, length - i);
        if (text[i] == '"' || text[i] == '\\') {
            fputc('\\', out);
        }
        if (bytes) {
            fwrite(text + i, 1, bytes, out);
        } else {
            fprintf(out, "\\x%02x", (unsigned)(unsigned char)text[i]);
            bytes = 1;
        }
    }
    fputc('"', out);
}

static void put_quoted(FILE *out, const char *text) {
    put_quoted_part(out, text, strlen(text));
}

void put_named(FILE *out, const char *word, const char *name) {
    fprintf(out, "%s ", word);
    put_quoted(out, name);
}

void put_word(FILE *out, const char *text) {
    if (is_bare(text)) {
        fputs(text, out);
    } else {
        put_quoted(out, text);
    }
}

void put_sigil(FILE *out, char sigil, const char *name) {
    fputc(sigil, out);
    put_word(out, name);
}

void put_number(FILE *out, double number) {
    char text[DECIMAL_BYTES];
    decimal_put(number, text);
    char *plus_sign = strchr(text, '+');
    if (plus_sign) {
        memmove(plus_sign, plus_sign + 1, strlen(plus_sign));
    }
    fputs(text, out);
}

void put_shape(FILE *out, const Shape *shape) {
    fputs(shape_text(shape).text, out);
}

/* The shape is left out only where reading finds the same one at the param line. */
static void put_param(FILE *out, const Expr *expr, const Map *declared) {
    const Param *param = declared ? map_get(declared, expr->name) : NULL;
    put_sigil(out, '@', expr->name);
    if (!param || !shape_equal(&param->shape, &expr->shape)) {
        put_shape(out, &expr->shape);
    }
}

void put_expr(FILE *out, const Expr *expr, const Map *declared) {
    const ExprInfo *info = expr_info(expr->kind);
    const char *comma = "";
    if (expr->kind == EXPR_param) {
        put_param(out, expr, declared);
        return;
    }
    fprintf(out, "%s(", info->name);
    for (int i = 0; i < info->tensors; i++, comma = ", ") {
        fputs(comma, out);
        put_expr(out, expr->arg[i], declared);
    }
    for (int i = 0; i < info->integers; i++, comma = ", ") {
        fprintf(out, "%s%lld", comma, (long long)expr->integer[i]);
    }
    if (info->numbers) {
        fputs(comma, out);
        put_number(out, expr->number);
    }
    fputc(')', out);
}
