/* test_pool.c - a pool takes no more CPU time than its work does when there are fewer CPUs than
 * threads.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1 /* sched_setaffinity() */
#endif
#include <dirent.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "xnc_internal.h"

static cpu_set_t all;

static int set_up(void **state) {
    (void)state;
    return sched_getaffinity(0, sizeof all, &all);
}

static cpu_set_t first_of_all(void) {
    cpu_set_t one;
    CPU_ZERO(&one);
    for (int i = 0; i < CPU_SETSIZE && CPU_COUNT(&one) == 0; i++) {
        if (CPU_ISSET(i, &all)) {
            CPU_SET(i, &one);
        }
    }
    return one;
}

/* Calls sched_setaffinity() for each thread of this process, and counts them. */
static int pin_threads(const cpu_set_t *to) {
    DIR *folder = opendir("/proc/self/task");
    int count = 0;
    assert_non_null(folder);
    for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        pid_t thread = (pid_t)atoi(entry->d_name);
        if (thread > 0) {
            assert_int_equal(sched_setaffinity(thread, sizeof *to, to), 0);
            count++;
        }
    }
    closedir(folder);
    return count;
}

static double cpu_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void count_call(void *arg, int index) {
    ((int *)arg)[index]++;
}

enum { LOOPS = 2000 };

/* CPU time of one of many loops that have nothing to do. */
static double seconds_of_a_loop(xnc_pool *pool) {
    int calls[4] = {0};
    double start = cpu_seconds();
    for (int i = 0; i < LOOPS; i++) {
        xnc_pool_parallel(pool, 4, count_call, calls);
    }
    for (int i = 0; i < 4; i++) {
        assert_int_equal(calls[i], LOOPS);
    }
    return (cpu_seconds() - start) / LOOPS;
}

/* A pool that was made when there were enough CPUs, and has one to itself now. Two spins in vain
 * would take more than 100 microseconds in each loop, two switches of threads take a few. */
static void test_pinned_later(void **state) {
    (void)state;
    cpu_set_t one = first_of_all();
    xnc_pool *pool;
    assert_int_equal(xnc_pool_create_for(&pool, 2, 2), XNC_OK);
    assert_true(pin_threads(&one) >= 2);
    double seconds = seconds_of_a_loop(pool);
    pin_threads(&all);
    xnc_pool_destroy(pool);
    if (seconds > 70e-6) {
        fail_msg("a loop took %.1f us of CPU time", seconds * 1e6);
    }
}

/* A worker without a CPU to run on would be of no use. */
static void test_no_more_workers_than_cpus(void **state) {
    (void)state;
    cpu_set_t one = first_of_all();
    int before = pin_threads(&one);
    xnc_pool *pool;
    assert_int_equal(xnc_pool_create(&pool, 4), XNC_OK);
    assert_int_equal(pin_threads(&one), before);
    assert_int_equal(xnc_pool_threads(pool), 4);
    double seconds = seconds_of_a_loop(pool);
    xnc_pool_destroy(pool);
    pin_threads(&all);
    assert_true(seconds < 10e-6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pinned_later),
        cmocka_unit_test(test_no_more_workers_than_cpus),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
