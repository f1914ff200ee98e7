/* name_order.c - two names -> which comes first, as timm's natural_key() orders folders and files.
 *
 *   a2 < A9 < a10 < b
 *
 * Letters count without case, runs of digits as numbers.
 */
#include "name_order.h"

#include <stdbool.h>
#include <string.h>

static int lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : (unsigned char)letter;
}

static bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

/* Compares the decimal numbers that begin at both places and moves behind them. Without leading
 * zeros, the one with more digits is the larger, so no number is too large. */
static int compare_numbers(const char **a, const char **b) {
    *a += strspn(*a, "0");
    *b += strspn(*b, "0");
    size_t digits_a = strspn(*a, "0123456789"), digits_b = strspn(*b, "0123456789");
    int order = digits_a != digits_b ? (digits_a > digits_b) - (digits_a < digits_b)
                                     : strncmp(*a, *b, digits_a);
    *a += digits_a;
    *b += digits_b;
    return order;
}

int name_order(const char *a, const char *b) {
    const char *at_a = a, *at_b = b;
    while (*at_a && *at_b) {
        int order;
        if (is_digit(*at_a) && is_digit(*at_b)) {
            order = compare_numbers(&at_a, &at_b);
        } else if (is_digit(*at_a) != is_digit(*at_b)) {
            return is_digit(*at_a) ? -1 : 1; /* the other name's word goes on */
        } else {
            order = lower(*at_a++) - lower(*at_b++);
        }
        if (order) {
            return order;
        }
    }
    return *at_a || *at_b ? (*at_a ? 1 : -1) : strcmp(a, b);
}
