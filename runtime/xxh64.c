/* xxh64.c - the digest of weights and of values: XXH64 with seed 0, as its public specification
 * describes it. SPDX-License-Identifier: MIT-0
 *
 * Bytes are read as little-endian numbers whatever the machine, so a digest means the same
 * everywhere. It finds damage, not malice: whoever can write the weights can write the digest.
 */
#include "xnc_internal.h"

static const uint64_t prime1 = 0x9E3779B185EBCA87u, prime2 = 0xC2B2AE3D27D4EB4Fu,
                      prime3 = 0x165667B19E3779F9u, prime4 = 0x85EBCA77C2B2AE63u,
                      prime5 = 0x27D4EB2F165667C5u;

static inline uint64_t rotate(uint64_t x, int bits) {
    return x << bits | x >> (64 - bits);
}

/* Compilers make one load of each of these. */
static uint64_t read4(const unsigned char *at) {
    return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24;
}

static inline uint64_t read8(const unsigned char *at) {
    return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24 |
           (uint64_t)at[4] << 32 | (uint64_t)at[5] << 40 | (uint64_t)at[6] << 48 |
           (uint64_t)at[7] << 56;
}

static inline uint64_t step(uint64_t lane, uint64_t word) {
    return rotate(lane + word * prime2, 31) * prime1;
}

static uint64_t merge(uint64_t digest, uint64_t lane) {
    return (digest ^ step(0, lane)) * prime1 + prime4;
}

/* Weights are read from memory once, page by page, and the hardware does not look beyond the page
 * that it is in: asked for two kilobytes ahead, memory delivers two to three times as fast. */
static inline void prefetch(const unsigned char *at) {
#ifdef __GNUC__
    __builtin_prefetch(at);
#else
    (void)at;
#endif
}

/* Four independent lanes, each of which takes a quarter of every stripe of 32 bytes. */
typedef struct xnc_xxh64_lanes lanes;

static inline lanes digest_stripe(lanes lane, const unsigned char *at) {
    return (lanes){step(lane.a, read8(at)), step(lane.b, read8(at + 8)),
                   step(lane.c, read8(at + 16)), step(lane.d, read8(at + 24))};
}

lanes xnc_xxh64_begin(void) {
    return (lanes){prime1 + prime2, prime2, 0, 0 - prime1};
}

lanes xnc_xxh64_stripes(lanes lane, const void *data, size_t stripes) {
    enum { AHEAD = 64 }; /* stripes, two to a line of the cache */
    const unsigned char *at = data;
    for (; stripes > AHEAD; stripes -= 2, at += 64) {
        prefetch(at + 32 * AHEAD);
        lane = digest_stripe(digest_stripe(lane, at), at + 32);
    }
    for (; stripes > 0; stripes--, at += 32) {
        lane = digest_stripe(lane, at);
    }
    return lane;
}

static uint64_t merge_lanes(lanes lane) {
    uint64_t digest =
        rotate(lane.a, 1) + rotate(lane.b, 7) + rotate(lane.c, 12) + rotate(lane.d, 18);
    return merge(merge(merge(merge(digest, lane.a), lane.b), lane.c), lane.d);
}

static uint64_t digest_tail(uint64_t digest, const unsigned char *at, size_t bytes) {
    for (; bytes >= 8; at += 8, bytes -= 8) {
        digest = rotate(digest ^ step(0, read8(at)), 27) * prime1 + prime4;
    }
    if (bytes >= 4) {
        digest = rotate(digest ^ read4(at) * prime1, 23) * prime2 + prime3;
        at += 4;
        bytes -= 4;
    }
    for (; bytes > 0; at++, bytes--) {
        digest = rotate(digest ^ *at * prime5, 11) * prime1;
    }
    return digest;
}

uint64_t xnc_xxh64_end(lanes lane, uint64_t bytes, const void *tail) {
    uint64_t digest = bytes >= 32 ? merge_lanes(lane) : prime5;
    digest = digest_tail(digest + bytes, tail, (size_t)(bytes % 32));
    digest = (digest ^ digest >> 33) * prime2;
    digest = (digest ^ digest >> 29) * prime3;
    return digest ^ digest >> 32;
}

uint64_t xnc_xxh64(const void *data, size_t bytes) {
    size_t stripes = bytes / 32;
    lanes lane = xnc_xxh64_stripes(xnc_xxh64_begin(), data, stripes);
    return xnc_xxh64_end(lane, bytes, (const unsigned char *)data + 32 * stripes);
}
