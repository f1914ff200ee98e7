/* test_npy.c - .npy headers: what numpy writes is read, each rule is tested on both sides.
 *
 * A row is the text of a header; version and length are put in front of it. NULL: it must be read.
 * Otherwise a part of the complaint.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "npy.h"
#include "output.h"

#define HEAD "{'descr': '<f4', 'fortran_order': False, 'shape': "

static const struct {
    const char *text;
    const char *complaint;
} rows[] = {
    {HEAD "(1, 3, 8, 8), }   \n", NULL},
    {HEAD "(1, 3, 8, 8)}\n", NULL},
    {HEAD "(), }\n", NULL},
    {HEAD "(5,), }\n", NULL},
    {"{'shape': (2, 3), 'fortran_order': False, 'descr': '<f4', }\n", NULL},
    {HEAD "(1, 3, 8, 8), }", "newline"},
    {HEAD "(1, 3, 8, 8), }\n ", "newline"},
    {HEAD "(1, 3, 8, 8), } x\n", "newline"},
    {HEAD "(5), }\n", "tuple"},
    {HEAD "(1, 2, 3, 4, 5), }\n", "tuple"},
    {HEAD "(1 2), }\n", "tuple"},
    {HEAD "(-1,), }\n", "tuple"},
    {HEAD "(01,), }\n", "tuple"},
    {HEAD "[1, 2], }\n", "tuple"},
    {HEAD "(1, 2\n", "tuple"},
    {HEAD "(0,), }\n", "size of 0"},
    {HEAD "(17179869184,), }\n", NULL},
    {HEAD "(17179869185,), }\n", "too many"},
    {HEAD "(131072, 131072), }\n", NULL},
    {HEAD "(131072, 131073), }\n", "too many"},
    {HEAD "(99999999999999999999999,), }\n", "tuple"},
    {HEAD "(1,), 'more': 1, }\n", "unknown or repeated"},
    {HEAD "(1,), 'shape': (1,), }\n", "unknown or repeated"},
    {HEAD "(1,) 'shape': (1,), }\n", "comma"},
    {"{'descr': '<f4', 'shape': (1,), }\n", "lacks a key"},
    {"{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }\n", "<f4"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }\n", "<f4"},
    {"{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }\n", "Fortran"},
    {"", "dict"},
    {"{", "unknown"},
};

static size_t make_file(uint8_t *file, int version, const char *text) {
    size_t length = strlen(text), start = version == 1 ? 10 : 12;
    memcpy(file, "\x93NUMPY\0\0\0\0\0\0", 12);
    file[6] = (uint8_t)version;
    file[8] = (uint8_t)length;
    file[9] = (uint8_t)(length >> 8);
    memcpy(file + start, text, length);
    return start + length;
}

static void test_headers(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (int version = 1; version <= 2; version++) {
            uint8_t file[4096] = {0};
            size_t size = make_file(file, version, rows[i].text);
            NpyHeader header;
            const char *wrong = npy_parse(file, size, &header);
            if (!rows[i].complaint != !wrong ||
                (wrong && !strstr(wrong, rows[i].complaint) && size >= 12)) {
                fail_msg("%s: %s", rows[i].text, wrong ? wrong : "no complaint");
            }
            assert_true(wrong || header.data == (int64_t)size);
        }
    }
}

static void test_every_cut_is_refused(void **state) {
    (void)state;
    uint8_t file[4096];
    size_t size = make_file(file, 1, HEAD "(1, 3, 8, 8), }\n");
    NpyHeader header;
    for (size_t cut = 0; cut < size; cut++) {
        assert_non_null(npy_parse(file, cut, &header));
    }
    assert_null(npy_parse(file, size, &header));
}

static void test_versions(void **state) {
    (void)state;
    uint8_t file[4096];
    NpyHeader header;
    for (int version = 0; version <= 255; version++) {
        size_t size = make_file(file, version == 1 ? 1 : 2, HEAD "(1,), }\n");
        file[6] = (uint8_t)version;
        assert_true((npy_parse(file, size, &header) == NULL) == (version == 1 || version == 2));
    }
    size_t size = make_file(file, 1, HEAD "(1,), }\n");
    file[7] = 1;
    assert_non_null(npy_parse(file, size, &header));
    file[7] = 0;
    file[0] = 'N';
    assert_non_null(npy_parse(file, size, &header));
}

/* Writes values, then reads the file with some bytes less or more. */
static void test_files(void **state) {
    (void)state;
    static const float values[6] = {1.0f, -0.0f, 3.5f, 1e-38f, 1e38f, -7.0f};
    char path[] = "/tmp/xnc-npy-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    for (int change = -1; change <= 1; change++) {
        Arena *arena = arena_create();
        FILE *messages = tmpfile();
        Diag *diag = diag_create(arena, messages);
        Output *output = output_open(arena, diag, path);
        Shape shape = {2, {2, 3}}, found;
        npy_write(output_stream(output), values, &shape);
        assert_true(output_commit(output));
        assert_int_equal(truncate(path, 64 * 2 + 24 + change), 0);
        const float *got = npy_read(arena, diag, path, &found);
        assert_true((got != NULL) == (change == 0));
        if (got) {
            assert_true(shape_equal(&shape, &found));
            assert_memory_equal(got, values, sizeof values);
        }
        arena_destroy(arena);
        fclose(messages);
    }
    unlink(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_every_cut_is_refused),
        cmocka_unit_test(test_versions),
        cmocka_unit_test(test_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
