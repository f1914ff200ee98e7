/* name_pattern.c - matches patterns of names and writes what they mean; name_pattern.h shows both.
 *
 * Letters are looked up, not searched: a pattern that passed name_pattern_fault() has each of them
 * bound on its left side.
 */
#include "name_pattern.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_DIGITS = 6, LETTERS = 26, MOST_PATTERN = 256 };

/* BoundNumbers that the letters stand for; -1: none yet. */
typedef struct BoundNumbers {
    int64_t at[LETTERS];
} BoundNumbers;

static BoundNumbers no_numbers(void) {
    BoundNumbers numbers;
    for (int i = 0; i < LETTERS; i++) {
        numbers.at[i] = -1;
    }
    return numbers;
}

/* A letter that stands twice is the same number twice. */
static bool take_number(const char **name, int64_t *number) {
    size_t digits = strspn(*name, "0123456789");
    if (digits == 0 || digits > MOST_DIGITS) {
        return false;
    }
    int64_t value = strtoll(*name, NULL, 10), before = *number;
    *name += digits;
    *number = value;
    return before < 0 || before == value;
}

/* Moves *name behind what the pattern stands for. */
static bool take_pattern(const char *pattern, const char **name, BoundNumbers *numbers) {
    while (*pattern) {
        if (*pattern == '{') {
            if (!take_number(name, &numbers->at[pattern[1] - 'a'])) {
                return false;
            }
            pattern += strlen("{i}");
        } else if (*pattern == '*') {
            size_t part = strcspn(*name, ".");
            *name += part;
            pattern++;
            if (part == 0) {
                return false;
            }
        } else if (*pattern++ != *(*name)++) {
            return false;
        }
    }
    return **name == '.' || **name == '\0';
}

bool name_pattern_fits(const char *pattern, const char *name) {
    BoundNumbers numbers = no_numbers();
    return take_pattern(pattern, &name, &numbers);
}

/* A place of the right side: {i}, {i+2}, {3j-2}. */
typedef struct NumberPlace {
    int64_t times, plus;
    char letter;
} NumberPlace;

/* Reads the place that begins at *text and moves behind it; false when it is none. */
static bool take_place(const char **text, NumberPlace *place) {
    const char *at = *text + 1;
    size_t digits = strspn(at, "0123456789");
    *place = (NumberPlace){1, 0, 0};
    if (digits > 0 && digits <= MOST_DIGITS) {
        place->times = strtoll(at, NULL, 10);
        at += digits;
    }
    if (*at < 'a' || *at > 'z') {
        return false;
    }
    place->letter = *at++;
    if (*at == '+' || *at == '-') {
        digits = strspn(at + 1, "0123456789");
        if (digits == 0 || digits > MOST_DIGITS) {
            return false;
        }
        place->plus = strtoll(at, NULL, 10);
        at += 1 + digits;
    }
    *text = at + 1;
    return *at == '}';
}

/* Appends the number of a place; false when it would be negative or has no room. */
static bool write_place(const char **to, const BoundNumbers *numbers, char **end,
                        const char *limit) {
    NumberPlace place;
    if (!take_place(to, &place)) {
        return false;
    }
    int64_t number = numbers->at[place.letter - 'a'] * place.times + place.plus;
    int length = snprintf(*end, (size_t)(limit - *end), "%" PRId64, number);
    *end += length;
    return number >= 0 && *end < limit;
}

bool name_pattern_apply(const char *from, const char *to, const char *name, char *result,
                        size_t size) {
    BoundNumbers numbers = no_numbers();
    char *end = result;
    const char *limit = result + size;
    if (!take_pattern(from, &name, &numbers)) {
        return false;
    }
    while (*to) {
        if (end + 1 >= limit) {
            return false;
        }
        if (*to != '{') {
            *end++ = *to++;
        } else if (!write_place(&to, &numbers, &end, limit)) {
            return false;
        }
    }
    size_t rest = strlen(name);
    if (rest >= (size_t)(limit - end)) {
        return false;
    }
    memcpy(end, name, rest + 1);
    return true;
}

/* ---- patterns that people write ---- */

/* Printable, without blanks, and its parts are not empty. */
static const char *text_fault(const char *pattern) {
    if (!*pattern || strlen(pattern) > MOST_PATTERN) {
        return *pattern ? "has more than 256 bytes" : "is empty";
    }
    for (const char *at = pattern; *at; at++) {
        if (*at <= ' ' || *at > '~') {
            return "has a character that no name has";
        }
        bool begins = at == pattern || at[-1] == '.';
        if (*at == '.' && (begins || at[1] == '\0')) {
            return "has an empty part: it begins and ends without a dot";
        }
    }
    return NULL;
}

/* Letters of the left side are marked in bound. */
static const char *from_fault(const char *from, bool star, bool bound[LETTERS]) {
    for (const char *at = from; *at; at++) {
        if (*at == '{') {
            if (at[1] < 'a' || at[1] > 'z' || at[2] != '}') {
                return "has a '{' that is not {i} or another small letter";
            }
            bound[at[1] - 'a'] = true;
            at += 2;
        } else if (*at == '*') {
            bool whole = (at == from || at[-1] == '.') && (at[1] == '.' || at[1] == '\0');
            if (!whole || !star) {
                return star ? "has a '*' that is not a whole part"
                            : "has a '*', which says no name";
            }
        } else if (*at == '}') {
            return "has a '}' without '{'";
        }
    }
    return NULL;
}

static const char *to_fault(const char *to, const bool bound[LETTERS]) {
    NumberPlace place;
    while (*to) {
        if (*to == '*' || *to == '}') {
            return "has a '*' or '}' on its right side";
        }
        if (*to != '{') {
            to++;
        } else if (!take_place(&to, &place)) {
            return "has a '{' that is not {i}, {i+2} or {3i-2}";
        } else if (!bound[place.letter - 'a']) {
            return "has a letter on its right side that its left side lacks";
        }
    }
    return NULL;
}

const char *name_pattern_fault(const char *from, const char *to) {
    bool bound[LETTERS] = {false};
    const char *fault = text_fault(from);
    if (!fault) {
        fault = from_fault(from, to == NULL, bound);
    }
    if (!fault && to) {
        fault = text_fault(to);
    }
    return !fault && to ? to_fault(to, bound) : fault;
}
