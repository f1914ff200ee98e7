/* test_run.c - a run gives the same values with every way of using threads, and refuses wrong
 * arguments, arenas and weights.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>

#include "tiny_model.h"
#include "xnc_internal.h"

typedef struct bench {
    tiny_blob blob;
    float input[TINY_ELEMENTS], sum[TINY_ELEMENTS], copy[TINY_ELEMENTS];
    float *outputs[2];
    xnc_weights *weights;
    void *arena;
    size_t arena_bytes;
} bench;

static bench *new_bench(int threads) {
    bench *made = aligned_alloc(64, (sizeof *made + 63) / 64 * 64);
    assert_non_null(made);
    make_blob(&made->blob);
    make_input(made->input);
    memset(made->sum, 0xFF, sizeof made->sum);
    memset(made->copy, 0xFF, sizeof made->copy);
    made->outputs[0] = made->sum;
    made->outputs[1] = made->copy;
    made->arena_bytes = xnc_arena_bytes(&tiny_model, threads);
    made->arena = xnc_arena_create(made->arena_bytes);
    assert_non_null(made->arena);
    xnc_status status =
        xnc_weights_attach(&made->weights, &tiny_model, made->blob.data, TINY_BYTES);
    assert_int_equal(status, XNC_OK);
    return made;
}

static void free_bench(bench *made) {
    xnc_weights_close(made->weights);
    xnc_arena_destroy(made->arena);
    free(made);
}

static xnc_status run(bench *on, const xnc_exec *exec) {
    return xnc_run(&tiny_model, on->weights, on->arena, on->arena_bytes, on->input, on->outputs,
                   exec);
}

static void expect_results(const bench *on) {
    for (int i = 0; i < TINY_ELEMENTS; i++) {
        assert_true(on->sum[i] == expected_sum(i));
        assert_true(on->copy[i] == expected_copy(i));
    }
}

static void test_alone(void **state) {
    (void)state;
    bench *on = new_bench(1);
    assert_int_equal(run(on, NULL), XNC_OK);
    expect_results(on);
    xnc_exec exec = {0};
    memset(on->sum, 0, sizeof on->sum);
    assert_int_equal(run(on, &exec), XNC_OK);
    expect_results(on);
    free_bench(on);
}

static void test_pools_of_every_size(void **state) {
    (void)state;
    static const int threads[] = {1, 2, 3, 7, 150};
    for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++) {
        bench *on = new_bench(threads[i]);
        xnc_pool *pool;
        assert_int_equal(xnc_pool_create_for(&pool, threads[i], threads[i]), XNC_OK);
        assert_int_equal(xnc_pool_threads(pool), threads[i]);
        xnc_exec exec = {.pool = pool};
        for (int times = 0; times < 300; times++) {
            memset(on->sum, 0xFF, sizeof on->sum);
            assert_int_equal(run(on, &exec), XNC_OK);
            expect_results(on);
        }
        xnc_pool_destroy(pool);
        free_bench(on);
    }
}

/* An application's loop that takes the indices from the last to the first. */
static void backwards(void *context, int count, xnc_task *task, void *arg) {
    ++*(int *)context;
    for (int i = count - 1; i >= 0; i--) {
        task(arg, i);
    }
}

static void test_the_applications_loop(void **state) {
    (void)state;
    bench *on = new_bench(5);
    int calls = 0;
    xnc_exec exec = {.parallel = backwards, .context = &calls, .threads = 5};
    assert_int_equal(run(on, &exec), XNC_OK);
    expect_results(on);
    assert_int_equal(calls, 3); /* one for each layer */
    free_bench(on);
}

static void *run_many(void *arg) {
    xnc_exec exec = {.pool = arg};
    bench *on = new_bench(3);
    for (int times = 0; times < 200; times++) {
        memset(on->sum, 0xFF, sizeof on->sum);
        assert_int_equal(run(on, &exec), XNC_OK);
        expect_results(on);
    }
    free_bench(on);
    return NULL;
}

static void test_two_callers_share_a_pool(void **state) {
    (void)state;
    xnc_pool *pool;
    assert_int_equal(xnc_pool_create_for(&pool, 3, 3), XNC_OK);
    pthread_t other;
    assert_int_equal(pthread_create(&other, NULL, run_many, pool), 0);
    run_many(pool);
    pthread_join(other, NULL);
    xnc_pool_destroy(pool);
}

static void count_call(void *arg, int index) {
    ((int *)arg)[index]++;
}

static void test_a_pool_calls_each_index_once(void **state) {
    (void)state;
    xnc_pool *pool;
    assert_int_equal(xnc_pool_create_for(&pool, 3, 3), XNC_OK);
    for (int count = 0; count <= 20; count++) {
        int calls[20] = {0};
        xnc_pool_parallel(pool, count, count_call, calls);
        for (int i = 0; i < 20; i++) {
            assert_int_equal(calls[i], i < count ? 1 : 0);
        }
    }
    xnc_pool_destroy(pool);
}

static void test_wrong_pools(void **state) {
    (void)state;
    xnc_pool *pool;
    assert_int_equal(xnc_pool_create(NULL, 1), XNC_E_ARGUMENT);
    assert_int_equal(xnc_pool_create(&pool, 0), XNC_E_ARGUMENT);
    assert_null(pool);
    assert_int_equal(xnc_pool_create(&pool, XNC_MAX_THREADS + 1), XNC_E_ARGUMENT);
    xnc_pool_destroy(NULL);
}

static void test_the_arena(void **state) {
    (void)state;
    assert_int_equal(xnc_arena_bytes(&tiny_model, 1), 600); /* the second term */
    assert_int_equal(xnc_arena_bytes(&tiny_model, 7), 512 + 7 * 64);
    assert_int_equal(xnc_arena_bytes(&tiny_model, 0), 0);
    assert_int_equal(xnc_arena_bytes(&tiny_model, XNC_MAX_THREADS + 1), 0);
    bench *on = new_bench(7);
    on->arena_bytes = 600;
    assert_int_equal(run(on, NULL), XNC_OK);
    on->arena_bytes = 599;
    assert_int_equal(run(on, NULL), XNC_E_ARENA);
    int calls = 0;
    xnc_exec exec = {.parallel = backwards, .context = &calls, .threads = 7};
    on->arena_bytes = 512 + 7 * 64 - 1;
    assert_int_equal(run(on, &exec), XNC_E_ARENA);
    unsigned char *arena = on->arena;
    assert_int_equal(
        xnc_run(&tiny_model, on->weights, arena + 32, 600, on->input, on->outputs, NULL),
        XNC_E_ARENA);
    free_bench(on);
    assert_null(xnc_arena_create(0));
    assert_null(xnc_arena_create(SIZE_MAX));
    void *large = xnc_arena_create(3 << 20);
    assert_non_null(large);
    assert_int_equal((uintptr_t)large % XNC_ARENA_ALIGN, 0);
    memset(large, 1, 3 << 20);
    xnc_arena_destroy(large);
    xnc_arena_destroy(NULL);
}

static void test_arguments(void **state) {
    (void)state;
    bench *on = new_bench(1);
    const float *x = on->input;
    float *const *y = on->outputs;
    const xnc_weights *w = on->weights;
    const xnc_model *model = &tiny_model;
    const float *odd = (const float *)(const void *)((const char *)x + 1);
    float *const missing[] = {on->sum, NULL};
    assert_int_equal(xnc_run(NULL, w, on->arena, 600, x, y, NULL), XNC_E_ARGUMENT);
    assert_int_equal(xnc_run(model, NULL, on->arena, 600, x, y, NULL), XNC_E_ARGUMENT);
    assert_int_equal(xnc_run(model, w, NULL, 600, x, y, NULL), XNC_E_ARGUMENT);
    assert_int_equal(xnc_run(model, w, on->arena, 600, NULL, y, NULL), XNC_E_ARGUMENT);
    assert_int_equal(xnc_run(model, w, on->arena, 600, odd, y, NULL), XNC_E_ARGUMENT);
    assert_int_equal(xnc_run(model, w, on->arena, 600, x, NULL, NULL), XNC_E_ARGUMENT);
    assert_int_equal(xnc_run(model, w, on->arena, 600, x, missing, NULL), XNC_E_ARGUMENT);
    assert_int_equal(xnc_run(&other_model, w, on->arena, 600, x, y, NULL), XNC_E_MISMATCH);
    int calls = 0;
    xnc_exec none = {.parallel = backwards, .context = &calls, .threads = 0};
    assert_int_equal(run(on, &none), XNC_E_ARGUMENT);
    xnc_pool *pool;
    assert_int_equal(xnc_pool_create(&pool, 1), XNC_OK);
    xnc_exec both = {.pool = pool, .parallel = backwards, .context = &calls, .threads = 1};
    assert_int_equal(run(on, &both), XNC_E_ARGUMENT);
    assert_int_equal(calls, 0);
    xnc_pool_destroy(pool);
    free_bench(on);
}

typedef struct seen {
    int layers;
    float second; /* element 1 of the value in the arena behind layer 0 */
} seen;

static void see_layer(void *context, int layer, uint64_t nanoseconds, const void *arena) {
    seen *what = context;
    assert_int_equal(layer, what->layers++);
    assert_true(nanoseconds < UINT64_C(60) * 1000000000);
    if (layer == 0) {
        what->second = ((const float *)arena)[1];
    }
}

static void test_the_profile_sees_each_layer(void **state) {
    (void)state;
    bench *on = new_bench(1);
    seen what = {0};
    xnc_exec exec = {.profile = see_layer, .profile_context = &what};
    assert_int_equal(run(on, &exec), XNC_OK);
#ifdef XNC_PROFILE
    assert_int_equal(what.layers, 3);
    assert_true(what.second == expected_copy(1));
#else
    assert_int_equal(what.layers, 0);
#endif
    expect_results(on);
    free_bench(on);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alone),
        cmocka_unit_test(test_pools_of_every_size),
        cmocka_unit_test(test_the_applications_loop),
        cmocka_unit_test(test_two_callers_share_a_pool),
        cmocka_unit_test(test_a_pool_calls_each_index_once),
        cmocka_unit_test(test_wrong_pools),
        cmocka_unit_test(test_the_arena),
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_the_profile_sees_each_layer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
