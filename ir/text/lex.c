/* lex.c - turns the bytes of a graph's text into words, marks and line ends.
 *
 * A word is a run of [A-Za-z0-9_.-] or anything in quotes; '#' starts a comment; a backslash at the
 * end of a line joins it with the next. Every loop moves forward and stops at the end of the bytes,
 * which need not end with a NUL.
 */
#include "lex.h"

#include <ctype.h>
#include <string.h>

static int peek(const Parser *parser) {
    const Source *source = parser->source;
    return parser->at < source->length ? (unsigned char)source->text[parser->at] : -1;
}

static void next_line(Parser *parser) {
    parser->line++;
    parser->line_start = parser->at;
}

static void skip_comment(Parser *parser) {
    while (peek(parser) != -1 && peek(parser) != '\n') {
        parser->at++;
    }
}

/* True when a backslash and the line end behind it were passed. */
static bool skip_joint(Parser *parser) {
    const Source *source = parser->source;
    if (peek(parser) != '\\' || parser->at + 1 >= source->length ||
        source->text[parser->at + 1] != '\n') {
        return false;
    }
    parser->at += 2;
    next_line(parser);
    return true;
}

static void skip_blanks(Parser *parser) {
    for (;;) {
        int letter = peek(parser);
        if (letter == '#') {
            skip_comment(parser);
        } else if (letter == ' ' || letter == '\t' || letter == '\r') {
            parser->at++;
        } else if (!skip_joint(parser)) {
            return;
        }
    }
}

static bool is_word_letter(int letter) {
    return letter != -1 && (isalnum(letter) || letter == '_' || letter == '.' || letter == '-');
}

static void bad(Parser *parser, const char *what) {
    parser->now.kind = TOKEN_BAD;
    parser->now.word = what;
}

static void lex_word(Parser *parser) {
    size_t start = parser->at;
    while (is_word_letter(peek(parser))) {
        parser->at++;
    }
    parser->now.loc.span = (int)(parser->at - start > 1000 ? 1000 : parser->at - start);
    if (parser->at - start > LONGEST_WORD) {
        bad(parser, "a word of more than 512 letters");
        return;
    }
    parser->now.kind = TOKEN_WORD;
    parser->now.word =
        arena_strndup(parser->arena, parser->source->text + start, parser->at - start);
}

static int hex_digit(int letter) {
    const char *digits = "0123456789abcdef";
    const char *found = letter > 0 ? strchr(digits, letter) : NULL;
    return found ? (int)(found - digits) : -1;
}

/* The next letter, passed unless it is a control character, which ends a quoted word. */
static int take(Parser *parser) {
    int letter = peek(parser);
    if (letter < ' ') {
        return -1;
    }
    parser->at++;
    return letter;
}

/* One letter of a quoted word, escapes resolved; -1 when the quote is broken. */
static int quoted_letter(Parser *parser) {
    int letter = take(parser);
    if (letter != '\\') {
        return letter;
    }
    letter = take(parser);
    if (letter != 'x') {
        return letter == '"' || letter == '\\' ? letter : -1;
    }
    int high = hex_digit(take(parser)), low = hex_digit(take(parser));
    return high < 0 || low < 0 || high + low == 0 ? -1 : high * 16 + low;
}

static void lex_quoted(Parser *parser) {
    char text[LONGEST_WORD + 1];
    size_t length = 0, start = parser->at++;
    while (peek(parser) != '"') {
        int letter = quoted_letter(parser);
        if (letter < 0) {
            bad(parser, "a quoted word that does not end");
            return;
        }
        if (length == LONGEST_WORD) {
            bad(parser, "a word of more than 512 letters");
            return;
        }
        text[length++] = (char)letter;
    }
    parser->at++;
    parser->now.kind = TOKEN_WORD;
    parser->now.loc.span = (int)(parser->at - start);
    parser->now.word = arena_strndup(parser->arena, text, length);
}

static Loc here(const Parser *parser) {
    size_t col = parser->at - parser->line_start + 1;
    return (Loc){parser->source, parser->line, (int)col, 1};
}

void lex(Parser *parser) {
    skip_blanks(parser);
    parser->now = (Token){TOKEN_END, 0, NULL, here(parser)};
    int letter = peek(parser);
    if (letter == -1) {
        return;
    }
    if (letter == '\n') {
        parser->now.kind = TOKEN_NEWLINE;
        parser->at++;
        next_line(parser);
    } else if (is_word_letter(letter)) {
        lex_word(parser);
    } else if (letter == '"') {
        lex_quoted(parser);
    } else if (letter && strchr("()[]{}=,:!%@+", letter)) {
        parser->now.kind = TOKEN_MARK;
        parser->now.mark = (char)letter;
        parser->at++;
    } else {
        bad(parser, "a letter that means nothing here");
        parser->at++;
    }
}

/* What stands at hand, for "expected X, found Y". */
static const char *found(const Parser *parser) {
    switch (parser->now.kind) {
    case TOKEN_WORD:
        return arena_printf(parser->arena, "'%s'", parser->now.word);
    case TOKEN_MARK:
        return arena_printf(parser->arena, "'%c'", parser->now.mark);
    case TOKEN_NEWLINE:
        return "the end of the line";
    case TOKEN_END:
        return "the end of the text";
    case TOKEN_BAD:
        break;
    }
    return parser->now.word;
}

bool accept_mark(Parser *parser, char mark) {
    if (parser->now.kind != TOKEN_MARK || parser->now.mark != mark) {
        return false;
    }
    lex(parser);
    return true;
}

bool expect_mark(Parser *parser, char mark) {
    return accept_mark(parser, mark) ||
           FAIL(parser, NULL, "expected '%c', found %s", mark, found(parser));
}

const char *expect_word(Parser *parser, const char *what) {
    if (parser->now.kind != TOKEN_WORD) {
        FAIL(parser, NULL, "expected %s, found %s", what, found(parser));
        return NULL;
    }
    const char *word = parser->now.word;
    lex(parser);
    return word;
}

bool expect_newline(Parser *parser) {
    if (parser->now.kind == TOKEN_END) {
        return true;
    }
    if (parser->now.kind != TOKEN_NEWLINE) {
        return FAIL(parser, NULL, "expected the end of the line, found %s", found(parser));
    }
    lex(parser);
    return true;
}

bool read_integer(const char *text, int64_t lo, int64_t hi, int64_t *result) {
    bool negative = *text == '-';
    int64_t sum = 0;
    const char *at = text + negative;
    if (!*at) {
        return false;
    }
    for (; *at; at++) {
        if (*at < '0' || *at > '9' || __builtin_mul_overflow(sum, (int64_t)10, &sum) ||
            __builtin_sub_overflow(sum, (int64_t)(*at - '0'), &sum)) {
            return false; /* summed up below zero, where one more number fits */
        }
    }
    if (!negative && sum == INT64_MIN) {
        return false;
    }
    *result = negative ? sum : -sum;
    return *result >= lo && *result <= hi;
}

bool expect_integer(Parser *parser, const char *what, int64_t lo, int64_t hi, int64_t *result) {
    Loc loc = parser->now.loc;
    const char *word = expect_word(parser, what);
    return word && (read_integer(word, lo, hi, result) ||
                    FAIL_AT(parser, loc, NULL, "expected %s from %lld to %lld, found '%s'", what,
                            (long long)lo, (long long)hi, word));
}

const char *hint_name(Parser *parser, const char *word, const char *const *candidates,
                      size_t count) {
    if (diag_errors(parser->diag) >= DIAG_SHOWN) {
        return NULL;
    }
    const char *near = nearest_name(word, candidates, count);
    return near ? arena_printf(parser->arena, "did you mean '%s'?", near) : NULL;
}
