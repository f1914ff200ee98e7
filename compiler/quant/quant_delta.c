/* quant_delta.c - three numbers from -1 to 1 as one letter, and back.
 *
 *   -1 -1 -1   A        0 -1  0   K        1 -1 -1   R
 *   -1 -1  0   B        0  0  0   .        1  1  1   Z
 *
 * The 27 letters count in digits of three, the first delta is the highest; in the middle stands the
 * point, of which most words are made.
 */
#include "quant.h"

#include <string.h>

static const char letters[] = "ABCDEFGHIJKLM.NOPQRSTUVWXYZ";

int64_t quant_letters(int64_t deltas) {
    return (deltas + DELTAS_OF_LETTER - 1) / DELTAS_OF_LETTER;
}

char quant_letter(const int8_t deltas[DELTAS_OF_LETTER]) {
    int number = 0;
    for (int i = 0; i < DELTAS_OF_LETTER; i++) {
        number = 3 * number + deltas[i] + 1;
    }
    return letters[number];
}

bool quant_deltas(char letter, int8_t deltas[DELTAS_OF_LETTER]) {
    const char *found = letter ? strchr(letters, letter) : NULL;
    int number = found ? (int)(found - letters) : 0;
    for (int i = DELTAS_OF_LETTER; i-- > 0; number /= 3) {
        deltas[i] = (int8_t)(number % 3 - 1);
    }
    return found != NULL;
}

int quant_delta(const QuantNode *node, int64_t o, int64_t k) {
    int8_t deltas[DELTAS_OF_LETTER];
    quant_deltas(node->delta[o][k / DELTAS_OF_LETTER], deltas);
    return deltas[k % DELTAS_OF_LETTER];
}
