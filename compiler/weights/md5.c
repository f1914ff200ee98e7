/* md5.c - bytes -> their digest, as RFC 1321 has it.
 *
 *   "abc"   ->   900150983cd24fb0d6963f7d28e17f72
 *
 * Blocks of 64 bytes are mixed into a state of four words; the last ones are the rest, a bit 1,
 * zeros, and the number of bits.
 */
#include "md5.h"

#include <string.h>

enum { BLOCK = 64, LENGTH_AT = 56, STEPS = 64 };

/* The first 32 bits behind the point of |sin(i + 1)|. */
static const uint32_t sines[STEPS] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};

/* Of the four rounds; each goes through its own again and again. */
static const uint8_t turns[4][4] = {
    {7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

static uint32_t turn_left(uint32_t word, int bits) {
    return word << bits | word >> (32 - bits);
}

static uint32_t word_at(const uint8_t *bytes) {
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* What a step of a round makes of three words, and which word of the block it takes. */
static uint32_t step_of(int step, const uint32_t state[4], int *taken) {
    uint32_t b = state[1], c = state[2], d = state[3];
    switch (step / 16) {
    case 0:
        *taken = step;
        return (b & c) | (~b & d);
    case 1:
        *taken = (5 * step + 1) % 16;
        return (d & b) | (~d & c);
    case 2:
        *taken = (3 * step + 5) % 16;
        return b ^ c ^ d;
    default:
        *taken = 7 * step % 16;
        return c ^ (b | ~d);
    }
}

static void mix(uint32_t state[4], const uint8_t block[BLOCK]) {
    uint32_t now[4];
    memcpy(now, state, sizeof now);
    for (int step = 0; step < STEPS; step++) {
        int taken;
        uint32_t sum = now[0] + step_of(step, now, &taken) + sines[step];
        sum = turn_left(sum + word_at(block + 4 * taken), turns[step / 16][step % 4]);
        uint32_t next = now[1] + sum;
        now[0] = now[3];
        now[3] = now[2];
        now[2] = now[1];
        now[1] = next;
    }
    for (int i = 0; i < 4; i++) {
        state[i] += now[i];
    }
}

void md5_text(const uint8_t *data, size_t size, char text[MD5_TEXT_BYTES]) {
    uint32_t state[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
    size_t whole = size / BLOCK * BLOCK, rest = size - whole;
    for (size_t at = 0; at < whole; at += BLOCK) {
        mix(state, data + at);
    }
    uint8_t last[2 * BLOCK] = {0};
    size_t blocks = rest < LENGTH_AT ? 1 : 2;
    if (rest > 0) {
        memcpy(last, data + whole, rest);
    }
    last[rest] = 0x80;
    for (int i = 0; i < 8; i++) {
        last[blocks * BLOCK - 8 + i] = (uint8_t)((uint64_t)size * 8 >> (8 * i));
    }
    for (size_t i = 0; i < blocks; i++) {
        mix(state, last + i * BLOCK);
    }
    for (int i = 0; i < 16; i++) {
        uint8_t byte = (uint8_t)(state[i / 4] >> (8 * (i % 4)));
        text[2 * i] = "0123456789abcdef"[byte >> 4];
        text[2 * i + 1] = "0123456789abcdef"[byte & 15];
    }
    text[32] = '\0';
}
