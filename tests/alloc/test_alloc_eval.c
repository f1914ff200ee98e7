/* Purpose: an evaluation that ends early says why, on standard error.
 * Input: a readable picture and a missing one, a network without layers; every allocation fails
 * once in turn; weights of another network. Expectation: all pictures are evaluated, or the
 * evaluation fails after a message.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xxhash.h>

#include "eval.h"
#include "failing_malloc.h"
#include "xnc_model.h"

enum { CONTENT = 64, BLOB = XNC_BLOB_HEADER + CONTENT, DIGEST = 77 };

static const xnc_tensor_info output = {.name = "y", .rank = 2, .shape = {1, 7}};
static const struct xnc_arena_term term = {64, 0};
#define MODEL                                                                                      \
    {                                                                                              \
        .abi = XNC_ABI, .name = "eval", .version = "", .target = "", .features = "",               \
        .digest = DIGEST, .weights_bytes = BLOB, .arena_terms = &term, .n_arena_terms = 1,         \
        .input = {.name = "x", .rank = 4, .shape = {1, 3, 8, 8}}, .outputs = &output,              \
        .n_outputs = 1, .preprocess = {                                                            \
            8,                                                                                     \
            8,                                                                                     \
            1,                                                                                     \
            {0},                                                                                   \
            {1, 1, 1, 1},                                                                          \
            "bicubic",                                                                             \
            "center"                                                                               \
        }                                                                                          \
    }
static const xnc_model model = MODEL, other_model = MODEL;

static _Alignas(XNC_ARENA_ALIGN) unsigned char blob[BLOB];
static LabelledPicture pictures[2];
static const LabelledSet set = {pictures, 2};
static int told; /* a file in memory that takes the place of standard error */

static xnc_weights *attach_weights(const xnc_model *of) {
    xnc_blob_header header = {.version = XNC_BLOB_VERSION,
                              .byte_order = XNC_BYTE_ORDER,
                              .bytes = BLOB,
                              .model_digest = DIGEST,
                              .in_channels = 3,
                              .out_channels = (uint32_t)output.shape[1],
                              .content_digest = XXH64(blob + XNC_BLOB_HEADER, CONTENT, 0)};
    xnc_weights *weights;
    memcpy(header.magic, "XNCBLOB\n", sizeof header.magic);
    memcpy(blob, &header, sizeof header);
    assert_int_equal(xnc_weights_attach(&weights, of, blob, BLOB), XNC_OK);
    return weights;
}

/* Evaluates both pictures; the allocation of that number fails. False when the evaluation failed.
 */
static bool evaluate(xnc_weights *weights, char results[3], long fail_at, long *made) {
    int shown = dup(STDERR_FILENO);
    Arena *arena = arena_create();
    Work work = {.arena = arena, .diag = diag_create(arena, stderr)};
    Product product = {.model = &model, .weights = weights};
    Eval eval = {.work = &work, .product = &product, .set = &set, .results = results, .threads = 1};
    volatile bool good = false;
    memcpy(results, "..", 3);
    assert_true(ftruncate(told, 0) == 0 && lseek(told, 0, SEEK_SET) == 0);
    assert_true(dup2(told, STDERR_FILENO) >= 0);
    allocations_watch(fail_at);
    if (!arena_protect(arena)) {
        good = eval_run(&eval);
    }
    *made = allocations_made();
    allocations_watch(0);
    assert_true(dup2(shown, STDERR_FILENO) >= 0 && close(shown) == 0);
    arena_destroy(arena);
    return good;
}

static void failures_are_told(void **state) {
    xnc_weights *weights = attach_weights(&model);
    char results[3];
    long all, made;
    (void)state;
    assert_true(evaluate(weights, results, 0, &all));
    assert_true(results[0] != RESULT_PENDING && results[0] != RESULT_UNREADABLE);
    assert_int_equal(results[1], RESULT_UNREADABLE);
    for (long fail_at = 1; fail_at <= all; fail_at++) {
        bool good = evaluate(weights, results, fail_at, &made);
        if (good ? strchr(results, RESULT_PENDING) != NULL : lseek(told, 0, SEEK_END) == 0) {
            fail_msg("allocation %ld fails, and nothing is said", fail_at);
        }
    }
    xnc_weights_close(weights);
}

static void other_weights_are_told(void **state) {
    xnc_weights *weights = attach_weights(&other_model);
    char results[3], text[256] = "";
    long made;
    (void)state;
    assert_false(evaluate(weights, results, 0, &made));
    assert_true(pread(told, text, sizeof text - 1, 0) > 0);
    assert_non_null(strstr(text, xnc_status_text(XNC_E_MISMATCH)));
    xnc_weights_close(weights);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(failures_are_told),
                                       cmocka_unit_test(other_weights_are_told)};
    told = memfd_create("told", 0);
    if (argc < 2 || told < 0) {
        return 1;
    }
    pictures[0].path = argv[1];
    pictures[1].path = "no-such-picture.png";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
