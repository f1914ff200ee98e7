/* scan.c - turns the bytes of a text of either level into the tokens of scan.h.
 *
 *   pad=1x1 # a comment   ->   word "pad", mark "=", word "1x1", end of the line
 *
 * peek() gives -1 at the end of the bytes, and every loop moves forward until it sees that, so no
 * text makes the scanner read out of bounds or loop for ever. Characters are called letters here,
 * whatever they are.
 */
#include "scan.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int peek(const Scanner *scan) {
    const Source *source = scan->source;
    return scan->at < source->length ? (unsigned char)source->text[scan->at] : -1;
}

/* Whether the text goes on with these bytes. */
static bool begins(const Scanner *scan, const char *bytes) {
    size_t length = strlen(bytes);
    return scan->source->length - scan->at >= length &&
           memcmp(scan->source->text + scan->at, bytes, length) == 0;
}

static void skip_to_line_end(Scanner *scan) {
    while (peek(scan) != -1 && peek(scan) != '\n') {
        scan->at++;
    }
}

/* Goes on length bytes, the last of which ends a line. */
static void pass_line_end(Scanner *scan, size_t length) {
    scan->at += length;
    scan->line++;
    scan->line_start = scan->at;
}

/* Skips blanks, '#' comments and joined line ends; in a kernel's text all line ends. */
static void skip_blanks(Scanner *scan) {
    for (;;) {
        int letter = peek(scan);
        if (letter == '#') {
            skip_to_line_end(scan);
        } else if (letter == '\n' && !scan->lines) {
            pass_line_end(scan, 1);
        } else if (begins(scan, "\\\n")) {
            pass_line_end(scan, 2);
        } else if (letter == ' ' || letter == '\t' || letter == '\r') {
            scan->at++;
        } else {
            return;
        }
    }
}

/* Makes the current token one that no parser accepts, so that the next diagnostic says what. */
static void bad(Scanner *scan, const char *what) {
    scan->now.kind = TOKEN_BAD;
    scan->now.text = what;
    scan->now.length = strlen(what);
}

static bool begins_word(int letter) {
    return letter != -1 && (isalnum(letter) || letter == '_' || letter == '.');
}

/* Whether the word that began at start goes on. A sign belongs to it behind the 'e' of a word that
 * begins with a digit, 1e-05, in both levels. */
static bool continues_word(const Scanner *scan, size_t start) {
    const char *bytes = scan->source->text;
    int letter = peek(scan);
    if (begins_word(letter) || (letter == '-' && scan->lines)) {
        return true;
    }
    bool sign = letter == '-' || letter == '+';
    return sign && isdigit((unsigned char)bytes[start]) && bytes[scan->at - 1] == 'e';
}

/* The span is limited, as it is only for underlining; a word of any length is passed as a whole. */
static void cut_word(Scanner *scan) {
    size_t start = scan->at;
    while (continues_word(scan, start)) {
        scan->at++;
    }
    size_t length = scan->at - start;
    scan->now.loc.span = (int)(length > 1000 ? 1000 : length);
    if (length > LIMIT_WORD) {
        bad(scan, "a word of more than 512 letters");
        return;
    }
    scan->now.kind = TOKEN_WORD;
    scan->now.length = length;
}

static int hex_digit(int letter) {
    const char *digits = "0123456789abcdef";
    const char *found = letter > 0 ? strchr(digits, letter) : NULL;
    return found ? (int)(found - digits) : -1;
}

/* Takes the next letter of a quoted word; -1 for a control character or the end of the text, which
 * a quoted word cannot hold. */
static int take(Scanner *scan) {
    int letter = peek(scan);
    if (letter < ' ') {
        return -1;
    }
    scan->at++;
    return letter;
}

/* One letter of a quoted word, with escapes resolved; -1 when the word is malformed. \x00 is
 * refused because words become C strings. */
static int quoted_letter(Scanner *scan) {
    int letter = take(scan);
    if (letter != '\\') {
        return letter;
    }
    letter = take(scan);
    if (letter != 'x') {
        return letter == '"' || letter == '\\' ? letter : -1;
    }
    int high = hex_digit(take(scan)), low = hex_digit(take(scan));
    return high < 0 || low < 0 || high + low == 0 ? -1 : high * 16 + low;
}

/* The text of a quoted word is a copy with escapes resolved; loc.span counts bytes of the source.
 */
static void cut_quoted(Scanner *scan) {
    char word[LIMIT_WORD + 1];
    size_t length = 0, start = scan->at++;
    while (peek(scan) != '"') {
        int letter = quoted_letter(scan);
        if (letter < 0) {
            bad(scan, "a quoted word that does not end");
            return;
        }
        if (length == LIMIT_WORD) {
            bad(scan, "a word of more than 512 letters");
            return;
        }
        word[length++] = (char)letter;
    }
    scan->at++;
    scan->now.kind = TOKEN_QUOTED;
    scan->now.loc.span = (int)(scan->at - start);
    scan->now.text = arena_strndup(scan->arena, word, length);
    scan->now.length = length;
}

static void cut_comment(Scanner *scan) {
    size_t start = scan->at;
    skip_to_line_end(scan);
    scan->now.kind = TOKEN_COMMENT;
    scan->now.length = scan->at - start;
}

/* Takes the longer mark where two characters make one: "<=", not "<" and "=". */
static void cut_mark(Scanner *scan) {
    static const char *const pairs[] = {"<=", ">=", "==", "!=", "&&", "||"};
    scan->now.kind = TOKEN_MARK;
    scan->now.length = 1;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (begins(scan, pairs[i])) {
            scan->now.length = 2;
        }
    }
    scan->at += scan->now.length;
    scan->now.loc.span = (int)scan->now.length;
}

/* Columns count bytes from 1. The cut_ functions set kind, length and span of the token; its text
 * stays where it begins in the source, but for quoted words. */
void scan_next(Scanner *scan) {
    skip_blanks(scan);
    int letter = peek(scan), col = (int)(scan->at - scan->line_start + 1);
    const char *here = scan->source->text + scan->at;
    scan->now = (Token){TOKEN_END, here, 0, {scan->source, scan->line, col, 1}};
    if (letter == -1) {
        return;
    }
    if (letter == '\n') {
        scan->now.kind = TOKEN_NEWLINE;
        pass_line_end(scan, 1);
    } else if (begins_word(letter)) {
        cut_word(scan);
    } else if (letter == '"') {
        cut_quoted(scan);
    } else if (begins(scan, "//")) {
        cut_comment(scan);
    } else if (ispunct(letter) && letter != '\\') {
        cut_mark(scan);
    } else {
        bad(scan, "a letter that means nothing here");
        scan->at++;
    }
}

Scanner scan_start(Arena *arena, Diag *diag, const Source *source, bool lines) {
    Scanner scan = {.arena = arena, .diag = diag, .source = source, .lines = lines, .line = 1};
    scan_next(&scan);
    return scan;
}

/* For a bad token its text is the description: see bad(). */
const char *scan_found(const Scanner *scan) {
    const Token *now = &scan->now;
    switch (now->kind) {
    case TOKEN_WORD:
    case TOKEN_MARK:
        return arena_printf(scan->arena, "'%.*s'", (int)now->length, now->text);
    case TOKEN_QUOTED:
        return arena_printf(scan->arena, "\"%s\"", now->text);
    case TOKEN_COMMENT:
        return "a comment";
    case TOKEN_NEWLINE:
        return "the end of the line";
    case TOKEN_END:
        return "the end of the text";
    case TOKEN_BAD:
        break;
    }
    return now->text;
}

/* A quoted word never matches, so names in quotes cannot be taken for keywords. */
bool scan_at(const Scanner *scan, const char *word) {
    const Token *now = &scan->now;
    return (now->kind == TOKEN_WORD || now->kind == TOKEN_MARK) && now->length == strlen(word) &&
           memcmp(now->text, word, now->length) == 0;
}

bool scan_accept(Scanner *scan, const char *word) {
    if (!scan_at(scan, word)) {
        return false;
    }
    scan_next(scan);
    return true;
}

bool scan_expect(Scanner *scan, const char *word) {
    return scan_accept(scan, word) ||
           FAIL(scan, NULL, "expected '%s', found %s", word, scan_found(scan));
}

bool scan_word(Scanner *scan, const char *what, const char **word) {
    if (scan->now.kind != TOKEN_WORD && scan->now.kind != TOKEN_QUOTED) {
        return FAIL(scan, NULL, "expected %s, found %s", what, scan_found(scan));
    }
    *word = arena_strndup(scan->arena, scan->now.text, scan->now.length);
    scan_next(scan);
    return true;
}

/* A bare word with the '-' in front of it, if there is one, and the place of both. In a kernel's
 * text the '-' is a token of its own. */
static bool signed_word(Scanner *scan, const char *what, const char **word, Loc *loc) {
    *loc = scan->now.loc;
    const char *sign = scan_accept(scan, "-") ? "-" : "";
    if (scan->now.kind != TOKEN_WORD) {
        return FAIL(scan, NULL, "expected %s, found %s", what, scan_found(scan));
    }
    loc->span = scan->now.loc.span + (*sign != '\0');
    *word = arena_printf(scan->arena, "%s%.*s", sign, (int)scan->now.length, scan->now.text);
    scan_next(scan);
    return true;
}

bool scan_integer(Scanner *scan, const char *what, int64_t lo, int64_t hi, int64_t *number) {
    const char *word = NULL;
    Loc loc;
    return signed_word(scan, what, &word, &loc) &&
           (read_integer(word, lo, hi, number) ||
            FAIL_AT(scan, loc, NULL, "expected %s from %lld to %lld, found '%s'", what,
                    (long long)lo, (long long)hi, word));
}

/* strtod() alone would also accept hexadecimal numbers and nan. */
bool scan_number(Scanner *scan, bool finite, double *number) {
    const char *word = NULL;
    char *end;
    Loc loc;
    if (!signed_word(scan, "a number", &word, &loc)) {
        return false;
    }
    bool infinite = strcmp(word, "inf") == 0 || strcmp(word, "-inf") == 0;
    *number = strtod(word, &end);
    if ((infinite || strspn(word, "0123456789.eE+-") == strlen(word)) && *end == '\0' &&
        (!finite || isfinite(*number))) {
        return true;
    }
    return FAIL_AT(scan, loc, NULL, "expected a number, found '%s'", word);
}

bool scan_element(Scanner *scan, Element *element) {
    Loc loc = scan->now.loc;
    const char *word = NULL, *names = "";
    if (!scan_word(scan, "a type such as f32", &word)) {
        return false;
    }
    int found = element_by_name(word);
    *element = (Element)found;
    for (int i = 0; found < 0 && i < ELEMENT_COUNT; i++) {
        names = arena_printf(scan->arena, "%s%s%s", names, i ? " or " : "",
                             element_info((Element)i)->name);
    }
    return found >= 0 || FAIL_AT(scan, loc, NULL, "unknown type '%s', expected %s", word, names);
}

bool scan_precision(Scanner *scan, Precision *precision) {
    Loc loc = scan->now.loc;
    const char *word = NULL;
    if (!scan_word(scan, "a precision such as f32", &word)) {
        return false;
    }
    int found = precision_by_name(word);
    *precision = (Precision)found;
    return found >= 0 || FAIL_AT(scan, loc, "f32, bf16 or int8", "unknown precision '%s'", word);
}

bool scan_newline(Scanner *scan) {
    if (scan->now.kind == TOKEN_NEWLINE) {
        scan_next(scan);
        return true;
    }
    return scan->now.kind == TOKEN_END ||
           FAIL(scan, NULL, "expected the end of the line, found %s", scan_found(scan));
}

/* Sums up the negated number, because int64_t has one more value below zero than above. */
bool read_integer(const char *string, int64_t lo, int64_t hi, int64_t *number) {
    bool negative = *string == '-';
    int64_t sum = 0;
    const char *at = string + negative;
    if (!*at) {
        return false;
    }
    for (; *at; at++) {
        if (*at < '0' || *at > '9' || __builtin_mul_overflow(sum, (int64_t)10, &sum) ||
            __builtin_sub_overflow(sum, (int64_t)(*at - '0'), &sum)) {
            return false;
        }
    }
    if (!negative && sum == INT64_MIN) {
        return false;
    }
    *number = negative ? sum : -sum;
    return *number >= lo && *number <= hi;
}

const char *hint_name(const Scanner *scan, const char *word, const char *const *candidates,
                      size_t count) {
    if (!diag_shows(scan->diag, DIAG_SYNTAX)) {
        return NULL;
    }
    const char *near = nearest_name(word, candidates, count);
    return near ? arena_printf(scan->arena, "did you mean '%s'?", near) : NULL;
}
