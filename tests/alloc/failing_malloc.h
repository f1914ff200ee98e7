/* failing_malloc.h - every allocation of the program, its libraries' and its C library's included,
 * is counted, and one of them can be made to fail.
 */
#ifndef XNC_TESTS_FAILING_MALLOC_H
#define XNC_TESTS_FAILING_MALLOC_H

/* Starts counting at zero; the allocation with number fail_at (from 1) fails, none when 0. */
void allocations_watch(long fail_at);
/* Allocations since then. */
long allocations_made(void);
/* Blocks and mappings made since then and not freed. */
long allocations_live(void);

#endif
