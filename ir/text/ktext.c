/* ktext.c - cuts the kernel text form into tokens.
 *
 *   store out[p * 736] = acc[r]   ->   store  out  [  p  *  736  ]  =  acc  [  r  ]
 *
 * The scanner never reads behind source->length, so a text need not end with a NUL; each token is
 * at least one byte long, so a parser that takes tokens always comes to the end.
 */
#include "ktext.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Words that begin a statement (or "mut", which may follow one), so they name no variable.
 * Operations (kops.def) are reserved as well. */
static const char *const reserved[] = {"dim",   "int",   "ptr",  "ptrs",     "mut",
                                       "vec",   "store", "copy", "prefetch", "for",
                                       "split", "while", "if",   "else",     "call"};

static const char *text_end(const KText *text) {
    return text->source->text + text->source->length;
}

static bool is_name_char(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

static size_t name_length(const char *at, const char *end) {
    size_t length = 0;
    while (at + length < end && is_name_char(at[length])) {
        length++;
    }
    return length;
}

static size_t param_length(const char *at, const char *end) {
    size_t length = 0;
    while (at + length < end && (is_name_char(at[length]) || at[length] == '.')) {
        length++;
    }
    return length;
}

/* Digits with what may belong to a float: 6, 0.166666672, 1e-05, inf is a name. */
static size_t number_length(const char *at, const char *end) {
    size_t length = 0;
    while (at + length < end) {
        char c = at[length];
        bool sign = (c == '-' || c == '+') && length > 0 && at[length - 1] == 'e';
        if (!isdigit((unsigned char)c) && c != '.' && c != 'e' && !sign) {
            break;
        }
        length++;
    }
    return length;
}

static size_t line_length(const char *at, const char *end) {
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    return (size_t)((newline ? newline : end) - at);
}

/* With both quotes; 0 when the closing one is not on this line. Nothing is escaped. */
static size_t string_length(const char *at, const char *end) {
    const char *close = memchr(at + 1, '"', line_length(at, end) - 1);
    return close ? (size_t)(close - at) + 1 : 0;
}

static size_t punct_length(const char *at, const char *end) {
    static const char *const pairs[] = {"<=", ">=", "==", "!=", "&&", "||"};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (end - at >= 2 && memcmp(at, pairs[i], 2) == 0) {
            return 2;
        }
    }
    return 1;
}

static KToken token_at(const char *at, const char *end) {
    char c = *at;
    if (isdigit((unsigned char)c)) {
        return (KToken){KTOKEN_NUMBER, at, number_length(at, end)};
    }
    if (is_name_char(c)) {
        return (KToken){KTOKEN_NAME, at, name_length(at, end)};
    }
    if (c == '$') {
        return (KToken){KTOKEN_CALLEE, at, 1 + name_length(at + 1, end)};
    }
    if (c == '@') {
        return (KToken){KTOKEN_PARAM, at, 1 + param_length(at + 1, end)};
    }
    if (c == '/' && end - at >= 2 && at[1] == '/') {
        return (KToken){KTOKEN_COMMENT, at, line_length(at, end)};
    }
    if (c == '"' && string_length(at, end)) {
        return (KToken){KTOKEN_STRING, at, string_length(at, end)};
    }
    return (KToken){KTOKEN_PUNCT, at, punct_length(at, end)};
}

void ktext_next(KText *text) {
    const char *end = text_end(text), *at = text->token.text + text->token.length;
    while (at < end && (isspace((unsigned char)*at) || *at == '#')) {
        at += *at == '#' ? line_length(at, end) : 1;
    }
    text->token = at < end ? token_at(at, end) : (KToken){KTOKEN_END, end, 0};
}

KText ktext_start(Arena *arena, Diag *diag, const Source *source) {
    KText text = {.arena = arena, .diag = diag, .source = source};
    text.token = (KToken){KTOKEN_END, source->text, 0};
    ktext_next(&text);
    return text;
}

static Loc token_loc(const KText *text) {
    Loc loc = {.source = text->source, .line = 1, .col = 1, .span = (int)text->token.length};
    for (const char *at = text->source->text; at < text->token.text; at++) {
        loc.col = *at == '\n' ? 1 : loc.col + 1;
        loc.line += *at == '\n';
    }
    return loc;
}

bool ktext_error(KText *text, const char *hint, const char *format, ...) {
    va_list args;
    va_start(args, format);
    const char *message = arena_vprintf(text->arena, format, args);
    va_end(args);
    return diag_at(text->diag, DIAG_SYNTAX, token_loc(text), hint, "%s", message);
}

bool ktext_at(const KText *text, const char *word) {
    return text->token.length == strlen(word) &&
           memcmp(text->token.text, word, text->token.length) == 0;
}

bool ktext_accept(KText *text, const char *word) {
    if (!ktext_at(text, word)) {
        return false;
    }
    ktext_next(text);
    return true;
}

bool ktext_expect(KText *text, const char *word) {
    return ktext_accept(text, word) || ktext_error(text, NULL, "expected '%s'", word);
}

int kop_by_name(const char *text, size_t length) {
    for (int op = 0; op < KOP_COUNT; op++) {
        if (strlen(kop_info((KOp)op)->name) == length &&
            memcmp(kop_info((KOp)op)->name, text, length) == 0) {
            return op;
        }
    }
    return -1;
}

static bool is_reserved(const KText *text) {
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) {
        if (ktext_at(text, reserved[i])) {
            return true;
        }
    }
    return kop_by_name(text->token.text, text->token.length) >= 0;
}

bool ktext_name(KText *text, const char *what, const char **name) {
    if (text->token.kind != KTOKEN_NAME || is_reserved(text)) {
        return ktext_error(text, NULL, "expected %s", what);
    }
    *name = arena_strndup(text->arena, text->token.text, text->token.length);
    ktext_next(text);
    return true;
}

bool ktext_callee(KText *text, const char **name) {
    if (text->token.kind != KTOKEN_CALLEE || text->token.length < 2) {
        return ktext_error(text, NULL, "expected a function's $name");
    }
    *name = arena_strndup(text->arena, text->token.text + 1, text->token.length - 1);
    ktext_next(text);
    return true;
}

bool ktext_int(KText *text, int64_t *number) {
    bool negative = ktext_accept(text, "-");
    if (text->token.kind != KTOKEN_NUMBER) {
        return ktext_error(text, NULL, "expected an integer");
    }
    const char *digits = arena_strndup(text->arena, text->token.text, text->token.length);
    if (strspn(digits, "0123456789") != text->token.length) {
        return ktext_error(text, NULL, "expected an integer, not a float");
    }
    errno = 0;
    long long value = strtoll(digits, NULL, 10);
    if (errno) {
        return ktext_error(text, NULL, "the number is too large");
    }
    *number = negative ? -value : value;
    ktext_next(text);
    return true;
}

bool ktext_number(KText *text, double *number) {
    bool negative = ktext_accept(text, "-");
    if (ktext_accept(text, "inf")) {
        *number = negative ? -INFINITY : INFINITY;
        return true;
    }
    if (text->token.kind != KTOKEN_NUMBER) {
        return ktext_error(text, NULL, "expected a number");
    }
    char *end;
    const char *digits = arena_strndup(text->arena, text->token.text, text->token.length);
    *number = strtod(digits, &end);
    if (*end) {
        return ktext_error(text, NULL, "this is no number");
    }
    *number = negative ? -*number : *number;
    ktext_next(text);
    return true;
}

bool ktext_string(KText *text, const char **string) {
    if (text->token.kind != KTOKEN_STRING) {
        return ktext_error(text, NULL, "expected a \"text\" on one line");
    }
    *string = arena_strndup(text->arena, text->token.text + 1, text->token.length - 2);
    ktext_next(text);
    return true;
}

bool ktext_line_has(const KText *text, char c) {
    const char *at = text->token.text;
    return memchr(at, c, line_length(at, text_end(text))) != NULL;
}
