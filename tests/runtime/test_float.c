/* test_float.c - a caller's rounding mode, flushing of subnormals and traps change no bit of what
 * the runtime computes, on whatever thread it does, and are the same afterwards.
 *
 * Built as it is; linked with -ffast-math, whose start-up code has subnormals flushed in the whole
 * process (FLUSHED_PROCESS); with the state as plain C knows it (XNC_FLOAT_OF_C); and for other
 * machines, where there is neither cmocka nor SLEEF (WITHOUT_TOP).
 */
#include <fenv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pthread.h>

#include "tiny_model.h"
#include "xnc_float_internal.h"
#include "xnc_image.h"
#ifndef WITHOUT_TOP
#include "xnc_top.h"
#endif

static void check(int holds, const char *where, const char *what) {
    if (!holds) {
        fprintf(stderr, "%s: %s\n", where, what);
        exit(1);
    }
}

static void check_status(xnc_status status) {
    check(status == XNC_OK, "status", xnc_status_text(status));
}

#ifdef XNC_FLOAT_OF_C
typedef int float_state;
static float_state read_state(void) {
    return fegetround();
}
static void write_state(float_state state) {
    fesetround(state);
}
#else
typedef xnc_float float_state;
static float_state read_state(void) {
    return xnc_float_read();
}
static void write_state(float_state state) {
    xnc_float_write(state);
}
#endif

typedef struct row {
    const char *name;
    float_state state;
    int differs; /* unguarded arithmetic gives other bits in it */
} row;

#if defined(XNC_FLOAT_OF_C)
enum { NO_TRAPS = 0 };
static const row rows[] = {
    {"to nearest", FE_TONEAREST, 0},
    {"downwards", FE_DOWNWARD, 1},
    {"upwards", FE_UPWARD, 1},
    {"to zero", FE_TOWARDZERO, 1},
};
#elif defined(__x86_64__) || defined(__SSE__)
enum { NO_TRAPS = 0x1F80 };
static const row rows[] = {
    {"exact", 0x1F80, 0},           {"flags set", 0x1FBF, 0},        {"traps", 0x0000, 0},
    {"results flushed", 0x9F80, 1}, {"operands flushed", 0x1FC0, 1}, {"both flushed", 0x9FC0, 1},
    {"downwards", 0x3F80, 1},       {"upwards", 0x5F80, 1},          {"to zero", 0x7F80, 1},
    {"all of it", 0xE040, 1},
};
#elif defined(__aarch64__)
enum { NO_TRAPS = 0 };
#define FPCR(bits) ((float_state)(bits) << 32)
static const row rows[] = {
    {"exact", 0, 0},
    {"flags set", 0x1F, 0},
    {"flushed", FPCR(1 << 24), 1},
    {"default NaN", FPCR(1 << 25), 0},
    {"upwards", FPCR(1 << 22), 1},
    {"downwards", FPCR(2 << 22), 1},
    {"to zero", FPCR(3 << 22), 1},
    {"all of it", FPCR(15 << 22), 1},
};
#else
enum { NO_TRAPS = 0 };
static const row rows[] = {
    {"exact", 0, 0},          {"flags set", 0x1F, 0}, {"to zero", 1 << 5, 1},
    {"downwards", 2 << 5, 1}, {"upwards", 3 << 5, 1}, {"ties away", 4 << 5, 0},
};
#endif
enum { ROWS = sizeof rows / sizeof *rows };

/* Everything that the runtime computes in float. */
typedef struct results {
    float sum[TINY_ELEMENTS], copy[TINY_ELEMENTS]; /* of a run */
    float image[3 * 5 * 5], probabilities[4];
    int best[2];
} results;

static tiny_blob blob;
static xnc_weights *weights;
static float input[TINY_ELEMENTS];

/* Element 0 is a subnormal and stays one, the others cannot be computed without rounding. */
static void make_hard_input(void) {
    for (int i = 0; i < TINY_ELEMENTS; i++) {
        input[i] = i == 0 ? 0x1p-140f : (float)(i % 2 ? i : -i) * 0x1.234568p-27f;
    }
}

static void run(const xnc_exec *exec, int threads, results *to) {
    float *outputs[] = {to->sum, to->copy};
    size_t bytes = xnc_arena_bytes(&tiny_model, threads);
    void *arena = xnc_arena_create(bytes);
    xnc_status status = xnc_run(&tiny_model, weights, arena, bytes, input, outputs, exec);
    check_status(status);
    xnc_arena_destroy(arena);
}

static void make_picture(results *to) {
    static const uint8_t pixels[3 * 7 * 9] = {200, 3, 77, 91, 5, 250, 1, 2, 3, 90, 180, 31};
    const xnc_image image = {pixels, 9, 7, 27, XNC_RGB};
    const xnc_preprocess how = {.height = 5,
                                .width = 5,
                                .crop_pct = 0.83,
                                .mean = {0.485f, 0.456f, 0.406f, 0},
                                .std = {0.229f, 0.224f, 0.225f, 1},
                                .interpolation = "bicubic",
                                .crop_mode = "border"};
    size_t bytes = xnc_image_scratch_bytes(&how, 3, &image);
    void *scratch = malloc(bytes);
    xnc_status status = xnc_image_input(&how, 3, &image, scratch, bytes, to->image);
    check_status(status);
    free(scratch);
}

static void make_ranks(results *to) {
#ifdef WITHOUT_TOP
    (void)to;
#else
    static const float logits[4] = {3.25f, -0.7f, -100.0f, 0.1f}; /* the third gets a subnormal */
    static const float small[3] = {0x1p-141f, 0x1p-140f, 0.0f};
    xnc_ranked best[2];
    xnc_softmax(logits, to->probabilities, 4);
    xnc_top(small, 3, best, 2);
    to->best[0] = best[0].index;
    to->best[1] = best[1].index;
#endif
}

static void expect_state(const row *in) {
    float_state now = read_state();
    write_state(rows[0].state);
    check(now == in->state, in->name, "another state afterwards");
    write_state(in->state);
}

/* The results in a caller's state, which is there again after each call. */
static results results_in(const row *in, const xnc_exec *exec, int threads) {
    results are;
    float_state had = read_state();
    memset(&are, 0xFF, sizeof are);
    write_state(in->state);
    run(exec, threads, &are);
    expect_state(in);
    make_picture(&are);
    expect_state(in);
    make_ranks(&are);
    expect_state(in);
    write_state(had);
    return are;
}

static void expect_results(const row *in, const xnc_exec *exec, int threads) {
    results right = results_in(&rows[0], NULL, 1), are = results_in(in, exec, threads);
    check(memcmp(&are, &right, sizeof are) == 0, in->name, "other bits");
}

/* The states matter to this input: a test that tests nothing would pass too. */
static void test_the_rows(void) {
    results right = results_in(&rows[0], NULL, 1);
    for (int i = 0; i < ROWS; i++) {
        float copy[TINY_ELEMENTS];
        write_state(rows[i].state | NO_TRAPS);
        for (int j = 0; j < TINY_ELEMENTS; j++) {
            volatile float doubled = 2.0f * input[j];
            copy[j] = doubled + 0.25f * (float)j;
        }
        write_state(rows[0].state);
        int differs = memcmp(copy, right.copy, sizeof copy) != 0;
        check(differs == rows[i].differs, rows[i].name, differs ? "it matters" : "no matter");
    }
}

static void test_alone(void) {
    for (int i = 0; i < ROWS; i++) {
        expect_results(&rows[i], NULL, 1);
    }
}

/* Workers have the state of the thread that made them. */
static void test_pools(void) {
    for (int i = 0; i < ROWS * ROWS; i++) {
        xnc_pool *pool;
        float_state had = read_state();
        write_state(rows[i / ROWS].state);
        xnc_status status = xnc_pool_create(&pool, 3);
        write_state(had);
        check_status(status);
        xnc_exec exec = {.pool = pool};
        expect_results(&rows[i % ROWS], &exec, 3);
        xnc_pool_destroy(pool);
    }
}

/* One index of an application's loop, on a thread whose state is the application's. */
typedef struct foreign {
    const row *in;
    xnc_task *task;
    void *arg;
    int index;
    pthread_t thread;
} foreign;

static void *foreign_main(void *arg) {
    foreign *self = arg;
    write_state(self->in->state);
    self->task(self->arg, self->index);
    expect_state(self->in);
    return NULL;
}

enum { MOST = 4 };

static void on_foreign_threads(void *context, int count, xnc_task *task, void *arg) {
    foreign threads[MOST];
    check(count <= MOST, "loop", "too many indices");
    for (int i = 0; i < count; i++) {
        threads[i] = (foreign){.in = context, .task = task, .arg = arg, .index = i};
        int failed = pthread_create(&threads[i].thread, NULL, foreign_main, &threads[i]);
        check(!failed, "loop", "no thread");
    }
    for (int i = 0; i < count; i++) {
        pthread_join(threads[i].thread, NULL);
    }
}

static void test_the_applications_loop(void) {
    for (int i = 0; i < ROWS; i++) {
        row in = rows[i];
        xnc_exec exec = {.parallel = on_foreign_threads, .context = &in, .threads = MOST};
        expect_results(&rows[0], &exec, MOST);
    }
}

/* -ffast-math at the link of this program has done what it is feared for. */
static void test_the_process(void) {
#ifdef FLUSHED_PROCESS
    volatile float small = 0x1p-140f;
    check(small * 2.0f == 0.0f, "process", "subnormals are not flushed");
#endif
}

int main(void) {
    make_blob(&blob);
    make_hard_input();
    test_the_process();
    xnc_status status = xnc_weights_attach(&weights, &tiny_model, blob.data, TINY_BYTES);
    check_status(status);
    test_the_rows();
    test_alone();
    test_pools();
    test_the_applications_loop();
    xnc_weights_close(weights);
    return 0;
}
