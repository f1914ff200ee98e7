/* ktext.c - reads the names and numbers of a kernel's text.
 *
 * A name becomes one in C, so it is a C identifier; a word that begins a statement or names an
 * operation cannot be one, which is how the parser tells what a line is.
 */
#include "ktext.h"

#include <ctype.h>
#include <string.h>

/* Words that begin a statement, or "mut", which may follow one. */
static const char *const reserved[] = {"dim",   "int",   "ptr",  "ptrs",     "mut",
                                       "vec",   "store", "copy", "prefetch", "for",
                                       "split", "while", "if",   "else",     "call"};

int kparse_kop(const Scanner *scan) {
    for (int op = 0; op < KOP_COUNT; op++) {
        if (scan_at(scan, kop_info((KOp)op)->name)) {
            return op;
        }
    }
    return -1;
}

static bool is_reserved(const Scanner *scan) {
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) {
        if (scan_at(scan, reserved[i])) {
            return true;
        }
    }
    return kparse_kop(scan) >= 0;
}

/* Letters of a C identifier; the first may be a digit behind the prefix of a function's name. */
static bool at_identifier(const Scanner *scan) {
    const Token *now = &scan->now;
    return now->kind == TOKEN_WORD && !memchr(now->text, '.', now->length) &&
           !memchr(now->text, '-', now->length) && !memchr(now->text, '+', now->length);
}

bool kparse_name(Scanner *scan, const char *what, const char **name) {
    bool fits = at_identifier(scan) && !isdigit((unsigned char)*scan->now.text);
    if (!fits || is_reserved(scan)) {
        return FAIL(scan, NULL, "expected %s, found %s", what, scan_found(scan));
    }
    return scan_word(scan, what, name);
}

bool kparse_callee(Scanner *scan, const char **name) {
    if (!scan_accept(scan, "$") || !at_identifier(scan)) {
        return FAIL(scan, NULL, "expected a function's $name, found %s", scan_found(scan));
    }
    return scan_word(scan, "a function's name", name);
}

bool kparse_number(Scanner *scan, int64_t *number) {
    return scan_integer(scan, "an integer", -INT64_MAX, INT64_MAX, number);
}
