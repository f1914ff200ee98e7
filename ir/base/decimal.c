/* decimal.c - a double -> the shortest decimal that strtod() reads back as the same double.
 *
 *   0.1   ->   "0.1", not "0.10000000000000001"
 */
#include "decimal.h"

#include <stdio.h>
#include <stdlib.h>

/* 17 significant digits identify every double, so the loop ends with a text that reads back. */
void decimal_put(double number, char text[DECIMAL_BYTES]) {
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, DECIMAL_BYTES, "%.*g", digits, number);
        if (strtod(text, NULL) == number) {
            break;
        }
    }
}
