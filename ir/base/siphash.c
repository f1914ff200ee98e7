/* siphash.c - turns bytes and a secret key into 64 bits that nobody can predict without the key.
 *
 * SipHash-1-3: one round for each eight bytes and three at the end. Rust and Python use this
 * variant for their hash tables; the paper's SipHash-2-4 is slower and made for authentication.
 */
#include "siphash.h"

static uint64_t rotate(uint64_t word, int bits) {
    return word << bits | word >> (64 - bits);
}

/* SipRound of the paper, figure 2.1. */
static void round_of(uint64_t state[4]) {
    state[0] += state[1];
    state[1] = rotate(state[1], 13) ^ state[0];
    state[0] = rotate(state[0], 32);
    state[2] += state[3];
    state[3] = rotate(state[3], 16) ^ state[2];
    state[0] += state[3];
    state[3] = rotate(state[3], 21) ^ state[0];
    state[2] += state[1];
    state[1] = rotate(state[1], 17) ^ state[2];
    state[2] = rotate(state[2], 32);
}

static void absorb(uint64_t state[4], uint64_t word) {
    state[3] ^= word;
    round_of(state);
    state[0] ^= word;
}

/* Up to eight bytes, little endian. */
static uint64_t word_of(const unsigned char *at, size_t length) {
    uint64_t word = 0;
    for (size_t i = 0; i < length; i++) {
        word |= (uint64_t)at[i] << (8 * i);
    }
    return word;
}

/* The four constants are the text "somepseudorandomlygeneratedbytes", as in the paper. The last
 * word holds the rest of the bytes and, in its top byte, the length modulo 256. */
uint64_t siphash(const uint64_t key[2], const void *bytes, size_t length) {
    const unsigned char *at = bytes;
    uint64_t state[4] = {key[0] ^ 0x736f6d6570736575u, key[1] ^ 0x646f72616e646f6du,
                         key[0] ^ 0x6c7967656e657261u, key[1] ^ 0x7465646279746573u};
    size_t whole = length / 8;
    for (size_t i = 0; i < whole; i++) {
        absorb(state, word_of(at + 8 * i, 8));
    }
    absorb(state, word_of(at + 8 * whole, length % 8) | (uint64_t)length << 56);
    state[2] ^= 0xff;
    for (int i = 0; i < 3; i++) {
        round_of(state);
    }
    return state[0] ^ state[1] ^ state[2] ^ state[3];
}
