/* test_weights.c - a blob is opened in three ways, and every way refuses what does not fit.
 *
 * Each broken blob is one row: what is changed in a good one, and the code that all three ways
 * (attach, read, map) must give, with no handle left.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tiny_model.h"
#include "xnc_internal.h"

static void set_magic(xnc_blob_header *header) {
    header->magic[3] = 'X';
}
static void set_old_version(xnc_blob_header *header) {
    header->version = XNC_BLOB_VERSION - 1;
}
static void set_new_version(xnc_blob_header *header) {
    header->version = XNC_BLOB_VERSION + 1;
}
static void set_other_order(xnc_blob_header *header) {
    header->byte_order = XNC_BYTE_ORDER_OTHER;
}
static void set_no_order(xnc_blob_header *header) {
    header->byte_order = 7;
}
static void set_short(xnc_blob_header *header) {
    header->bytes--;
}
static void set_long(xnc_blob_header *header) {
    header->bytes = UINT64_MAX;
}
static void set_model(xnc_blob_header *header) {
    header->model_digest++;
}
static void set_packing(xnc_blob_header *header) {
    header->packing_digest++;
}
static void set_content(xnc_blob_header *header) {
    header->content_digest ^= 1;
}
static void set_precision(xnc_blob_header *header) {
    memcpy(header->precision, "bf16", sizeof header->precision);
}
static void set_weights_type(xnc_blob_header *header) {
    memcpy(header->weights_type, "f16", sizeof "f16");
}
static void set_nothing(xnc_blob_header *header) {
    (void)header;
}

static const struct {
    const char *name;
    void (*change)(xnc_blob_header *header);
    size_t bytes;
    xnc_status status;
} rows[] = {
    {"good", set_nothing, TINY_BYTES, XNC_OK},
    {"empty", set_nothing, 0, XNC_E_FORMAT},
    {"magic cut", set_nothing, 7, XNC_E_FORMAT},
    {"magic only", set_nothing, 8, XNC_E_SIZE},
    {"header cut", set_nothing, 63, XNC_E_SIZE},
    {"header only", set_nothing, 64, XNC_E_SIZE},
    {"one byte missing", set_nothing, TINY_BYTES - 1, XNC_E_SIZE},
    {"one byte more", set_nothing, TINY_BYTES + 1, XNC_E_SIZE},
    {"magic", set_magic, TINY_BYTES, XNC_E_FORMAT},
    {"older version", set_old_version, TINY_BYTES, XNC_E_VERSION},
    {"newer version", set_new_version, TINY_BYTES, XNC_E_VERSION},
    {"other byte order", set_other_order, TINY_BYTES, XNC_E_BYTE_ORDER},
    {"no byte order", set_no_order, TINY_BYTES, XNC_E_FORMAT},
    {"size one less", set_short, TINY_BYTES, XNC_E_SIZE},
    {"size huge", set_long, TINY_BYTES, XNC_E_SIZE},
    {"another model", set_model, TINY_BYTES, XNC_E_MISMATCH},
    {"another packing", set_packing, TINY_BYTES, XNC_E_PACKING},
    {"another precision", set_precision, TINY_BYTES, XNC_E_MISMATCH},
    {"another type of weights", set_weights_type, TINY_BYTES, XNC_E_MISMATCH},
    {"digest", set_content, TINY_BYTES, XNC_E_CORRUPT},
};

static void write_file(const char *path, const void *data, size_t bytes) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, bytes, file), bytes);
    assert_int_equal(fclose(file), 0);
}

/* Opens a blob in one way: 0 attach, 1 read, 2 map. */
static xnc_status open_as(int way, xnc_weights **weights, const xnc_model *model,
                          const tiny_blob *blob, size_t bytes) {
    if (way == 0) {
        return xnc_weights_attach(weights, model, blob->data, bytes);
    }
    char path[] = "/tmp/xnc-test-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    write_file(path, blob->data, bytes);
    xnc_status status = xnc_weights_open(weights, model, path, way == 2 ? XNC_MAP : 0);
    unlink(path);
    return status;
}

static void test_each_row(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (int way = 0; way < 3; way++) {
            tiny_blob blob;
            make_blob(&blob);
            xnc_blob_header header = blob_header(&blob);
            rows[i].change(&header);
            seal_blob(&blob, &header);
            xnc_weights *weights = (xnc_weights *)(void *)&blob;
            xnc_status status = open_as(way, &weights, &tiny_model, &blob, rows[i].bytes);
            if (status != rows[i].status) {
                fail_msg("%s, way %d: %s", rows[i].name, way, xnc_status_text(status));
            }
            assert_true((status == XNC_OK) == (weights != NULL));
            xnc_weights_close(weights);
        }
    }
}

static void test_every_flipped_byte_is_noticed(void **state) {
    (void)state;
    for (size_t i = 0; i < TINY_BYTES; i++) {
        tiny_blob blob;
        make_blob(&blob);
        blob.data[i] ^= 0x10;
        xnc_weights *weights;
        xnc_status status = open_as(0, &weights, &tiny_model, &blob, TINY_BYTES);
        assert_int_not_equal(status, XNC_OK);
        assert_null(weights);
        assert_true(i < 64 || status == XNC_E_CORRUPT);
    }
}

static void test_the_model_is_checked_first(void **state) {
    (void)state;
    tiny_blob blob;
    make_blob(&blob);
    blob.data[0] = 0;
    xnc_weights *weights;
    for (int way = 0; way < 3; way++) {
        assert_int_equal(open_as(way, &weights, &greedy_model, &blob, TINY_BYTES), XNC_E_CPU);
        assert_int_equal(open_as(way, &weights, &future_model, &blob, TINY_BYTES), XNC_E_VERSION);
    }
}

static void test_arguments(void **state) {
    (void)state;
    tiny_blob blob;
    make_blob(&blob);
    xnc_weights *weights;
    const char *path = "/nowhere/at.all";
    assert_int_equal(xnc_weights_open(NULL, &tiny_model, path, 0), XNC_E_ARGUMENT);
    assert_int_equal(xnc_weights_open(&weights, NULL, path, 0), XNC_E_ARGUMENT);
    assert_int_equal(xnc_weights_open(&weights, &tiny_model, NULL, 0), XNC_E_ARGUMENT);
    assert_int_equal(xnc_weights_open(&weights, &tiny_model, path, 2), XNC_E_ARGUMENT);
    assert_int_equal(xnc_weights_open(&weights, &tiny_model, path, 0), XNC_E_IO);
    assert_int_equal(xnc_weights_open(&weights, &tiny_model, "/tmp", 0), XNC_E_IO);
    assert_int_equal(xnc_weights_open(&weights, &tiny_model, "/tmp", XNC_MAP), XNC_E_IO);
    assert_int_equal(xnc_weights_attach(NULL, &tiny_model, blob.data, 1), XNC_E_ARGUMENT);
    assert_int_equal(xnc_weights_attach(&weights, NULL, blob.data, 1), XNC_E_ARGUMENT);
    assert_int_equal(xnc_weights_attach(&weights, &tiny_model, NULL, 1), XNC_E_ARGUMENT);
    assert_int_equal(xnc_weights_attach(&weights, &tiny_model, blob.data + 4, TINY_BYTES),
                     XNC_E_ARGUMENT);
    xnc_weights_close(NULL);
}

/* Whatever is no file is refused at once, a pipe without a writer too: alarm() ends a test that
 * hangs.
 */
static void test_paths_that_are_no_files(void **state) {
    (void)state;
    char folder[] = "/tmp/xnc-test-XXXXXX", pipe_path[64], link_path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(pipe_path, sizeof pipe_path, "%s/pipe", folder);
    snprintf(link_path, sizeof link_path, "%s/link", folder);
    assert_int_equal(mkfifo(pipe_path, 0600), 0);
    assert_int_equal(symlink("nowhere", link_path), 0);
    const char *paths[] = {pipe_path, link_path, folder, "/dev/zero", "/dev/null", "/dev/tty"};
    alarm(20);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        for (unsigned flags = 0; flags <= XNC_MAP; flags++) {
            xnc_weights *weights;
            xnc_status status = xnc_weights_open(&weights, &tiny_model, paths[i], flags);
            if (status != XNC_E_IO) {
                fail_msg("%s: %s", paths[i], xnc_status_text(status));
            }
        }
    }
    alarm(0);
    unlink(pipe_path);
    unlink(link_path);
    rmdir(folder);
}

static void test_each_status_has_a_text_of_its_own(void **state) {
    (void)state;
    for (int i = XNC_OK; i <= XNC_E_DIFFERENT; i++) {
        for (int j = XNC_OK; j < i; j++) {
            assert_string_not_equal(xnc_status_text((xnc_status)i), xnc_status_text((xnc_status)j));
        }
        assert_string_not_equal(xnc_status_text((xnc_status)i), "unknown error");
    }
    assert_string_equal(xnc_status_text((xnc_status)999), "unknown error");
    assert_string_equal(xnc_status_text((xnc_status)-1), "unknown error");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_row),
        cmocka_unit_test(test_every_flipped_byte_is_noticed),
        cmocka_unit_test(test_the_model_is_checked_first),
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_paths_that_are_no_files),
        cmocka_unit_test(test_each_status_has_a_text_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
