/* ktext.c - reads the names and numbers of a kernel's text.
 *
 * A name is used in the emitted C, so it must be a C identifier. Words that begin a statement or
 * name an operation or a type are reserved, and so are mut and else: as lines have no meaning, only
 * the words themselves tell the parser where a statement begins. The words of a store's options are
 * free, as what follows them tells (kparse_stmt.c); all others stand where no statement can begin.
 */
#include "ktext.h"
#include "kstmt.h"

#include <ctype.h>
#include <string.h>

int kparse_kind(const Scanner *scan) {
    for (int kind = 0; kind <= STMT_CALL; kind++) {
        const StmtPart *first = stmt_parts((StmtKind)kind);
        if (first->kind == PART_TEXT && scan_at(scan, first->text)) {
            return kind;
        }
    }
    return -1;
}

int kparse_kop(const Scanner *scan) {
    for (int op = 0; op < KOP_COUNT; op++) {
        if (scan_at(scan, kop_info((KOp)op)->name)) {
            return op;
        }
    }
    return -1;
}

/* The Element that the current token names, or none. */
static Element at_element(const Scanner *scan) {
    int element = 0;
    while (element < ELEMENT_COUNT && !scan_at(scan, element_info((Element)element)->name)) {
        element++;
    }
    return (Element)element;
}

Element kparse_element(Scanner *scan) {
    Element element = at_element(scan);
    if (element == ELEMENT_none) {
        return ELEMENT_f32;
    }
    scan_next(scan);
    return element;
}

static bool is_reserved(const Scanner *scan) {
    return kparse_kind(scan) >= 0 || kparse_kop(scan) >= 0 || scan_at(scan, "mut") ||
           scan_at(scan, "else") || at_element(scan) != ELEMENT_none;
}

/* Whether the current word has only letters of a C identifier. A digit at its start is fine in the
 * name of a function, which gets a prefix in C; kparse_name() refuses it for variables. */
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
