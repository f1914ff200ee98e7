/* Purpose: running out of memory while a model is opened is a status, never a crash or a leak.
 * Input: a blob of 128 bytes of content; every allocation of opening, of a pool and of an arena
 * fails once in turn.
 * Expectation: XNC_E_MEMORY (or no arena), no handle, nothing left allocated.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xxhash.h>

#include "failing_malloc.h"
#include "xnc_model.h"

enum { CONTENT = 128, BLOB = XNC_BLOB_HEADER + CONTENT };

static const xnc_tensor_info output = {.name = "y", .rank = 2, .shape = {1, 0}};
static const xnc_model model = {.abi = XNC_ABI,
                                .name = "alloc",
                                .features = "",
                                .digest = 77,
                                .weights_bytes = BLOB,
                                .outputs = &output,
                                .n_outputs = 1};

static void fill_blob(unsigned char *blob) {
    xnc_blob_header header = {.version = XNC_BLOB_VERSION,
                              .byte_order = 0x01020304,
                              .bytes = BLOB,
                              .model_digest = model.digest};
    memset(blob, 0, BLOB);
    memcpy(header.magic, "XNCBLOB\n", sizeof header.magic);
    header.content_digest = XXH64(blob + sizeof header, CONTENT, 0);
    memcpy(blob, &header, sizeof header);
}

/* The path of a file in memory with a right blob. */
static void write_blob(char *path, size_t size) {
    unsigned char blob[BLOB];
    int file = memfd_create("blob", 0);
    fill_blob(blob);
    assert_true(file >= 0 && write(file, blob, BLOB) == BLOB);
    snprintf(path, size, "/proc/self/fd/%d", file);
}

typedef xnc_status Opening(const char *path);

static xnc_status open_with(const char *path, unsigned flags) {
    xnc_weights *weights;
    xnc_status status = xnc_weights_open(&weights, &model, path, flags);
    assert_int_equal(status == XNC_OK, weights != NULL);
    xnc_weights_close(weights);
    return status;
}

static xnc_status open_read(const char *path) {
    return open_with(path, 0);
}

static xnc_status open_mapped(const char *path) {
    return open_with(path, XNC_MAP);
}

static xnc_status attach(const char *path) {
    _Alignas(XNC_ARENA_ALIGN) unsigned char blob[BLOB];
    xnc_weights *weights;
    (void)path;
    fill_blob(blob);
    xnc_status status = xnc_weights_attach(&weights, &model, blob, BLOB);
    assert_int_equal(status == XNC_OK, weights != NULL);
    xnc_weights_close(weights);
    return status;
}

static xnc_status create_pool(const char *path) {
    xnc_pool *pool;
    (void)path;
    xnc_status status = xnc_pool_create(&pool, 3);
    assert_int_equal(status == XNC_OK, pool != NULL);
    xnc_pool_destroy(pool);
    return status;
}

static xnc_status create_arena(const char *path) {
    void *arena = xnc_arena_create(5 << 20);
    (void)path;
    xnc_arena_destroy(arena);
    return arena ? XNC_OK : XNC_E_MEMORY;
}

/* The first call is not counted: the C library keeps blocks of its first threads for later ones. */
static void fail_each(Opening *opening) {
    char path[64];
    write_blob(path, sizeof path);
    assert_int_equal(opening(path), XNC_OK);
    allocations_watch(0);
    assert_int_equal(opening(path), XNC_OK);
    long all = allocations_made();
    assert_true(all > 0);
    assert_int_equal(allocations_live(), 0);
    for (long fail_at = 1; fail_at <= all; fail_at++) {
        allocations_watch(fail_at);
        xnc_status status = opening(path);
        long live = allocations_live();
        allocations_watch(0);
        assert_int_equal(status, XNC_E_MEMORY);
        assert_int_equal(live, 0);
    }
}

static void opening_by_reading(void **state) {
    (void)state;
    fail_each(open_read);
}

static void opening_by_mapping(void **state) {
    (void)state;
    fail_each(open_mapped);
}

static void attaching(void **state) {
    (void)state;
    fail_each(attach);
}

static void making_a_pool(void **state) {
    (void)state;
    fail_each(create_pool);
}

static void making_an_arena(void **state) {
    (void)state;
    fail_each(create_arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opening_by_reading), cmocka_unit_test(opening_by_mapping),
        cmocka_unit_test(attaching),          cmocka_unit_test(making_a_pool),
        cmocka_unit_test(making_an_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
