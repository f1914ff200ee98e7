/* test_fork.c - a child of fork() may use and destroy its parent's pool: it gets the same results,
 * and nothing hangs. Each child has a time limit.
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <pthread.h>

#include "tiny_model.h"
#include "xnc_internal.h"

enum { THREADS = 3, SECONDS = 60 };

static tiny_blob blob;
static xnc_weights *weights;

/* 1 when a run in the pool gives what it must. */
static int runs_well(xnc_pool *pool) {
    float input[TINY_ELEMENTS], sum[TINY_ELEMENTS] = {0}, copy[TINY_ELEMENTS];
    float *const outputs[] = {sum, copy};
    const xnc_exec exec = {.pool = pool};
    size_t bytes = xnc_arena_bytes(&tiny_model, THREADS);
    void *arena = xnc_arena_create(bytes);
    make_input(input);
    int good = xnc_run(&tiny_model, weights, arena, bytes, input, outputs, &exec) == XNC_OK;
    for (int i = 0; i < TINY_ELEMENTS; i++) {
        good = good && sum[i] == expected_sum(i) && copy[i] == expected_copy(i);
    }
    xnc_arena_destroy(arena);
    return good;
}

static int uses(xnc_pool *pool) {
    int good = 1;
    for (int i = 0; i < 100; i++) {
        good = good && runs_well(pool);
    }
    return good;
}

static int destroys(xnc_pool *pool) {
    xnc_pool_destroy(pool);
    return 1;
}

static int uses_and_destroys(xnc_pool *pool) {
    return uses(pool) && destroys(pool);
}

static int leaves_it(xnc_pool *pool) {
    return pool != NULL;
}

static void count_call(void *arg, int index) {
    atomic_fetch_add((atomic_int *)arg, index + 1);
}

static int loops(xnc_pool *pool) {
    atomic_int sum = 0;
    xnc_pool_parallel(pool, 10, count_call, &sum);
    return sum == 55;
}

static void *use_in_thread(void *pool) {
    return uses(pool) ? pool : NULL;
}

/* The first use is one of several at once. */
static int uses_in_two_threads(xnc_pool *pool) {
    pthread_t other;
    void *good = NULL;
    if (pthread_create(&other, NULL, use_in_thread, pool) != 0) {
        return 0;
    }
    int here = uses(pool);
    pthread_join(other, &good);
    return here && good && destroys(pool);
}

typedef int child_work(xnc_pool *pool);

/* 1 when a child does its work well and in time. */
static int child_does(child_work *work, xnc_pool *pool) {
    int status;
    pid_t child = fork();
    if (child == 0) {
        alarm(SECONDS);
        _exit(!work(pool));
    }
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static int forks_again(xnc_pool *pool) {
    return child_does(uses_and_destroys, pool) && uses(pool) &&
           child_does(uses_and_destroys, pool) && child_does(destroys, pool) && uses(pool);
}

static child_work *const works[] = {
    uses, destroys, uses_and_destroys, leaves_it, loops, uses_in_two_threads, forks_again};

static void test_each_child(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
        for (int used = 0; used < 2; used++) { /* workers that spin, and that sleep */
            xnc_pool *pool;
            assert_int_equal(xnc_pool_create_for(&pool, THREADS, THREADS), XNC_OK);
            assert_true(!used || runs_well(pool));
            if (!child_does(works[i], pool)) {
                fail_msg("child %zu, used %d", i, used);
            }
            assert_true(uses(pool)); /* the parent's is as it was */
            xnc_pool_destroy(pool);
        }
    }
}

typedef struct busy {
    xnc_pool *pool;
    atomic_int stop;
} busy;

static void *keep_busy(void *arg) {
    busy *with = arg;
    while (!atomic_load(&with->stop)) {
        runs_well(with->pool);
    }
    return NULL;
}

/* The pool's mutexes are held by a thread that the children have not got. */
static void test_children_of_a_busy_parent(void **state) {
    (void)state;
    busy with = {.stop = 0};
    pthread_t other;
    assert_int_equal(xnc_pool_create_for(&with.pool, THREADS, THREADS), XNC_OK);
    assert_int_equal(pthread_create(&other, NULL, keep_busy, &with), 0);
    for (int i = 0; i < 50; i++) {
        assert_true(child_does(i % 2 ? uses_and_destroys : destroys, with.pool));
    }
    atomic_store(&with.stop, 1);
    pthread_join(other, NULL);
    xnc_pool_destroy(with.pool);
}

static int set_up(void **state) {
    (void)state;
    make_blob(&blob);
    return xnc_weights_attach(&weights, &tiny_model, blob.data, TINY_BYTES) != XNC_OK;
}

static int tear_down(void **state) {
    (void)state;
    xnc_weights_close(weights);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_child),
        cmocka_unit_test(test_children_of_a_busy_parent),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
