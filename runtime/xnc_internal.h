/* xnc_internal.h - what the files of the runtime share. Not for users, not for generated code.
 * SPDX-License-Identifier: MIT-0
 */
#ifndef XNC_INTERNAL_H
#define XNC_INTERNAL_H

#include "xnc_model.h"

struct xnc_weights {
    const xnc_model *model;       /* the one that the blob was checked against */
    const xnc_model *runs;        /* the variant of it whose code this CPU runs */
    const unsigned char *content; /* behind the header */
    void *mapped;                 /* to be unmapped, or NULL */
    void *owned;                  /* to be freed, or NULL */
    size_t bytes;                 /* of mapped */
};

/* XXH64 with seed 0. */
uint64_t xnc_xxh64(const void *data, size_t bytes);
/* The same in pieces: begin, any number of times whole stripes of 32 bytes, then the end, with the
 * number of all bytes and the rest of them, fewer than 32. */
typedef struct xnc_xxh64_lanes {
    uint64_t a, b, c, d;
} xnc_xxh64_lanes;
xnc_xxh64_lanes xnc_xxh64_begin(void);
xnc_xxh64_lanes xnc_xxh64_stripes(xnc_xxh64_lanes lanes, const void *data, size_t stripes);
uint64_t xnc_xxh64_end(xnc_xxh64_lanes lanes, uint64_t bytes, const void *tail);
/* Tells the CPU that the thread spins. */
void xnc_cpu_relax(void);
/* Time since some moment. */
uint64_t xnc_nanoseconds(void);

/* xnc_pool_create() with right arguments on a machine with so many CPUs. */
xnc_status xnc_pool_create_for(xnc_pool **pool, int threads, int cpus);
/* Makes sure that the workers of a pool are this process's: after fork() they are not. */
void xnc_pool_adopt(xnc_pool *pool);
/* xnc_pool_parallel() of a pool that has been adopted. */
void xnc_pool_loop(xnc_pool *pool, int count, xnc_task *task, void *arg);

#endif
